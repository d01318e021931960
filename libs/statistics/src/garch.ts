import { gradient, hessian } from './derivatives.js';
import { inverse, type Matrix, product } from './matrix.js';
import { bfgs, nelderMead } from './minimise.js';
import { mean, sampleDeviation } from './moments.js';

/** r = μ + e, e² expected h; h′ = ω + α·e² + β·h. In the units of the returns. */
export interface GarchParameters {
  readonly mean: number;
  readonly omega: number;
  readonly alpha: number;
  readonly beta: number;
}

/**
 * What stands for e² and h before the first return. `sample-variance`: the mean of e² at the parameters at hand (Fiorentini, Calzolari and
 * Panattoni 1996). `exponential`: weights 0.94ⁱ over the first 75 squared deviations from the sample mean, fixed while fitting, as Python's
 * `arch` has it.
 */
export type GarchBackcast = 'sample-variance' | 'exponential';

export interface GarchFit {
  readonly parameters: GarchParameters;
  /** Standard errors from the inverse Hessian of the likelihood. */
  readonly errors: GarchParameters;
  /** Standard errors that hold when the shocks are not normal (Bollerslev and Wooldridge 1992). */
  readonly robustErrors: GarchParameters;
  readonly logLikelihood: number;
  readonly observations: number;
  readonly converged: boolean;
}

const OBSERVATIONS_MIN = 50;
const BACKCAST_DECAY = 0.94;
const BACKCAST_LENGTH = 75;
const LOG_TWO_PI = Math.log(2 * Math.PI);
const PARAMETERS = 4;

const exponentialBackcast = (returns: ArrayLike<number>): number => {
  const centre = mean(returns);
  const length = Math.min(BACKCAST_LENGTH, returns.length);
  let weights = 0;
  let sum = 0;
  for (let index = 0, weight = 1; index < length; index += 1, weight *= BACKCAST_DECAY) {
    weights += weight;
    sum += weight * (returns[index]! - centre) ** 2;
  }
  return sum / weights;
};

const sampleVarianceAbout = (returns: ArrayLike<number>, centre: number): number => {
  let sum = 0;
  for (let index = 0; index < returns.length; index += 1) sum += (returns[index]! - centre) ** 2;
  return sum / returns.length;
};

/** Log likelihood of each return in turn goes to `each`; the last conditional variance (of the return after the last) comes back. */
const walk = (
  returns: ArrayLike<number>,
  at: Float64Array,
  before: number,
  each: (logLikelihood: number, variance: number) => void,
): number => {
  const centre = at[0]!;
  const omega = at[1]!;
  const alpha = at[2]!;
  const beta = at[3]!;
  let variance = omega + (alpha + beta) * before;
  for (let index = 0; index < returns.length; index += 1) {
    const squared = (returns[index]! - centre) ** 2;
    each(-0.5 * (LOG_TWO_PI + Math.log(variance) + squared / variance), variance);
    variance = omega + alpha * squared + beta * variance;
  }
  return variance;
};

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

/** Mean, ln ω, logit of α + β, logit of α's share of it: every point of this space is a stationary model. */
const fromFree = (free: Float64Array): Float64Array => {
  const persistence = logistic(free[2]!);
  const share = logistic(free[3]!);
  return Float64Array.of(free[0]!, Math.exp(free[1]!), persistence * share, persistence * (1 - share));
};

/** First guesses of α + β and of α's share, as daily returns mostly have them. */
const STARTS: readonly (readonly [number, number])[] = [
  [0.97, 0.08],
  [0.9, 0.15],
  [0.995, 0.05],
  [0.6, 0.4],
];

const freeStart = ([persistence, share]: readonly [number, number]): Float64Array =>
  // Returns are standardised, so that ω = 1 − persistence gives their variance of one.
  Float64Array.of(0, Math.log(1 - persistence), logit(persistence), logit(share));

const named = (values: ArrayLike<number>): GarchParameters => ({
  mean: values[0]!,
  omega: values[1]!,
  alpha: values[2]!,
  beta: values[3]!,
});

const diagonalRoots = (covariance: Matrix): Float64Array => Float64Array.from(covariance, (row, index) => Math.sqrt(row[index]!));

