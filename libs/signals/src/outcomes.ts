import { mean, sampleDeviation } from '@tradewind/statistics';

/** Returns are kept as integers in millionths: compact as JSON, and exact however often they are saved. */
export const MICRO = 1e6;
export const OUTCOMES_KEPT = 250;
export const RECENT_OUTCOMES = 30;
export const APPROVE_HIT_RATE = 0.55;
const TRADING_DAYS_A_YEAR = 252;

/** The window with one more value, oldest dropped beyond `limit`. */
export const appended = (window: readonly number[], value: number, limit: number): readonly number[] => {
  if (window.length < limit) return [...window, value];
  // Shifted in place of cut and pushed to: a push makes a full array grow by half, and this is done for every bar.
  const next = window.slice(window.length - limit);
  for (let index = 1; index < limit; index += 1) next[index - 1] = next[index]!;
  next[limit - 1] = value;
  return next;
};

/** Hits among the last `count` outcomes. An outcome is signed in the direction of its signal; above zero is a hit. */
export const hitsIn = (outcomes: readonly number[], count: number): number => {
  let hits = 0;
  for (let index = Math.max(0, outcomes.length - count); index < outcomes.length; index += 1) {
    if (outcomes[index]! > 0) hits += 1;
  }
  return hits;
};

/** Student's t of the mean outcome against zero. Zero without spread or below two outcomes: nothing is known. */
export const tStatisticOf = (outcomes: readonly number[]): number => {
  const deviation = sampleDeviation(outcomes);
  return deviation > 0 ? (mean(outcomes) / deviation) * Math.sqrt(outcomes.length) : 0;
};

/** SG3: how good a kind of signal has been. Rates are fractions; NaN while nothing is known. */
export interface SignalQuality {
  readonly outcomes: number;
  readonly recentHitRate: number;
  readonly hitRate: number;
  /** Gains over losses of the outcomes; Infinity without a loss. */
  readonly profitFactor: number;
  /** Annualised, of the outcomes as non-overlapping periods of the horizon. */
  readonly sharpe: number;
  readonly verdict: 'APPROVE' | 'IMPROVE';
}

/** The quality of a window of outcomes in millionths. */
export const signalQuality = (outcomes: readonly number[], horizonBars: number): SignalQuality => {
  let gains = 0;
  let losses = 0;
  for (const outcome of outcomes) {
    if (outcome > 0) gains += outcome;
    else losses -= outcome;
  }
  const count = outcomes.length;
  const recent = Math.min(count, RECENT_OUTCOMES);
  const recentHitRate = recent > 0 ? hitsIn(outcomes, recent) / recent : Number.NaN;
  const deviation = sampleDeviation(outcomes);
  return {
    outcomes: count,
    recentHitRate,
    hitRate: count > 0 ? hitsIn(outcomes, count) / count : Number.NaN,
    profitFactor: count > 0 ? gains / losses : Number.NaN,
    sharpe: deviation > 0 ? (mean(outcomes) / deviation) * Math.sqrt(TRADING_DAYS_A_YEAR / horizonBars) : Number.NaN,
    verdict: recentHitRate > APPROVE_HIT_RATE ? 'APPROVE' : 'IMPROVE',
  };
};
