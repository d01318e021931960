/** 1 / (1 + exp(-margin)), without overflow. */
export const logistic = (margin: number): number => {
  if (margin >= 0) return 1 / (1 + Math.exp(-margin));
  const grown = Math.exp(margin);
  return grown / (1 + grown);
};

/** log(p / (1 - p)) for p in (0, 1). */
export const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** Negative log-likelihood of one 0/1 label at a margin: log(1 + exp(margin)) - label * margin, without overflow. */
export const logisticLoss = (margin: number, label: number): number =>
  Math.max(margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))) - label * margin;

/** First derivative of the loss by the margin. */
export const logisticGradient = (margin: number, label: number): number => logistic(margin) - label;

/** Second derivative of the loss by the margin. */
export const logisticCurvature = (margin: number): number => {
  const probability = logistic(margin);
  return probability * (1 - probability);
};
