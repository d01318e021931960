import { normalQuantile } from './distributions.js';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of a proportion (Wilson, JASA 22, 1927): honest near 0 and 1 and for few trials.
 * `confidence` is two-sided, e.g. 0.95. Without trials nothing is known: [0, 1]. Throws RangeError on impossible counts.
 */
export const wilsonInterval = (successes: number, trials: number, confidence = 0.95): Interval => {
  if (!(trials >= 0) || !(successes >= 0) || successes > trials) throw new RangeError(`${successes} successes in ${trials} trials`);
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence ${confidence} is not inside (0, 1)`);
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const rate = successes / trials;
  const spread = (z * z) / trials;
  const centre = rate + spread / 2;
  const margin = z * Math.sqrt((rate * (1 - rate)) / trials + spread / (4 * trials));
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - margin) / (1 + spread)),
    high: successes === trials ? 1 : Math.min(1, (centre + margin) / (1 + spread)),
  };
};

/** Lower end of the two-sided Wilson interval: the proportion that the evidence still supports. */
export const wilsonLowerBound = (successes: number, trials: number, confidence = 0.95): number =>
  wilsonInterval(successes, trials, confidence).low;
