import { nanosFromMillis, priceFromNumber, quantityFromNumber } from '@tradewind/vocabulary';
import type { Price, Quantity, UnixNanos } from '@tradewind/vocabulary';
import { seededRandom } from './seeded-random.js';

/** A generated daily bar: exact prices on a cent grid, low ≤ open, close ≤ high. */
export interface SeriesBar {
  /** `YYYY-MM-DD`, weekdays only (no holidays). */
  readonly date: string;
  /** 21:00 UTC of the date. */
  readonly closeTime: UnixNanos;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Quantity;
}

export interface SeriesOptions {
  readonly seed: number | string;
  readonly bars: number;
  /** First date considered, `YYYY-MM-DD`. */
  readonly from?: string;
  readonly startPrice?: number;
  /** Yearly log drift and long-run yearly volatility. */
  readonly drift?: number;
  readonly volatility?: number;
}

const dayMs = 86_400_000;
const yearDays = 252;
/** GARCH(1,1) weights (Bollerslev, 1986): persistence 0.97, about what daily equity indexes show. */
const shockWeight = 0.08;
const memoryWeight = 0.89;

/** A random walk of daily closes with clustering volatility; the same options give the same bars on every machine. */
export function dailyBarSeries(options: SeriesOptions): SeriesBar[] {
  const random = seededRandom(options.seed);
  const dailyDrift = (options.drift ?? 0.06) / yearDays;
  const meanVariance = (options.volatility ?? 0.18) ** 2 / yearDays;
  const dates = weekdays(options.from ?? '2000-01-03', options.bars);
  let variance = meanVariance;
  let previous = options.startPrice ?? 100;
  return dates.map((day) => {
    const shock = Math.sqrt(variance) * random.normal();
    const deviation = Math.sqrt(variance);
    const open = previous * Math.exp(deviation * 0.3 * random.normal());
    const close = previous * Math.exp(dailyDrift + shock);
    const high = Math.max(open, close) * Math.exp(deviation * 0.4 * Math.abs(random.normal()));
    const low = Math.min(open, close) * Math.exp(-deviation * 0.4 * Math.abs(random.normal()));
    const volume = Math.round(1_000_000 * Math.exp(0.3 * random.normal() + 4 * Math.abs(shock)));
    variance = (1 - shockWeight - memoryWeight) * meanVariance + shockWeight * shock * shock + memoryWeight * variance;
    previous = close;
    return {
      date: new Date(day).toISOString().slice(0, 10),
      closeTime: nanosFromMillis(day + 21 * 3_600_000),
      open: priceFromNumber(open, 2),
      high: priceFromNumber(high, 2),
      low: priceFromNumber(low, 2),
      close: priceFromNumber(close, 2),
      volume: quantityFromNumber(volume, 0),
    };
  });
}

function weekdays(from: string, count: number): number[] {
  const days: number[] = [];
  for (let day = Date.parse(`${from}T00:00:00Z`); days.length < count; day += dayMs) {
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6) days.push(day);
  }
  return days;
}
