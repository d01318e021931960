import { createHash } from 'node:crypto';

import { quantity } from '@tradewind/vocabulary';

import { writtenOf } from './profile/fields.js';
import { monitorContradictions } from './profile/monitor-settings.js';
import { RISK_PROFILE } from './profile/schema.js';
import { RiskProfileError } from './profile.js';
import type { RiskProfile } from './profile.js';

const ONE = quantity('1');
type Contradiction = readonly [holds: boolean, rule: string];

const limitContradictions = ({ limits, sizing }: RiskProfile): readonly Contradiction[] => {
  const { stopDistance, priceMin, priceMax, netMax } = limits;
  return [
    [limits.positionMax <= limits.sectorMax, 'limits.positionMax must not be above limits.sectorMax'],
    [limits.sectorMax <= limits.grossMax, 'limits.sectorMax must not be above limits.grossMax'],
    [netMax === 'off' || netMax <= limits.grossMax, 'limits.netMax must not be above limits.grossMax'],
    [limits.orderNotionalMinUsd < limits.orderNotionalMaxUsd, 'limits.orderNotionalMinUsd must be below limits.orderNotionalMaxUsd'],
    [priceMin === 'off' || priceMax === 'off' || priceMin < priceMax, 'limits.priceMin must be below limits.priceMax'],
    [stopDistance === 'off' || stopDistance.min < stopDistance.max, 'limits.stopDistance.min must be below limits.stopDistance.max'],
    [
      limits.rewardToRiskMin === 'off' || sizing.takeProfitAtrMultiple !== 'off',
      'limits.rewardToRiskMin needs sizing.takeProfitAtrMultiple',
    ],
  ];
};

const capitalContradictions = ({ buckets, strategies }: RiskProfile): readonly Contradiction[] => {
  if (buckets === 'off') return [];
  const { core, growth, opportunistic, reserve } = buckets;
  const over = strategies === 'off' ? [] : strategies.filter(({ bucket, budgetMax }) => budgetMax > buckets[bucket]);
  return [
    [core + growth + opportunistic + reserve === ONE, 'buckets must add up to 1'],
    [strategies !== 'off', 'buckets need strategies: a strategy names the bucket that pays'],
    [over.length === 0, `strategies must not have a budgetMax above their bucket: ${over.map(({ name }) => name).join(', ')}`],
  ];
};

const strategyContradictions = ({ strategies }: RiskProfile): readonly Contradiction[] => {
  if (strategies === 'off') return [];
  const types = strategies.flatMap(({ signalTypes }) => signalTypes);
  return [[new Set(types).size === types.length, 'strategies must not share a signal type']];
};

const modeContradictions = ({ mode, autoResume, account }: RiskProfile): readonly Contradiction[] => [
  [mode !== 'live' || autoResume === 'off', 'autoResume is refused in a live profile: resuming is manual'],
  [mode !== 'live' || account.kind !== 'simulated', 'account.kind must not be simulated in a live profile'],
];

const contradictions = (profile: RiskProfile): string[] =>
  [
    ...limitContradictions(profile),
    ...capitalContradictions(profile),
    ...strategyContradictions(profile),
    ...monitorContradictions(profile.breakers, profile.controls),
    ...modeContradictions(profile),
  ]
    .filter(([holds]) => !holds)
    .map(([, rule]) => `profile.${rule}`);

const isLive = (json: unknown): boolean => typeof json === 'object' && json !== null && 'mode' in json && json.mode === 'live';

/**
 * A profile from parsed JSON. Throws RiskProfileError with every fault, each with its path and rule: missing, wrong or unknown settings; what may not
 * be off; and, when there are none of these, limits that contradict each other.
 */
export const parseRiskProfile = (json: unknown): RiskProfile => {
  const faults: string[] = [];
  const profile = RISK_PROFILE.read(json, 'profile', { faults, isLive: isLive(json) });
  if (faults.length === 0) faults.push(...contradictions(profile));
  if (faults.length > 0) throw new RiskProfileError(faults);
  return profile;
};

/** The profile as text of one form: keys sorted, decimals in their shortest form. Equal profiles give equal text, and it parses back to the profile. */
export const riskProfileText = (profile: RiskProfile): string => JSON.stringify(writtenOf(profile));

/** SHA-256 of `riskProfileText`, hex: names a profile in force. */
export const riskProfileDigest = (profile: RiskProfile): string => createHash('sha256').update(riskProfileText(profile)).digest('hex');
