import { describe, expect, it } from 'vitest';

import { parseRiskProfile, riskProfileDigest, riskProfileMarkdown, RiskProfileError, riskProfileText } from '../src/index.js';
import { profile, profileJson } from './fixtures.js';

const SHIPPED = ['demo', 'paper', 'trial', 'live'] as const;
const faultsOf = (json: unknown): readonly string[] => {
  try {
    parseRiskProfile(json);
  } catch (error) {
    expect(error).toBeInstanceOf(RiskProfileError);
    return (error as RiskProfileError).faults;
  }
  return [];
};
/** Paths of everything in a profile file that can be missing. */
const pathsOf = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  const below = Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
};
const parentOf = (json: unknown, path: readonly string[]): Record<string, unknown> =>
  path.slice(0, -1).reduce((found, key) => found[key] as Record<string, unknown>, json as Record<string, unknown>);

describe('the profiles that ship', () => {
  it.each(SHIPPED)('%s is valid', (name) => expect(profile(name).name).toBe(name));
  it.each(['paper', 'trial', 'live'])('%s has 2% a position, 20% a sector, 10 trades a day', (name) => {
    expect(profileJson(name)['limits']).toMatchObject({ positionMax: '0.02', sectorMax: '0.20', tradesPerDayMax: 10 });
  });
  it.each(['paper', 'trial'])('%s closes at 8% drawdown and reduces at 2.5% a day', (name) => {
    expect(profileJson(name)['breakers']).toMatchObject({ drawdownClose: { limit: '0.08' }, dailyLoss: { limit: '0.025' } });
  });
  it('live halves at 10%, closes at 15%, and bears 5% a day and 10% a week', () => {
    expect(profileJson('live')['breakers']).toMatchObject({
      drawdownReduce: { limit: '0.10' },
      drawdownClose: { limit: '0.15' },
      dailyLoss: { limit: '0.05' },
      weeklyLoss: { limit: '0.10' },
    });
  });
});

