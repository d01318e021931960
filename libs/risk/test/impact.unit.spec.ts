import { correlation, historicalValueAtRisk, sampleDeviation } from '@tradewind/statistics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { analyseImpact, impactOnAccount } from '../src/index.js';
import { ExposureBook } from '../src/exposure-book.js';
import { PortfolioReturns } from '../src/portfolio-returns.js';
import { executions, held, INSTRUMENTS, profile } from './fixtures.js';
import { historyOf, wave } from './market.js';

const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'] as const;
const portfolioOf = (returns: Readonly<Record<string, readonly number[]>>, units: Readonly<Record<string, number>>, windowBars = 60) => {
  const views = Object.entries(units).map(([symbol, amount]) => held(symbol, String(amount), '100'));
  const invested = Object.values(units).reduce((sum, amount) => sum + amount * 100, 0);
  const account = executions(1, String(100_000 - invested), views).account;
  const book = new ExposureBook(account, {}, INSTRUMENTS, profile('demo'));
  return new PortfolioReturns(book, historyOf(returns), windowBars);
};
const UNBOUNDED = { sharpeLossMax: 99, drawdownRiseMax: 9, correlationMax: 1, valueAtRiskRiseMax: 9, concentrationMax: 1 };
const DAILY = 252;

describe('the returns of the portfolio', () => {
  const anyReturns = fc.array(fc.double({ min: -0.05, max: 0.05, noNaN: true }), { minLength: 60, maxLength: 60 });
  const anyUnits = fc.tuple(...SYMBOLS.slice(0, 3).map(() => fc.integer({ min: -200, max: 300 })));
  it('and the average correlation are what summing over all positions gives, with any exposures, short ones too', () => {
    fc.assert(
      fc.property(fc.tuple(anyReturns, anyReturns, anyReturns, anyReturns), anyUnits, (lists, amounts) => {
        const returns = Object.fromEntries(SYMBOLS.map((symbol, index) => [symbol, lists[index]!]));
        fc.pre(lists.every((list) => sampleDeviation(list) > 1e-6) && amounts.some((amount) => amount !== 0));
        const units = Object.fromEntries(amounts.map((amount, index) => [SYMBOLS[index]!, amount]));
        const portfolio = portfolioOf(returns, units);
        const weights = amounts.map((amount) => (amount * 100) / 100_000);
        const plain = (added: number) =>
          lists[0]!.map(
            (_, bar) => weights.reduce((sum, weight, index) => sum + weight * lists[index]![bar]!, 0) + added * lists[3]![bar]!,
          );
        const near = (found: Float64Array, wanted: readonly number[]) =>
          found.forEach((value, bar) => expect(value).toBeCloseTo(wanted[bar]!, 8));
        near(portfolio.returnsWith('DDD', 0), plain(0));
        near(portfolio.returnsWith('DDD', 0.2), plain(0.2));
        const gross = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
        const average = weights.reduce((sum, weight, index) => sum + weight * correlation(lists[3]!, lists[index]!), 0) / gross;
        expect(portfolio.averageCorrelation('DDD')).toBeCloseTo(average, 5);
        const others = gross - Math.abs(weights[0]!);
        fc.pre(others > 0);
        const withoutOwn = weights.reduce(
          (sum, weight, index) => (index === 0 ? sum : sum + weight * correlation(lists[0]!, lists[index]!)),
          0,
        );
        expect(portfolio.averageCorrelation('AAA')).toBeCloseTo(withoutOwn / others, 5);
      }),
      { numRuns: 40 },
    );
  });
  it('count a position without enough bars as one that moves with the rest, and as perfectly correlated', () => {
    const few = portfolioOf({ AAA: wave(0.01), BBB: wave(0.01, 1), CCC: [0.5] }, { AAA: 300, CCC: 100 });
    expect(few.knows('CCC')).toBe(false);
    expect(few.averageCorrelation('BBB')).toBeCloseTo((-0.3 + 0.1) / 0.4, 9);
    expect(few.returnsWith('AAA', 0)[0]).toBeCloseTo(0.01 * 0.3 * (0.4 / 0.3), 9);
    expect(few.averageCorrelation('CCC')).toBeUndefined();
  });
  it('take an account without positions as uncorrelated with everything', () => {
    const empty = portfolioOf({ AAA: wave(0.01) }, {});
    expect(empty.averageCorrelation('AAA')).toBe(0);
    expect(empty.gross).toBe(0);
  });
});

