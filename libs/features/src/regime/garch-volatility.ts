import type { GarchParameters } from '@tradewind/statistics';

import type { FeatureDefinition } from '../definitions/definition.js';
import type { Primitive, Source } from '../rolling/primitive.js';

const VARIANCE = 0;

/**
 * Conditional variance of the next return by a GARCH(1,1) model that was fitted elsewhere (`fitGarch` of the statistics), whose parameters
 * are in the unit of the source's returns. It begins with the long run's variance ω / (1 − α − β), which is forgotten at the rate α + β.
 */
export class GarchVariance implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory = new Float64Array(1);
  value = Number.NaN;

  /** Throws RangeError unless ω is above 0, α and β are not below it and α + β is below 1. */
  constructor(
    readonly returns: Source,
    readonly parameters: GarchParameters,
  ) {
    const { mean, omega, alpha, beta } = parameters;
    if (!(omega > 0) || !(alpha >= 0) || !(beta >= 0) || !(alpha + beta < 1))
      throw new RangeError(`GARCH needs omega above 0 and alpha + beta below 1, not ${omega}, ${alpha} and ${beta}`);
    this.key = `garch(${returns.key},${mean},${omega},${alpha},${beta})`;
    this.startsAt = returns.window;
    this.window = returns.window;
    this.memory[VARIANCE] = omega / (1 - alpha - beta);
  }

  update(): void {
    const { mean, omega, alpha, beta } = this.parameters;
    const shock = this.returns.value - mean;
    if (Number.isFinite(shock)) this.memory[VARIANCE] = omega + alpha * shock * shock + beta * this.memory[VARIANCE]!;
    this.value = this.memory[VARIANCE]!;
  }
}

/** Deviation expected of the next log return by a fitted GARCH(1,1) model of log returns: a fraction a bar. */
export const garchVolatility = (mean: number, omega: number, alpha: number, beta: number): FeatureDefinition => ({
  name: 'garch_volatility',
  formula: 'garch-volatility@1',
  parameters: [mean, omega, alpha, beta],
  inputs: ['close'],
  window: 2,
  compose(pool) {
    const variance = pool.share(new GarchVariance(pool.logReturn(), { mean, omega, alpha, beta }));
    return () => Math.sqrt(variance.value);
  },
});

/** That deviation / the long run's: above 1 the next bar is expected to be wilder than usual. */
export const garchRatio = (mean: number, omega: number, alpha: number, beta: number): FeatureDefinition => ({
  name: 'garch_ratio',
  formula: 'garch-ratio@1',
  parameters: [mean, omega, alpha, beta],
  inputs: ['close'],
  window: 2,
  compose(pool) {
    const variance = pool.share(new GarchVariance(pool.logReturn(), { mean, omega, alpha, beta }));
    return () => Math.sqrt((variance.value * (1 - alpha - beta)) / omega);
  },
});
