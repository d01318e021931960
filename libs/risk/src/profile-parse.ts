import { readObject } from './profile-reader.js';
import type { ObjectReader } from './profile-reader.js';
import { RiskProfileError } from './profile.js';
import type { EpisodeLimit, RiskProfile } from './profile.js';

const SESSIONS_MAX = 2_520;
const SECONDS_PER_MONTH = 2_592_000;

const readLimits = (at: ObjectReader): RiskProfile['limits'] => ({
  positionMax: at.ratio('positionMax', { max: '1' }),
  sectorMax: at.ratio('sectorMax', { max: '1' }),
  grossMax: at.ratio('grossMax', { max: '4' }),
  cashReserve: at.ratio('cashReserve', { above: '-0.000000001', max: '1' }),
  buyingPowerMultiple: at.ratio('buyingPowerMultiple', { max: '4' }),
  tradesPerDayMax: at.count('tradesPerDayMax', 10_000),
  priceCollar: at.ratio('priceCollar', { max: '0.5' }),
  costRatio: at.ratio('costRatio', { above: '-0.000000001', max: '0.1' }),
  orderNotionalMax: at.money('orderNotionalMaxUsd'),
  orderNotionalMin: at.money('orderNotionalMinUsd'),
  dataAgeMaxSeconds: at.count('dataAgeMaxSeconds', SECONDS_PER_MONTH),
});

const readSizing = (at: ObjectReader): RiskProfile['sizing'] => ({
  kellyFraction: at.ratio('kellyFraction', { max: '1' }),
  volatilityTarget: at.ratio('volatilityTarget', { max: '2' }),
  rebalanceBand: at.ratio('rebalanceBand', { max: '1' }),
  stopAtrMultiple: at.ratio('stopAtrMultiple', { max: '20' }),
});

const readEpisode = (at: ObjectReader): EpisodeLimit => ({
  limit: at.ratio('limit', { max: '1' }),
  rearm: at.ratio('rearm', { max: '1' }),
});

const readBreakers = (at: ObjectReader): RiskProfile['breakers'] => ({
  drawdownReduce: readEpisode(at.object('drawdownReduce')),
  drawdownClose: readEpisode(at.object('drawdownClose')),
  dailyLoss: { limit: at.object('dailyLoss').ratio('limit', { max: '1' }) },
  weeklyLoss: { limit: at.object('weeklyLoss').ratio('limit', { max: '1' }) },
});

const contradictions = (profile: RiskProfile): string[] => {
  const { limits, breakers } = profile;
  const rules: readonly (readonly [boolean, string])[] = [
    [limits.positionMax <= limits.sectorMax, 'limits.positionMax must not be above limits.sectorMax'],
    [limits.sectorMax <= limits.grossMax, 'limits.sectorMax must not be above limits.grossMax'],
    [limits.orderNotionalMin < limits.orderNotionalMax, 'limits.orderNotionalMinUsd must be below limits.orderNotionalMaxUsd'],
    [breakers.drawdownReduce.rearm < breakers.drawdownReduce.limit, 'breakers.drawdownReduce.rearm must be below its limit'],
    [breakers.drawdownClose.rearm < breakers.drawdownClose.limit, 'breakers.drawdownClose.rearm must be below its limit'],
    [
      breakers.drawdownReduce.limit < breakers.drawdownClose.limit,
      'breakers.drawdownReduce.limit must be below breakers.drawdownClose.limit',
    ],
    [profile.name !== 'live' || profile.autoResume === undefined, 'autoResume is refused in the live profile: resuming is manual'],
  ];
  return rules.filter(([holds]) => !holds).map(([, rule]) => `profile.${rule}`);
};

/** A profile from parsed JSON. Throws RiskProfileError with every fault: unknown keys, missing or wrong values, limits that contradict each other. */
export const parseRiskProfile = (json: unknown): RiskProfile => {
  const faults: string[] = [];
  const root = readObject(json, 'profile', faults);
  const profile: RiskProfile = {
    name: root.choice('name', ['demo', 'paper', 'live']),
    limits: readLimits(root.object('limits')),
    sizing: readSizing(root.object('sizing')),
    breakers: readBreakers(root.object('breakers')),
    killSwitch: { closePositions: root.object('killSwitch').flag('closePositions') },
    ...(root.has('autoResume') ? { autoResume: { afterSessions: root.object('autoResume').count('afterSessions', SESSIONS_MAX) } } : {}),
  };
  root.finish();
  if (faults.length === 0) faults.push(...contradictions(profile));
  if (faults.length > 0) throw new RiskProfileError(faults);
  return profile;
};
