import { logisticLoss, logit } from './logistic-loss.js';

/** How good probabilities were against what happened. All are means over the rows. */
export interface ProbabilityMetrics {
  readonly rows: number;
  readonly baseRate: number;
  /** Mean squared error of the probability (Brier, "Verification of forecasts expressed in terms of probability", 1950; one-column form). */
  readonly brier: number;
  /** Brier score of always saying the base rate of these rows. */
  readonly brierOfBaseRate: number;
  readonly logLoss: number;
  /** Share of rows where `probability > 0.5` equals the label. */
  readonly accuracy: number;
  /** Area under the ROC curve; 0.5 when one class is absent. */
  readonly auc: number;
  /** Expected calibration error over ten equal-width bins. */
  readonly calibrationError: number;
}

const PROBABILITY_FLOOR = 1e-15;
const CALIBRATION_BINS = 10;

const checkLengths = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): void => {
  if (probabilities.length !== labels.length || labels.length === 0) {
    throw new RangeError(`${probabilities.length} probabilities and ${labels.length} labels`);
  }
};

const meanOver = (length: number, term: (index: number) => number): number => {
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += term(index);
  return sum / length;
};

export const brierScore = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number => {
  checkLengths(probabilities, labels);
  return meanOver(labels.length, (index) => (probabilities[index]! - labels[index]!) ** 2);
};

/** Mean negative log-likelihood; probabilities are kept 1e-15 from 0 and 1. */
export const logLoss = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number => {
  checkLengths(probabilities, labels);
  return meanOver(labels.length, (index) => {
    const kept = Math.min(1 - PROBABILITY_FLOOR, Math.max(PROBABILITY_FLOOR, probabilities[index]!));
    return logisticLoss(logit(kept), labels[index]!);
  });
};

export const accuracy = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): number => {
  checkLengths(probabilities, labels);
  return meanOver(labels.length, (index) => ((probabilities[index]! > 0.5 ? 1 : 0) === labels[index] ? 1 : 0));
};

/** Mann–Whitney form of the area under the ROC curve, ties counted half (Hanley and McNeil, Radiology 1982). 0.5 when one class is absent. */
export const areaUnderRoc = (scores: ArrayLike<number>, labels: ArrayLike<number>): number => {
  checkLengths(scores, labels);
  const order = Array.from({ length: labels.length }, (_, index) => index).sort((left, right) => scores[left]! - scores[right]!);
  let rankSum = 0;
  let positives = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1;
    const rank = (from + 1 + to) / 2;
    for (let index = from; index < to; index += 1) {
      if (labels[order[index]!] === 1) {
        rankSum += rank;
        positives += 1;
      }
    }
    from = to;
  }
  const negatives = order.length - positives;
  return positives === 0 || negatives === 0 ? 0.5 : (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
};

/** Weighted mean of |mean probability - rate of ones| over equal-width bins (Naeini, Cooper and Hauskrecht, AAAI 2015). */
export const expectedCalibrationError = (probabilities: ArrayLike<number>, labels: ArrayLike<number>, bins = CALIBRATION_BINS): number => {
  checkLengths(probabilities, labels);
  const probabilitySums = new Float64Array(bins);
  const labelSums = new Float64Array(bins);
  for (let index = 0; index < labels.length; index += 1) {
    const bin = Math.min(bins - 1, Math.floor(probabilities[index]! * bins));
    probabilitySums[bin]! += probabilities[index]!;
    labelSums[bin]! += labels[index]!;
  }
  return probabilitySums.reduce((sum, total, bin) => sum + Math.abs(total - labelSums[bin]!), 0) / labels.length;
};

/** All of them at once. Throws RangeError unless there is one label a probability, and at least one. */
export const probabilityMetrics = (probabilities: ArrayLike<number>, labels: ArrayLike<number>): ProbabilityMetrics => {
  checkLengths(probabilities, labels);
  const baseRate = meanOver(labels.length, (index) => labels[index]!);
  return {
    rows: labels.length,
    baseRate,
    brier: brierScore(probabilities, labels),
    brierOfBaseRate: baseRate * (1 - baseRate),
    logLoss: logLoss(probabilities, labels),
    accuracy: accuracy(probabilities, labels),
    auc: areaUnderRoc(probabilities, labels),
    calibrationError: expectedCalibrationError(probabilities, labels),
  };
};
