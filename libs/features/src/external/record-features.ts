import type { FeatureDefinition, FeatureInput, FeatureParameter } from '../definitions/definition.js';
import type { PrimitivePool } from '../rolling/pool.js';
import { DecayedScores } from './decayed-scores.js';
import { EventCalendar } from './event-calendar.js';
import { RecordHistory, SECONDS_PER_DAY } from './record-history.js';

const RECORDS: readonly FeatureInput[] = ['records'];
const RECORDS_AND_PRICE: readonly FeatureInput[] = ['close', 'records'];

/** A series as part of a name: `macro/DGS10` is `macro_DGS10`. */
const nameOf = (series: string): string => series.replaceAll(/[^A-Za-z0-9]+/g, '_');

const feature = (
  name: string,
  formula: string,
  parameters: readonly FeatureParameter[],
  compose: (pool: PrimitivePool) => () => number,
  inputs = RECORDS,
): FeatureDefinition => ({ name, formula, parameters, inputs, window: 1, compose });

const latest = (pool: PrimitivePool, series: string): RecordHistory => pool.follow(new RecordHistory(series, 1));

/** Value of the series' latest event, as it is known at the bar's close. */
export const recordValue = (series: string): FeatureDefinition =>
  feature(`record_${nameOf(series)}`, 'record-value@1', [series], (pool) => {
    const history = latest(pool, series);
    return () => history.value;
  });

/** Days since the series' latest event. */
export const recordAge = (series: string): FeatureDefinition =>
  feature(`record_age_${nameOf(series)}`, 'record-age@1', [series], (pool) => {
    const history = latest(pool, series);
    const { seconds } = pool;
    return () => (seconds.value - history.eventAt(0)) / SECONDS_PER_DAY;
  });

/** Days since a record of the series last became known. */
export const recordKnownAge = (series: string): FeatureDefinition =>
  feature(`record_known_age_${nameOf(series)}`, 'record-known-age@1', [series], (pool) => {
    const history = latest(pool, series);
    const { seconds } = pool;
    return () => (seconds.value - history.knownAt) / SECONDS_PER_DAY;
  });

const change = (
  name: string,
  formula: string,
  series: string,
  days: number,
  of: (now: number, before: number) => number,
): FeatureDefinition =>
  feature(`${name}_${nameOf(series)}_${days}`, formula, [series, days], (pool) => {
    // A series has at most one event a day (the rest of the capacity is for the day itself and its neighbours).
    const history = pool.follow(new RecordHistory(series, days + 2));
    return () => of(history.value, history.valueAsOf(history.eventAt(0) - days * SECONDS_PER_DAY));
  });

/** Value of the latest event less that of `days` days before it, both as they are known now. */
export const recordChange = (series: string, days: number): FeatureDefinition =>
  change('record_change', 'record-change@1', series, days, (now, before) => now - before);

/** Value of the latest event / that of `days` days before it - 1. */
export const recordGrowth = (series: string, days: number): FeatureDefinition =>
  change('record_growth', 'record-growth@1', series, days, (now, before) => (before > 0 ? now / before - 1 : Number.NaN));

const difference = (name: string, formula: string, over: string, under: string): FeatureDefinition =>
  feature(name, formula, [over, under], (pool) => {
    const left = latest(pool, over);
    const right = latest(pool, under);
    return () => left.value - right.value;
  });

/** Long less short yield, in the unit of the series (percent). Below 0 the curve is inverted. */
export const yieldSlope = (long: string, short: string): FeatureDefinition =>
  difference(`yield_slope_${nameOf(long)}_${nameOf(short)}`, 'yield-slope@1', long, short);

/** Yield of corporate bonds less that of the government's, in the unit of the series (percent). */
export const creditSpread = (corporate: string, government: string): FeatureDefinition =>
  difference(`credit_spread_${nameOf(corporate)}_${nameOf(government)}`, 'credit-spread@1', corporate, government);

/** Far / near implied volatility - 1: below 0 the market fears the near future more. */
export const volatilityTerm = (far: string, near: string): FeatureDefinition =>
  feature(`volatility_term_${nameOf(far)}_${nameOf(near)}`, 'volatility-term@1', [far, near], (pool) => {
    const left = latest(pool, far);
    const right = latest(pool, near);
    return () => (right.value > 0 ? left.value / right.value - 1 : Number.NaN);
  });

const QUARTERS = 4;
/** The ends of four quarters in a row lie some 274 days apart, those of five some 365; fiscal calendars shift by weeks. */
const YEAR_LESS_A_QUARTER_DAYS_MAX = 300;
const YEAR_DAYS_MIN = 335;
const YEAR_DAYS_MAX = 395;

const daysBetween = (history: RecordHistory, back: number): number => (history.eventAt(0) - history.eventAt(back)) / SECONDS_PER_DAY;

