import { mean, sampleDeviation } from '@tradewind/statistics';

import type { ReturnHistory } from '../history.js';

/** What moves many instruments at once, as far as bars alone can tell. */
export const FACTORS = ['market', 'momentum', 'volatility', 'size'] as const;
export type Factor = (typeof FACTORS)[number];

/** The market itself, the first that has bars; else every instrument counts the same. */
const MARKETS = ['SPY', 'SPX'] as const;
/** Thirds of at least two. */
const SORTED_SYMBOLS_MIN = 6;
/** Momentum is the year's return without its last month (Jegadeesh and Titman 1993; Carhart 1997): of any window, without its last twelfth. */
const MOMENTUM_SKIPPED_SHARE = 12;

interface Candidate {
  readonly symbol: string;
  readonly returns: Float64Array;
}

const averageOf = (candidates: readonly Candidate[], bars: number): Float64Array => {
  const sums = new Float64Array(bars);
  for (const { returns } of candidates) for (let index = 0; index < bars; index += 1) sums[index] = sums[index]! + returns[index]!;
  return sums.map((sum) => sum / candidates.length);
};

/** Upper third less lower third by a characteristic, all alike in a third (Fama and French 1993, of one sort). */
const spreadBy = (candidates: readonly Candidate[], bars: number, characteristic: (candidate: Candidate) => number): Float64Array => {
  const sorted = candidates
    .map((candidate) => ({ candidate, value: characteristic(candidate) }))
    .sort((left, right) => left.value - right.value || (left.candidate.symbol < right.candidate.symbol ? -1 : 1))
    .map(({ candidate }) => candidate);
  const third = Math.floor(sorted.length / 3);
  const low = averageOf(sorted.slice(0, third), bars);
  const high = averageOf(sorted.slice(-third), bars);
  return high.map((value, index) => value - low[index]!);
};

/**
 * Returns of the factors over the last `bars`, sorted by what the instruments are today, so that they fit positions as they are today. Size is the average value
 * traded: the platform knows no number of shares. Undefined without an instrument that has so many bars; only the market with fewer than six.
 */
export const factorReturns = (history: ReturnHistory, bars: number): ReadonlyMap<Factor, Float64Array> | undefined => {
  const candidates: Candidate[] = [];
  for (const symbol of history.symbols) {
    const returns = history.returnsOf(symbol, bars);
    if (returns !== undefined) candidates.push({ symbol, returns });
  }
  if (candidates.length === 0) return undefined;
  const market = MARKETS.map((name) => candidates.find(({ symbol }) => symbol === name)).find((found) => found !== undefined);
  const factors = new Map<Factor, Float64Array>([['market', market?.returns ?? averageOf(candidates, bars)]]);
  if (candidates.length < SORTED_SYMBOLS_MIN) return factors;
  const skipped = Math.round(bars / MOMENTUM_SKIPPED_SHARE);
  factors.set(
    'momentum',
    spreadBy(candidates, bars, ({ symbol }) => {
      const closes = history.closesOf(symbol, bars + 1)!;
      return closes[bars - skipped]! / closes[0]!;
    }),
  );
  factors.set(
    'volatility',
    spreadBy(candidates, bars, ({ returns }) => sampleDeviation(returns)),
  );
  factors.set(
    'size',
    spreadBy(candidates, bars, ({ symbol }) => {
      const closes = history.closesOf(symbol, bars)!;
      return mean(history.volumesOf(symbol, bars)!.map((volume, index) => volume * closes[index]!));
    }),
  );
  return factors;
};
