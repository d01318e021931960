import { sampleDeviation } from './moments.js';

/** Trading days a year: the convention of every annualised figure of daily returns here. */
export const TRADING_DAYS_A_YEAR = 252;
/** Mean length of a calendar year, for growth rates between two dates. */
export const DAYS_A_YEAR = 365.25;

/** Simple returns v[i] / v[i−1] − 1 of a series of values. One fewer than the values. */
export const simpleReturns = (values: ArrayLike<number>): Float64Array => {
  const returns = new Float64Array(Math.max(0, values.length - 1));
  for (let index = 1; index < values.length; index += 1) returns[index - 1] = values[index]! / values[index - 1]! - 1;
  return returns;
};

/** Growth of all returns compounded: ∏(1 + r) − 1. */
export const compoundReturn = (returns: ArrayLike<number>): number => {
  let growth = 1;
  for (let index = 0; index < returns.length; index += 1) growth *= 1 + returns[index]!;
  return growth - 1;
};

/**
 * Compound annual growth rate between two values `years` apart: (end / start)^(1 / years) − 1. Between dates, years are calendar days
 * divided by 365.25; over a count of daily returns they are the count divided by 252. NaN for no time; −1 when everything is lost.
 */
export const compoundAnnualGrowth = (start: number, end: number, years: number): number => {
  if (!(years > 0) || !(start > 0)) return Number.NaN;
  return end <= 0 ? -1 : (end / start) ** (1 / years) - 1;
};

/** Sample standard deviation of returns times √periods a year. NaN below two returns. */
export const annualisedVolatility = (returns: ArrayLike<number>, periodsAYear = TRADING_DAYS_A_YEAR): number =>
  sampleDeviation(returns) * Math.sqrt(periodsAYear);

export interface DatedValue {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly value: number;
}

export interface PeriodReturn {
  /** `YYYY` or `YYYY-MM`. */
  readonly period: string;
  readonly value: number;
}

/** Return of each calendar period that the dated values touch; `prefix` is 4 for years, 7 for months. The first period starts at the first value. */
export const periodReturns = (series: readonly DatedValue[], prefix: 4 | 7): PeriodReturn[] => {
  const periods: PeriodReturn[] = [];
  let base = series[0]?.value ?? Number.NaN;
  for (const [index, point] of series.entries()) {
    const period = point.date.slice(0, prefix);
    if (series[index + 1]?.date.slice(0, prefix) === period) continue;
    periods.push({ period, value: point.value / base - 1 });
    base = point.value;
  }
  return periods;
};