/** Sum of the last four quarters; NaN unless they are known and follow each other. */
const trailingYear = (history: RecordHistory): number => {
  if (!(daysBetween(history, QUARTERS - 1) <= YEAR_LESS_A_QUARTER_DAYS_MAX)) return Number.NaN;
  let sum = 0;
  for (let back = 0; back < QUARTERS; back += 1) sum += history.valueAt(back);
  return sum;
};

const quarters = (pool: PrimitivePool, series: string): RecordHistory => pool.follow(new RecordHistory(series, QUARTERS + 1));

/** Close / earnings a share of the last four quarters; NaN when they are not above 0. */
export const priceToEarnings = (earnings: string): FeatureDefinition =>
  feature(
    'pe_ratio',
    'price-to-earnings@1',
    [earnings],
    (pool) => {
      const history = quarters(pool, earnings);
      const { close } = pool;
      return () => {
        const year = trailingYear(history);
        return year > 0 ? close.value / year : Number.NaN;
      };
    },
    RECORDS_AND_PRICE,
  );

/** Earnings a share of the last four quarters / close: the inverse, which a loss does not break. */
export const earningsYield = (earnings: string): FeatureDefinition =>
  feature(
    'earnings_yield',
    'earnings-yield@1',
    [earnings],
    (pool) => {
      const history = quarters(pool, earnings);
      const { close } = pool;
      return () => trailingYear(history) / close.value;
    },
    RECORDS_AND_PRICE,
  );

/** (earnings of the quarter - those of the same quarter a year before) / |those|. */
export const earningsGrowth = (earnings: string): FeatureDefinition =>
  feature('eps_growth', 'earnings-growth@1', [earnings], (pool) => {
    const history = quarters(pool, earnings);
    return () => {
      const days = daysBetween(history, QUARTERS);
      const before = history.valueAt(QUARTERS);
      if (!(days >= YEAR_DAYS_MIN && days <= YEAR_DAYS_MAX) || before === 0) return Number.NaN;
      return (history.value - before) / Math.abs(before);
    };
  });

/** Net income of the last four quarters / equity; NaN when equity is not above 0. */
export const returnOnEquity = (income: string, equity: string): FeatureDefinition =>
  feature('roe', 'return-on-equity@1', [income, equity], (pool) => {
    const history = quarters(pool, income);
    const owned = latest(pool, equity);
    return () => (owned.value > 0 ? trailingYear(history) / owned.value : Number.NaN);
  });

/** Debt / equity; NaN when equity is not above 0. */
export const leverage = (debt: string, equity: string): FeatureDefinition =>
  feature('leverage', 'leverage@1', [debt, equity], (pool) => {
    const owed = latest(pool, debt);
    const owned = latest(pool, equity);
    return () => (owned.value > 0 ? owed.value / owned.value : Number.NaN);
  });

const scores = (pool: PrimitivePool, series: string, halfLifeDays: number): DecayedScores =>
  pool.follow(new DecayedScores(series, halfLifeDays, pool.seconds));

/** Mean of the scores so far, halved in weight every `halfLifeDays`; 0 before the first. */
export const sentiment = (series: string, halfLifeDays: number): FeatureDefinition =>
  feature(`sentiment_${nameOf(series)}_${halfLifeDays}`, 'sentiment@1', [series, halfLifeDays], (pool) => {
    const mean = scores(pool, series, halfLifeDays);
    return () => (mean.weight > 0 ? mean.value : 0);
  });

/** How many scores there were of late, each counted by what is left of its weight. */
export const newsIntensity = (series: string, halfLifeDays: number): FeatureDefinition =>
  feature(`news_intensity_${nameOf(series)}_${halfLifeDays}`, 'news-intensity@1', [series, halfLifeDays], (pool) => {
    const mean = scores(pool, series, halfLifeDays);
    return () => mean.weight;
  });

/** Days to the next event that is known, at most `daysMax`, which also stands for none. */
export const eventAhead = (series: string, daysMax: number): FeatureDefinition =>
  feature(`event_ahead_${nameOf(series)}_${daysMax}`, 'event-ahead@1', [series, daysMax], (pool) => {
    const calendar = pool.follow(new EventCalendar(series, pool.seconds));
    return () => (calendar.value <= daysMax ? calendar.value : daysMax);
  });

/** Days since the last event, at most `daysMax`, which also stands for none. */
export const eventSince = (series: string, daysMax: number): FeatureDefinition =>
  feature(`event_since_${nameOf(series)}_${daysMax}`, 'event-since@1', [series, daysMax], (pool) => {
    const calendar = pool.follow(new EventCalendar(series, pool.seconds));
    return () => (calendar.since <= daysMax ? calendar.since : daysMax);
  });
