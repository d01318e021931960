import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { type FeatureDefinition, ratioOr } from './definition.js';

const MIDDLE = 50;

/** What the close gained and lost on the bar before; one of them is 0. */
export const gainsAndLosses = (pool: PrimitivePool): readonly [gain: Source, loss: Source] => {
  const change = pool.change();
  return [pool.derive('gain', [change], () => Math.max(change.value, 0)), pool.derive('loss', [change], () => Math.max(-change.value, 0))];
};

/** Wilder's relative strength index in [0, 100] (New Concepts, 1978, p. 65); 50 when nothing moved. */
export const rsi = (period: number): FeatureDefinition => ({
  name: `rsi_${period}`,
  formula: 'rsi-wilder@1',
  parameters: [period],
  inputs: ['close'],
  window: period + 1,
  compose(pool) {
    const [gains, losses] = gainsAndLosses(pool);
    const gain = pool.wilder(gains, period);
    const loss = pool.wilder(losses, period);
    return () => ratioOr(100 * gain.value, gain.value + loss.value, MIDDLE);
  },
});

/** Lane's raw %K in [0, 100]: where the close lies in the range of the last bars; 50 when there was no range. */
export const rawStochastic = (pool: PrimitivePool, period: number): Source => {
  const { close } = pool;
  const high = pool.greatest(pool.high, period);
  const low = pool.least(pool.low, period);
  return pool.derive(`stochastic(${period})`, [close, high, low], () =>
    ratioOr(100 * (close.value - low.value), high.value - low.value, MIDDLE),
  );
};

/** Slow %K in [0, 100]: raw %K smoothed by a simple mean. */
export const stochasticK = (period: number, smoothing: number): FeatureDefinition => ({
  name: `stochastic_k_${period}`,
  formula: 'stochastic-k@1',
  parameters: [period, smoothing],
  inputs: ['high', 'low', 'close'],
  window: period + smoothing - 1,
  compose(pool) {
    const sum = pool.sum(rawStochastic(pool, period), smoothing);
    return () => sum.value / smoothing;
  },
});

/** Slow %D in [0, 100]: simple mean of slow %K. */
export const stochasticD = (period: number, smoothing: number, signalPeriod: number): FeatureDefinition => ({
  name: `stochastic_d_${period}`,
  formula: 'stochastic-d@1',
  parameters: [period, smoothing, signalPeriod],
  inputs: ['high', 'low', 'close'],
  window: period + smoothing + signalPeriod - 2,
  compose(pool) {
    const sum = pool.sum(pool.sum(rawStochastic(pool, period), smoothing), signalPeriod);
    return () => sum.value / (smoothing * signalPeriod);
  },
});

/** Williams %R in [-100, 0]; -50 when there was no range. */
export const williamsR = (period: number): FeatureDefinition => ({
  name: `williams_r_${period}`,
  formula: 'williams-r@1',
  parameters: [period],
  inputs: ['high', 'low', 'close'],
  window: period,
  compose(pool) {
    const raw = rawStochastic(pool, period);
    return () => raw.value - 100;
  },
});

/** close / close of `period` bars ago - 1. */
export const momentum = (period: number): FeatureDefinition => ({
  name: `momentum_${period}`,
  formula: 'momentum@1',
  parameters: [period],
  inputs: ['close'],
  window: period + 1,
  compose(pool) {
    const { close } = pool;
    const before = pool.lag(close, period);
    return () => close.value / before.value - 1;
  },
});