describe('parseRiskProfile', () => {
  it('requires every setting, at every depth', () => {
    const paths = pathsOf(profileJson('live'));
    expect(paths.length).toBeGreaterThan(120);
    for (const path of paths) {
      const json = structuredClone(profileJson('live'));
      const { [path.at(-1)!]: gone, ...rest } = parentOf(json, path);
      expect(gone).toBeDefined();
      const parent = parentOf(json, path);
      delete parent[path.at(-1)!];
      expect(rest).toEqual(parent);
      expect(faultsOf(json).join('\n'), path.join('.')).toContain(`profile.${path.join('.')} must be`);
    }
  });
  it('names every fault at once, unknown keys among them, each with its path and rule', () => {
    const json = profileJson('demo');
    delete json['limits']!['positionMax'];
    Object.assign(json['limits']!, { grossMax: 0.95, tradesPerDayMax: 0, orderNotionalMinUsd: '-1', extra: true });
    Object.assign(json['breakers']!, { monthlyLoss: {} });
    expect(faultsOf({ ...json, killSwitch: 7, mode: 'casino', colour: 'red' })).toEqual([
      'profile.mode must be one of replay, paper, live',
      'profile.limits.positionMax must be decimal text above 0 and at most 1',
      'profile.limits.grossMax must be decimal text above 0 and at most 4',
      'profile.limits.tradesPerDayMax must be a whole number from 1 to 10000',
      'profile.limits.orderNotionalMinUsd must be decimal text above 0',
      'profile.limits.extra is not a known setting',
      'profile.breakers.monthlyLoss is not a known setting',
      'profile.killSwitch must be an object',
      'profile.colour is not a known setting',
    ]);
  });
  it('lets limits be off in so many words, but nothing that protects in a live profile', () => {
    const json = profileJson('live');
    Object.assign(json['limits']!, { netMax: 'off', concentration: 'off', tradingHours: 'Off' });
    Object.assign(json['sizing']!, { takeProfitAtrMultiple: 'off' });
    expect(faultsOf({ ...json, impact: 'off' })).toEqual([
      'profile.limits.netMax must not be "off" in a live profile',
      'profile.limits.concentration must not be "off" in a live profile',
      'profile.limits.tradingHours must be one of regular, extended',
      'profile.impact must not be "off" in a live profile',
    ]);
    expect(faultsOf({ ...profileJson('trial'), impact: 'off' })).toEqual([]);
  });
  it('refuses limits that contradict each other', () => {
    const json = profileJson('trial');
    Object.assign(json['limits']!, {
      positionMax: '0.6',
      netMax: '1.5',
      priceMin: '20000',
      stopDistance: { min: '0.2', max: '0.1' },
      orderNotionalMinUsd: '30000',
    });
    Object.assign(json['sizing']!, { takeProfitAtrMultiple: 'off' });
    Object.assign(json['breakers']!, { drawdownReduce: { limit: '0.2', rearm: '0.3' } });
    Object.assign(json['buckets']!, { reserve: '0.2', core: '0.4' });
    expect(faultsOf(json)).toEqual([
      'profile.limits.positionMax must not be above limits.sectorMax',
      'profile.limits.netMax must not be above limits.grossMax',
      'profile.limits.orderNotionalMinUsd must be below limits.orderNotionalMaxUsd',
      'profile.limits.priceMin must be below limits.priceMax',
      'profile.limits.stopDistance.min must be below limits.stopDistance.max',
      'profile.limits.rewardToRiskMin needs sizing.takeProfitAtrMultiple',
      'profile.strategies must not have a budgetMax above their bucket: baseline-conviction',
      'profile.breakers.drawdownReduce.rearm must be below its limit',
      'profile.breakers.drawdownReduce.limit must be below breakers.drawdownClose.limit',
    ]);
  });
  it('wants buckets to be all of equity, and each type of signal in one strategy', () => {
    const json = profileJson('trial');
    Object.assign(json['buckets']!, { reserve: '0.2' });
    const twice = (json['strategies'] as unknown as Record<string, unknown>[]).map((each) => ({ ...each, signalTypes: ['entry'] }));
    expect(faultsOf({ ...json, strategies: twice })).toEqual([
      'profile.buckets must add up to 1',
      'profile.strategies must not share a signal type',
    ]);
    expect(faultsOf({ ...json, strategies: [...twice, twice[0]] })).toEqual(['profile.strategies[2] repeats baseline-conviction']);
  });
  it('refuses to let a live account resume by itself, or be simulated', () => {
    const json = profileJson('live');
    Object.assign(json['account']!, { kind: 'simulated' });
    expect(faultsOf({ ...json, autoResume: { afterSessions: 21 } })).toEqual([
      'profile.autoResume is refused in a live profile: resuming is manual',
      'profile.account.kind must not be simulated in a live profile',
    ]);
  });
  it.each([[[]], [null], ['off'], [7]])('refuses %j', (json) => expect(faultsOf(json)).toContain('profile must be an object'));
});

describe('a profile in force', () => {
  it('is named by the digest of its text, whatever the file looks like', () => {
    const json = profileJson('live');
    const reversed = Object.fromEntries(Object.entries(json).reverse());
    const longer = { ...reversed, limits: { ...json['limits'], positionMax: '0.0200' } };
    expect(riskProfileDigest(parseRiskProfile(longer))).toBe(riskProfileDigest(profile('live')));
    expect(riskProfileDigest(profile('live'))).toMatch(/^[0-9a-f]{64}$/);
    expect(riskProfileDigest(profile('live', { limits: { positionMax: '0.021' } }))).not.toBe(riskProfileDigest(profile('live')));
  });
  it.each(SHIPPED)('is written as text that parses back to it: %s', (name) => {
    const found = profile(name);
    expect(parseRiskProfile(JSON.parse(riskProfileText(found)))).toEqual(found);
  });
});

describe('the reference of the format', () => {
  it('is docs/reference/risk-profile.md (write it anew with vitest -u)', async () => {
    const page = [
      '# Risk profiles',
      '',
      'A risk profile is one JSON file: every setting is required and no other is known. `tradewind` and the risk service report every fault of a file at',
      'once, each with its path and rule. A limit is switched off by `"off"` in so many words; where `mode` is `live`, nothing that protects may be off.',
      'Decimals are text, exact to nine places. A profile in force is named by the SHA-256 of its text with sorted keys and shortest decimals.',
      '',
      'Generated from the code; a test keeps it true. The last columns are the profiles that ship in `services/risk/profiles`.',
      '',
      riskProfileMarkdown(SHIPPED.map((name) => profile(name))),
    ].join('\n');
    await expect(page).toMatchFileSnapshot('../../../docs/reference/risk-profile.md');
  });
});
