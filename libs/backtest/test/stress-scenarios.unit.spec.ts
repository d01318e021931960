import { readFileSync } from 'node:fs';

import { INSTRUMENTS } from '@tradewind/market';
import { paperVenue } from '@tradewind/orders';
import { parseRiskProfile } from '@tradewind/risk';
import { accountIdOf, money, toNumber } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  crossedScenario,
  freezeScenario,
  gapScenario,
  SHOCK_STEP,
  slideScenario,
  stressReport,
  type StressScenario,
  type StressSetting,
} from '../src/index.js';

const instruments = Object.fromEntries(INSTRUMENTS.map((instrument) => [instrument.symbol, instrument]));
const openingCash = money('100000');
const investment = { openingCash, instruments };
const setting: StressSetting = {
  accountId: accountIdOf('paper-1'),
  currency: 'USD',
  openingCash,
  profile: parseRiskProfile(JSON.parse(readFileSync(new URL('../../../services/risk/profiles/live.json', import.meta.url), 'utf8'))),
  instruments,
  venue: paperVenue({ slippageRatio: '0.001', commissionRatio: '0.001', instruments }),
};
const run = (scenario: StressScenario) => stressReport(scenario, setting);

describe('scripted shocks', () => {
  it.each([
    ['gap', gapScenario, ['daily-loss']],
    ['slide', slideScenario, ['volatility-spike', 'weekly-loss', 'drawdown-reduce']],
    ['freeze', freezeScenario, ['daily-loss']],
    ['crossed', crossedScenario, ['data-quality']],
  ] as const)('%s: the breakers fire with the shock and not before, each beyond its limit', (_name, make, rules) => {
    const report = run(make(investment));
    for (const rule of rules) expect(report.firstFired[rule], rule).toBeGreaterThanOrEqual(SHOCK_STEP);
    const early = report.actions.filter(({ step, action }) => step < SHOCK_STEP && action.action !== 'RESUME');
    expect(early).toEqual([]);
    for (const { action } of report.actions) {
      if (action.action === 'RESUME' || action.action === 'HALT') continue;
      if (action.rule === 'data-quality') expect(action.measured).toBeLessThan(action.limit);
      else expect(action.measured, action.rule).toBeGreaterThanOrEqual(action.limit);
    }
  });

  it('fires the loss of a day on the very step on which it is reached', () => {
    const report = run(slideScenario(investment));
    const equity = report.withBreakers.equity.map((point) => toNumber(point.equity));
    const limit = 0.1;
    let peak = 0;
    const reached = equity.findIndex((value) => {
      peak = Math.max(peak, value);
      return 1 - value / peak >= limit;
    });
    expect(report.firstFired['drawdown-reduce']).toBe(reached);
  });

  it('loses less with breakers than without in a slide', () => {
    const { withBreakers, withoutBreakers } = run(slideScenario(investment));
    expect(withBreakers.worstLoss).toBeLessThan(withoutBreakers.worstLoss);
  });
});