describe('analyseImpact', () => {
  const returns = { AAA: wave(0.01).map((value) => value + 0.001), BBB: wave(0.01, 1), CCC: wave(0.01), DDD: wave(0.01, 0, 2) };
  const portfolio = () => portfolioOf(returns, { AAA: 500 });
  const trade = (symbol: string, weight = 0.2, expectedReturn = 0.001) => ({ symbol, weight, expectedReturn });

  it('says what the trade changes: Sharpe ratio, drawdown, value at risk, concentration, correlation', () => {
    const { before, after, correlation: average } = analyseImpact(portfolio(), trade('BBB'), DAILY, UNBOUNDED);
    const held500 = returns.AAA.map((value) => value * 0.5);
    expect(before.volatility).toBeCloseTo(sampleDeviation(held500) * Math.sqrt(252), 6);
    expect(before.sharpe).toBeCloseTo((0.0005 * 252) / before.volatility, 5);
    expect(before.valueAtRisk).toBeCloseTo(historicalValueAtRisk(held500, 0.95), 6);
    expect(before.concentration).toBeCloseTo(1, 9);
    expect(after.concentration).toBeCloseTo((0.5 ** 2 + 0.2 ** 2) / 0.7 ** 2, 6);
    expect(average).toBeCloseTo(-1, 6);
    expect(after.volatility).toBeCloseTo(before.volatility * 0.6, 4);
    expect(after.sharpe).toBeGreaterThan(before.sharpe);
  });
  it('expects a maximum drawdown of √(π/2) times the annual volatility, as of a driftless Brownian motion over a year (1.2533 σ)', () => {
    const { before } = analyseImpact(portfolio(), trade('BBB'), DAILY, UNBOUNDED);
    expect(before.expectedDrawdown / before.volatility).toBeCloseTo(1.2533, 4);
  });
  it('raises the Sharpe ratio exactly when that of the trade is above the portfolio’s times their correlation (Dowd)', () => {
    const base = portfolio();
    const { before } = analyseImpact(base, trade('DDD'), DAILY, UNBOUNDED);
    const deviation = sampleDeviation(returns.DDD);
    const sharpePerBar = before.sharpe / Math.sqrt(DAILY);
    const rho = correlation([...base.returnsWith('DDD', 0)], returns.DDD);
    const even = sharpePerBar * rho * deviation;
    const changeAt = (expectedReturn: number) => {
      const { before: without, after } = analyseImpact(portfolio(), trade('DDD', 0.001, expectedReturn), DAILY, UNBOUNDED);
      return after.sharpe - without.sharpe;
    };
    expect(changeAt(even + 0.0001)).toBeGreaterThan(0);
    expect(changeAt(even - 0.0001)).toBeLessThan(0);
  });
  it.each([
    ['SHARPE_FALLS', { sharpeLossMax: 0 }, trade('CCC', 0.2, -0.01)],
    ['DRAWDOWN_RISES', { drawdownRiseMax: 0.01 }, trade('CCC')],
    ['CORRELATED', { correlationMax: 0.1 }, trade('CCC')],
    ['VALUE_AT_RISK_RISES', { valueAtRiskRiseMax: 0.001 }, trade('CCC')],
    ['CONCENTRATED', { concentrationMax: 0.3 }, trade('AAA', 0.2)],
  ] as const)('skips for %s, and executes when that is allowed', (reason, limits, candidate) => {
    const base = () => portfolioOf(returns, { AAA: 300, BBB: 200 });
    expect(analyseImpact(base(), candidate, DAILY, { ...UNBOUNDED, ...limits })).toMatchObject({ decision: 'SKIP', reasons: [reason] });
    expect(analyseImpact(base(), candidate, DAILY, UNBOUNDED)).toMatchObject({ decision: 'EXECUTE', reasons: [] });
  });
  it('is the same for an account as it stands', () => {
    const account = executions(1, '50000', [held('AAA', '500', '100')]).account;
    const setting = { windowBars: 60, barsPerYear: DAILY, limits: UNBOUNDED };
    expect(impactOnAccount(account, historyOf(returns), trade('BBB'), setting)).toEqual(
      analyseImpact(portfolio(), trade('BBB'), DAILY, UNBOUNDED),
    );
  });
  it('skips an instrument that too few bars are known of, and takes the first position as no concentration', () => {
    expect(analyseImpact(portfolio(), trade('ZZZ'), DAILY, UNBOUNDED)).toMatchObject({ decision: 'SKIP', reasons: ['HISTORY_SHORT'] });
    const first = analyseImpact(portfolioOf(returns, {}), trade('AAA'), DAILY, { ...UNBOUNDED, concentrationMax: 0.1 });
    expect(first).toMatchObject({ decision: 'EXECUTE', before: { sharpe: 0, concentration: 0 }, after: { concentration: 1 } });
  });
});
