import { logistic, logisticLoss } from './logistic-loss.js';

/** probability = logistic(slope * score + intercept). */
export interface PlattCalibration {
  readonly slope: number;
  readonly intercept: number;
}

const ITERATIONS_MAX = 100;
const STEP_MIN = 1e-10;
const RIDGE = 1e-12;
const GRADIENT_TOLERANCE = 1e-9;

const lossOf = (scores: ArrayLike<number>, targets: Float64Array, slope: number, intercept: number): number => {
  let sum = 0;
  for (let index = 0; index < targets.length; index += 1) sum += logisticLoss(slope * scores[index]! + intercept, targets[index]!);
  return sum;
};

/**
 * Platt scaling on held-out scores: maximum likelihood of a logistic curve with targets (N1 + 1) / (N1 + 2) and 1 / (N0 + 2), by Newton's
 * method with backtracking (Platt 1999; Lin, Lin and Weng, "A note on Platt's probabilistic outputs for support vector machines", 2007).
 * A falling curve would turn the model's ranking round, so then the slope is 0 and every score gets the smoothed rate of ones.
 */
export const fitPlatt = (scores: ArrayLike<number>, labels: ArrayLike<number>): PlattCalibration => {
  if (scores.length !== labels.length || labels.length === 0) throw new RangeError(`${scores.length} scores and ${labels.length} labels`);
  const ones = Array.from(labels).reduce((sum, label) => sum + label, 0);
  const zeros = labels.length - ones;
  const targets = Float64Array.from(labels, (label) => (label === 1 ? (ones + 1) / (ones + 2) : 1 / (zeros + 2)));
  let slope = 0;
  let intercept = Math.log((ones + 1) / (zeros + 1));
  const flat = { slope: 0, intercept };
  let loss = lossOf(scores, targets, slope, intercept);
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration += 1) {
    let [slopeSlope, slopeIntercept, interceptIntercept, slopeGradient, interceptGradient] = [RIDGE, 0, RIDGE, 0, 0];
    for (let index = 0; index < targets.length; index += 1) {
      const score = scores[index]!;
      const probability = logistic(slope * score + intercept);
      const curvature = probability * (1 - probability);
      slopeSlope += score * score * curvature;
      slopeIntercept += score * curvature;
      interceptIntercept += curvature;
      slopeGradient += score * (probability - targets[index]!);
      interceptGradient += probability - targets[index]!;
    }
    if (Math.abs(slopeGradient) < GRADIENT_TOLERANCE && Math.abs(interceptGradient) < GRADIENT_TOLERANCE) break;
    const determinant = slopeSlope * interceptIntercept - slopeIntercept * slopeIntercept;
    const slopeStep = -(interceptIntercept * slopeGradient - slopeIntercept * interceptGradient) / determinant;
    const interceptStep = -(slopeSlope * interceptGradient - slopeIntercept * slopeGradient) / determinant;
    const descent = slopeGradient * slopeStep + interceptGradient * interceptStep;
    let step = 1;
    let next = lossOf(scores, targets, slope + slopeStep, intercept + interceptStep);
    while (!(next <= loss + 1e-4 * step * descent) && step > STEP_MIN) {
      step /= 2;
      next = lossOf(scores, targets, slope + step * slopeStep, intercept + step * interceptStep);
    }
    if (step <= STEP_MIN) break;
    slope += step * slopeStep;
    intercept += step * interceptStep;
    loss = next;
  }
  return slope > 0 ? { slope, intercept } : flat;
};