/** Σ g·gᵀ over the returns, g the gradient of a return's log likelihood. */
const scoreProducts = (returns: ArrayLike<number>, at: Float64Array, beforeOf: (at: Float64Array) => number): Float64Array[] => {
  const count = returns.length;
  const likelihoods = (point: Float64Array): Float64Array => {
    const each = new Float64Array(count);
    let index = 0;
    walk(returns, point, beforeOf(point), (logLikelihood) => {
      each[index] = logLikelihood;
      index += 1;
    });
    return each;
  };
  const scores = Array.from({ length: PARAMETERS }, (_value, parameter) => {
    const size = 6e-6 * Math.max(Math.abs(at[parameter]!), 1e-2);
    const above = likelihoods(at.map((value, index) => (index === parameter ? value + size : value)));
    const below = likelihoods(at.map((value, index) => (index === parameter ? value - size : value)));
    return above.map((value, index) => (value - below[index]!) / (2 * size));
  });
  return scores.map((left) => Float64Array.from(scores, (right) => left.reduce((sum, value, index) => sum + value * right[index]!, 0)));
};

const NEWTON_STEPS = 3;

/** Newton's steps from a point near the minimum, as far as they go down and stay inside: they take the last digits. */
const polished = (loss: (at: Float64Array) => number, from: Float64Array): Float64Array => {
  let at = from;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const slope = gradient(loss, at);
    const next = inverse(hessian(loss, at)).map(
      (row, index) => at[index]! - row.reduce((sum, value, part) => sum + value * slope[part]!, 0),
    );
    const [, omega, alpha, beta] = next as [number, number, number, number];
    const inside = omega > 0 && alpha >= 0 && beta >= 0 && alpha + beta < 1;
    if (!inside || !(loss(Float64Array.from(next)) <= loss(at))) return at;
    at = Float64Array.from(next);
  }
  return at;
};

/**
 * GARCH(1,1) with a constant mean by maximum likelihood of normal shocks (Bollerslev, "Generalized Autoregressive Conditional
 * Heteroskedasticity", J. Econometrics 31 (1986)), stationary by construction. Returns may be in any unit: they are standardised inside.
 * Throws RangeError below 50 returns, on one that is not finite, and when they do not vary.
 */
export const fitGarch = (returns: ArrayLike<number>, backcast: GarchBackcast = 'exponential'): GarchFit => {
  const observations = returns.length;
  if (observations < OBSERVATIONS_MIN) throw new RangeError(`GARCH needs ${OBSERVATIONS_MIN} returns, not ${observations}`);
  const centre = mean(returns);
  const scale = sampleDeviation(returns);
  if (!(scale > 0) || !Number.isFinite(scale)) throw new RangeError('returns must be finite and vary');
  const standard = Float64Array.from(returns, (value) => (value - centre) / scale);
  const fixed = exponentialBackcast(standard);
  const beforeOf = (at: Float64Array): number => (backcast === 'exponential' ? fixed : sampleVarianceAbout(standard, at[0]!));
  const lossAt = (at: Float64Array): number => {
    let sum = 0;
    walk(standard, at, beforeOf(at), (logLikelihood) => {
      sum -= logLikelihood;
    });
    return sum;
  };
  const loss = (free: Float64Array): number => lossAt(fromFree(free)) / observations;
  const start = STARTS.map(freeStart).reduce((best, free) => (loss(free) < loss(best) ? free : best));
  const rough = nelderMead(loss, start, { scale: 0.5, tolerance: 1e-10 });
  const found = bfgs(loss, rough.at, { tolerance: 1e-7 });
  const at = polished(lossAt, fromFree(found.at));
  const covariance = inverse(hessian(lossAt, at));
  const robust = product(product(covariance, scoreProducts(standard, at, beforeOf)), covariance);
  const inUnits = (values: Float64Array): GarchParameters =>
    named([values[0]! * scale, values[1]! * scale * scale, values[2]!, values[3]!]);
  const parameters = inUnits(at);
  return {
    parameters: { ...parameters, mean: parameters.mean + centre },
    errors: inUnits(diagonalRoots(covariance)),
    robustErrors: inUnits(diagonalRoots(robust)),
    logLikelihood: -lossAt(at) - observations * Math.log(scale),
    observations,
    converged: found.converged || gradient(loss, found.at).every((part) => Math.abs(part) < 1e-5),
  };
};

/** Conditional variance of each return given those before it and, last, of the return to come: one more than there are returns. */
export const garchVariances = (
  returns: ArrayLike<number>,
  { mean: centre, omega, alpha, beta }: GarchParameters,
  backcast: GarchBackcast = 'exponential',
): Float64Array => {
  const before = backcast === 'exponential' ? exponentialBackcast(returns) : sampleVarianceAbout(returns, centre);
  const variances = new Float64Array(returns.length + 1);
  let index = 0;
  variances[returns.length] = walk(returns, Float64Array.of(centre, omega, alpha, beta), before, (_logLikelihood, variance) => {
    variances[index] = variance;
    index += 1;
  });
  return variances;
};
