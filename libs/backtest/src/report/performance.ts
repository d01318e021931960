import {
  annualisedVolatility,
  calmarRatio,
  compoundAnnualGrowth,
  DAYS_A_YEAR,
  type DatedValue,
  excessKurtosis,
  maximumDrawdown,
  meanTest,
  sharpeRatio,
  simpleReturns,
  skewness,
  sortinoRatio,
} from '@tradewind/statistics';

import type { PerformanceFigures } from './report.js';

const MILLIS_A_DAY = 86_400_000;
const CENTS = 100;

/** JSON has no NaN and no infinity: what is not a finite number is null. */
export const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

export const toCents = (value: number): number => Math.round(value * CENTS) / CENTS;

/** Calendar years between two `YYYY-MM-DD` dates. */
export const yearsBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / MILLIS_A_DAY / DAYS_A_YEAR;

const extreme = (returns: Float64Array, pick: (...values: number[]) => number): number | null =>
  returns.length === 0 ? null : returns.reduce((best, value) => pick(best, value));

/** The figures of a daily equity curve. Throws RangeError on an empty one. */
export const performanceOf = (curve: readonly DatedValue[]): PerformanceFigures => {
  const first = curve[0];
  const last = curve.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('an equity curve needs at least one day');
  const values = curve.map((point) => point.value);
  const returns = simpleReturns(values);
  const growth = compoundAnnualGrowth(first.value, last.value, yearsBetween(first.date, last.date));
  const fall = maximumDrawdown(values);
  const test = meanTest(returns);
  const dateAt = (index: number): string => curve[index]!.date;
  return {
    equityStart: toCents(first.value),
    equityEnd: toCents(last.value),
    totalReturn: last.value / first.value - 1,
    cagr: finiteOrNull(growth),
    volatility: finiteOrNull(annualisedVolatility(returns)),
    sharpe: finiteOrNull(sharpeRatio(returns)),
    sortino: finiteOrNull(sortinoRatio(returns)),
    calmar: finiteOrNull(calmarRatio(growth, fall?.depth ?? 0)),
    maxDrawdown: fall?.depth ?? 0,
    maxDrawdownDates:
      fall === undefined
        ? null
        : {
            peak: dateAt(fall.peakIndex),
            trough: dateAt(fall.troughIndex),
            recovery: fall.recoveryIndex === undefined ? null : dateAt(fall.recoveryIndex),
          },
    bestDay: extreme(returns, Math.max),
    worstDay: extreme(returns, Math.min),
    skewness: finiteOrNull(skewness(returns)),
    kurtosis: finiteOrNull(excessKurtosis(returns)),
    meanReturnTest: { t: finiteOrNull(test.tStatistic), p: finiteOrNull(test.pValue) },
  };
};
