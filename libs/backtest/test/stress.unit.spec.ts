import { readFileSync } from 'node:fs';

import { paperVenue } from '@tradewind/orders';
import { parseRiskProfile } from '@tradewind/risk';
import { accountIdOf, type Instrument, money, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { type MarketScript, scriptedSteps, stressReport, type StressScenario } from '../src/index.js';

const instrument = (symbol: string, sector: string): Instrument => ({
  symbol: symbolOf(symbol),
  name: symbol,
  assetClass: 'STOCK',
  category: 'CORE',
  sector,
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable: true,
});
const instruments = { AAA: instrument('AAA', 'Technology'), BBB: instrument('BBB', 'Energy') };
const profile = (name: string) =>
  parseRiskProfile(JSON.parse(readFileSync(new URL(`../../../services/risk/profiles/${name}.json`, import.meta.url), 'utf8')));
const setting = (name: string) => ({
  accountId: accountIdOf('paper-1'),
  currency: 'USD',
  openingCash: money('100000'),
  profile: profile(name),
  instruments,
  venue: paperVenue({ slippageRatio: '0', commissionRatio: '0', instruments }),
});
/** 2024-01-01 was a Monday. */
const MONDAY = 1_704_142_800_000_000_000n as UnixNanos;
const script = (days: MarketScript['days']): MarketScript => ({ name: 'script', firstAt: MONDAY, prices: { AAA: 100, BBB: 50 }, days });
const still = { moves: {} };
const fall = (move: number, gap = 0) => ({ moves: { AAA: { gap, move }, BBB: { gap, move } } });
const scenario = (days: MarketScript['days'], stop?: string): StressScenario => ({
  name: 'script',
  steps: scriptedSteps(script(days)),
  positions: {
    AAA: { quantity: quantity('500'), ...(stop === undefined ? {} : { protectiveStop: price(stop) }) },
    BBB: { quantity: quantity('800') },
  },
  warmUpSteps: 0,
});

describe('scriptedSteps', () => {
  it('gaps from the close before, then moves to the close; who is silent has no bar and moves on', () => {
    const steps = scriptedSteps(
      script([still, { moves: { AAA: { gap: -0.1, move: 0.05 }, BBB: { gap: 0, move: 0.1 } }, silent: ['BBB'] }, still]),
    );
    expect(steps.map(({ bars }) => bars.map(({ symbol, open, close }) => [symbol, open, close]))).toEqual([
      [
        ['AAA', price('100'), price('100')],
        ['BBB', price('50'), price('50')],
      ],
      [['AAA', price('90'), price('94.5')]],
      [
        ['AAA', price('94.5'), price('94.5')],
        ['BBB', price('55'), price('55')],
      ],
    ]);
    expect(steps.map(({ final }) => final)).toEqual([false, false, true]);
  });
});

describe('stressReport', () => {
  it('shows what a slide costs with and without breakers, and which fired when', () => {
    // 90,000 of 100,000 invested, 4% a day: 3.6%, 7.1%, ... A day is limited to 5%, a drawdown to 10% and 15%.
    const report = stressReport(scenario([still, still, ...Array.from({ length: 8 }, () => fall(-0.04))]), setting('demo'));
    expect(report.withoutBreakers.loss).toBeCloseTo(0.9 * (1 - 0.96 ** 8), 6);
    expect(report.withoutBreakers.status).toBe('ACTIVE');
    expect(report.firstFired).toEqual({ 'drawdown-reduce': 4, 'weekly-loss': 4 });
    // Sold at the open of the fifth step: what was lost by then is all that is lost.
    expect(report.withBreakers.loss).toBeCloseTo(0.9 * (1 - 0.96 ** 3), 6);
    expect(report.withBreakers.loss).toBeLessThan(report.withoutBreakers.loss / 2);
  });
  it('fires nothing a step too early: just below every limit nothing is done', () => {
    const report = stressReport(scenario([still, still, fall(-0.03), fall(-0.03), fall(0.03), fall(-0.03)]), setting('demo'));
    expect(report.actions).toEqual([]);
    expect(report.withBreakers).toEqual(report.withoutBreakers);
  });
  it('a gap of 10% is lost before anything can act, and the breakers stop what follows', () => {
    const report = stressReport(scenario([still, still, fall(0, -0.1), fall(-0.05), fall(-0.05), fall(-0.05)]), setting('demo'));
    expect(report.firstFired).toMatchObject({ 'daily-loss': 2 });
    expect(report.withBreakers.worstLoss).toBeGreaterThan(0.08);
    expect(report.withBreakers.loss).toBeLessThan(report.withoutBreakers.loss);
  });
  it('counts protective stops on both sides: they are the positions’ own', () => {
    const days = [still, still, ...Array.from({ length: 6 }, () => fall(-0.02))];
    const [bare, stopped] = [stressReport(scenario(days), setting('demo')), stressReport(scenario(days, '97.00'), setting('demo'))];
    expect(stopped.withoutBreakers.loss).toBeLessThan(bare.withoutBreakers.loss);
  });
  it('a feed that freezes moves no equity and trips no loss', () => {
    const report = stressReport(
      scenario([still, still, { ...fall(-0.2), silent: ['AAA', 'BBB'] }, { ...still, silent: ['AAA', 'BBB'] }]),
      setting('demo'),
    );
    expect(report.actions).toEqual([]);
    expect(report.withBreakers.worstLoss).toBe(0);
  });
});
