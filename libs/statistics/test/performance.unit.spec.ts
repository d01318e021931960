import { describe, expect, it } from 'vitest';
import {
  annualisedVolatility,
  annualTurnover,
  calmarRatio,
  compoundAnnualGrowth,
  compoundReturn,
  correlation,
  downsideDeviation,
  excessKurtosis,
  exposureOf,
  maximumDrawdown,
  mean,
  meanTest,
  periodReturns,
  quantile,
  sampleDeviation,
  sharpeRatio,
  simpleReturns,
  skewness,
  sortinoRatio,
  tradeStatistics,
  underwater,
} from '../src/index.js';

/** The series of empyrical's own test-suite, whose published figures are the oracle here (its leading NaN left out). */
const MIXED = [0.01, 0.1, -0.04, 0.02, 0.03, 0.02, 0.01, -0.1];

describe('figures of a return series', () => {
  it("agrees with empyrical's published Sharpe, Sortino and volatility", () => {
    expect(sharpeRatio(MIXED)).toBeCloseTo(1.7238613961706866, 10);
    expect(sortinoRatio(MIXED)).toBeCloseTo(2.605531251673693, 10);
    expect(annualisedVolatility(MIXED)).toBeCloseTo(0.9136465399704637, 12);
    expect(sharpeRatio([0.01, 0.02, 0.03])).toBeCloseTo((0.02 / 0.01) * Math.sqrt(252), 10);
  });

  it("agrees with empyrical's published growth and Calmar ratio of a mixed series whose first day is missing", () => {
    const growth = compoundAnnualGrowth(1, 1 + compoundReturn(MIXED), 9 / 252);
    expect(growth).toBeCloseTo(1.9135925373194231, 10);
    const wealth = MIXED.reduce<number[]>((values, value) => [...values, values.at(-1)! * (1 + value)], [1]);
    expect(maximumDrawdown(wealth)!.depth).toBeCloseTo(0.1, 12);
    expect(calmarRatio(growth, -0.1)).toBeCloseTo(19.135925373194233, 9);
  });

  it('gives NaN for too little data and never a made-up zero', () => {
    expect(sharpeRatio([])).toBeNaN();
    expect(sharpeRatio([0.01])).toBeNaN();
    expect(sortinoRatio([0, 0])).toBeNaN();
    expect(annualisedVolatility([0.1])).toBeNaN();
    expect(mean([])).toBeNaN();
    expect(calmarRatio(0.1, 0)).toBeNaN();
    expect(compoundAnnualGrowth(1, 2, 0)).toBeNaN();
  });

  it('counts all periods in the downside deviation', () => {
    expect(downsideDeviation([0.01, -0.02, 0.03, -0.04], 0, 1)).toBeCloseTo(Math.sqrt((0.0004 + 0.0016) / 4), 14);
    expect(sortinoRatio([0.01, 0.02])).toBe(Infinity);
  });

  it('annual growth over calendar years doubles in one doubling time', () => {
    expect(compoundAnnualGrowth(100, 200, 2)).toBeCloseTo(Math.SQRT2 - 1, 14);
    expect(compoundAnnualGrowth(100, 0, 2)).toBe(-1);
  });

  it('takes skewness and kurtosis from population moments', () => {
    expect(skewness([1, 2, 3, 4, 10])).toBeCloseTo(36 / 10 ** 1.5, 14);
    expect(excessKurtosis([1, 2, 3, 4, 10])).toBeCloseTo(-0.212, 14);
    expect(sampleDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14);
  });

  it('returns, correlation and quantiles of hand-made series', () => {
    expect([...simpleReturns([100, 110, 99])]).toEqual([expect.closeTo(0.1, 12), expect.closeTo(-0.1, 12)]);
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 14);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 14);
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  });
});

describe('maximum drawdown', () => {
  it('names peak, trough and recovery of the deepest fall', () => {
    expect(maximumDrawdown([100, 120, 90, 118, 120, 60, 119, 125])).toEqual({ depth: 0.5, peakIndex: 1, troughIndex: 5, recoveryIndex: 7 });
  });

  it('has no recovery while still under water, and none at all without a fall', () => {
    expect(maximumDrawdown([100, 50, 99])?.recoveryIndex).toBeUndefined();
    expect(maximumDrawdown([1, 2, 3])).toBeUndefined();
    expect(maximumDrawdown([])).toBeUndefined();
  });

  it('is the greatest depth under water', () => {
    const values = [5, 6, 3, 4, 7, 3.4, 8];
    expect(maximumDrawdown(values)!.depth).toBe(Math.max(...underwater(values)));
  });
});

describe('trades', () => {
  it('counts a trade at zero as neither won nor lost', () => {
    expect(tradeStatistics([100, -50, 0, 30])).toMatchObject({
      trades: 4,
      wins: 2,
      losses: 1,
      winRate: 0.5,
      profitFactor: 2.6,
      expectancy: 20,
      largestLoss: 50,
    });
  });

  it('has an endless profit factor without losses and none without trades', () => {
    expect(tradeStatistics([1]).profitFactor).toBe(Infinity);
    expect(tradeStatistics([]).profitFactor).toBeNaN();
  });
});

describe('exposure and turnover', () => {
  it('separates time in the market from the share of equity in it', () => {
    expect(
      exposureOf([
        { equity: 100, grossValue: 50 },
        { equity: 100, grossValue: 0 },
      ]),
    ).toEqual({ timeInMarket: 0.5, averageGross: 0.25 });
  });

  it('counts a round trip once', () => {
    expect(annualTurnover(200, 150, 100, 2)).toBe(0.75);
  });
});

describe('t-test of the mean', () => {
  it('agrees with the hand computation', () => {
    const test = meanTest([5.1, 4.9, 5.6, 5.8, 5.0, 5.2], 5);
    expect(test.tStatistic).toBeCloseTo(8 / Math.sqrt(19), 12);
    expect(test.degreesOfFreedom).toBe(5);
    expect(test.pValue).toBeCloseTo(0.125887, 3);
  });

  it('says nothing without spread', () => {
    expect(meanTest([1, 1, 1]).pValue).toBeNaN();
  });
});

describe('calendar periods', () => {
  it('compound to the return of the whole', () => {
    const series = [
      { date: '2000-12-28', value: 100 },
      { date: '2000-12-29', value: 110 },
      { date: '2001-01-02', value: 99 },
      { date: '2001-02-01', value: 132 },
    ];
    expect(periodReturns(series, 4)).toEqual([
      { period: '2000', value: expect.closeTo(0.1, 12) },
      { period: '2001', value: expect.closeTo(0.2, 12) },
    ]);
    const months = periodReturns(series, 7);
    expect(months.map((month) => month.period)).toEqual(['2000-12', '2001-01', '2001-02']);
    expect(compoundReturn(months.map((month) => month.value))).toBeCloseTo(0.32, 12);
  });
});
