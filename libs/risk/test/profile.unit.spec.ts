import { describe, expect, it } from 'vitest';

import { parseRiskProfile, RiskProfileError } from '../src/index.js';
import { profile, profileJson } from './fixtures.js';

const faultsOf = (json: unknown): readonly string[] => {
  try {
    parseRiskProfile(json);
  } catch (error) {
    expect(error).toBeInstanceOf(RiskProfileError);
    return (error as RiskProfileError).faults;
  }
  return [];
};

describe('parseRiskProfile', () => {
  it.each(['demo', 'paper', 'live'])('accepts the %s profile that ships', (name) => expect(profile(name).name).toBe(name));
  it('ships the limits the specification asks for on paper: 2% a position, 20% a sector, 10 trades a day', () => {
    expect(profileJson('paper')['limits']).toMatchObject({ positionMax: '0.02', sectorMax: '0.20', tradesPerDayMax: 10 });
  });
  it('names every fault at once, unknown keys among them', () => {
    const json = profileJson('demo');
    delete json['limits']!['positionMax'];
    Object.assign(json['limits']!, { grossMax: 0.95, tradesPerDayMax: 0, orderNotionalMinUsd: '-1', extra: true });
    Object.assign(json['breakers']!, { monthlyLoss: {} });
    expect(faultsOf({ ...json, killSwitch: 7, colour: 'red' })).toEqual([
      'profile.limits.positionMax must be decimal text above 0 and at most 1',
      'profile.limits.grossMax must be decimal text above 0 and at most 4',
      'profile.limits.tradesPerDayMax must be a whole number from 1 to 10000',
      'profile.limits.orderNotionalMinUsd must be decimal text above 0',
      'profile.killSwitch must be an object',
      'profile.colour is not a known setting',
      'profile.limits.extra is not a known setting',
      'profile.breakers.monthlyLoss is not a known setting',
    ]);
  });
  it('refuses limits that contradict each other', () => {
    const json = profileJson('demo');
    Object.assign(json['limits']!, { positionMax: '0.6' });
    Object.assign(json['breakers']!, { drawdownReduce: { limit: '0.2', rearm: '0.3' } });
    expect(faultsOf(json)).toHaveLength(3);
  });
  it('refuses to let a live account resume by itself', () => {
    expect(faultsOf({ ...profileJson('live'), autoResume: { afterSessions: 21 } })).toEqual([
      'profile.autoResume is refused in the live profile: resuming is manual',
    ]);
  });
  it('refuses what is no object', () => expect(faultsOf([])).toContain('profile must be an object'));
});
