import type { Source } from '../rolling/primitive.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { FeatureDefinition } from './definition.js';

/** Simple moving average of the close, in price. */
export const sma = (period: number): FeatureDefinition => ({
  name: `sma_${period}`,
  formula: 'sma@1',
  parameters: [period],
  inputs: ['close'],
  window: period,
  compose(pool) {
    const sum = pool.sum(pool.close, period);
    return () => sum.value / period;
  },
});

/** close / SMA - 1. */
export const smaRatio = (period: number): FeatureDefinition => ({
  name: `sma_ratio_${period}`,
  formula: 'sma-ratio@1',
  parameters: [period],
  inputs: ['close'],
  window: period,
  compose(pool) {
    const { close } = pool;
    const sum = pool.sum(close, period);
    return () => (close.value * period) / sum.value - 1;
  },
});

/** fast SMA / slow SMA - 1. */
export const smaCross = (fast: number, slow: number): FeatureDefinition => ({
  name: `sma_cross_${fast}_${slow}`,
  formula: 'sma-cross@1',
  parameters: [fast, slow],
  inputs: ['close'],
  window: Math.max(fast, slow),
  compose(pool) {
    const fastSum = pool.sum(pool.close, fast);
    const slowSum = pool.sum(pool.close, slow);
    return () => (fastSum.value * slow) / (slowSum.value * fast) - 1;
  },
});

/** Exponential moving average of the close, in price. */
export const ema = (period: number): FeatureDefinition => ({
  name: `ema_${period}`,
  formula: 'ema@1',
  parameters: [period],
  inputs: ['close'],
  window: period,
  compose(pool) {
    const mean = pool.ema(pool.close, period);
    return () => mean.value;
  },
});

/** close / EMA - 1. */
export const emaRatio = (period: number): FeatureDefinition => ({
  name: `ema_ratio_${period}`,
  formula: 'ema-ratio@1',
  parameters: [period],
  inputs: ['close'],
  window: period,
  compose(pool) {
    const { close } = pool;
    const mean = pool.ema(close, period);
    return () => close.value / mean.value - 1;
  },
});

interface Macd {
  readonly line: Source;
  readonly signal: Source;
}

/** Appel's moving average convergence divergence; both averages begin on the slow one's first bar, as in TA-Lib. */
const macdOf = (pool: PrimitivePool, fast: number, slow: number, signalPeriod: number): Macd => {
  const fastMean = pool.ema(pool.close, fast, slow - fast);
  const slowMean = pool.ema(pool.close, slow);
  const line = pool.derive(`macd(${fast},${slow})`, [fastMean, slowMean], () => fastMean.value - slowMean.value);
  return { line, signal: pool.ema(line, signalPeriod) };
};

type MacdPart = 'line' | 'signal' | 'histogram';

const partOf = ({ line, signal }: Macd, part: MacdPart): (() => number) => {
  if (part === 'line') return () => line.value;
  return part === 'signal' ? () => signal.value : () => line.value - signal.value;
};

const macdWindow = (part: MacdPart, slow: number, signalPeriod: number): number => (part === 'line' ? slow : slow + signalPeriod - 1);

/** A part of MACD, in price. */
export const macd = (part: MacdPart, fast: number, slow: number, signalPeriod: number): FeatureDefinition => ({
  name: `macd_${part}`,
  formula: `macd-${part}@1`,
  parameters: [fast, slow, signalPeriod],
  inputs: ['close'],
  window: macdWindow(part, slow, signalPeriod),
  compose: (pool) => partOf(macdOf(pool, fast, slow, signalPeriod), part),
});

/** A part of MACD as a fraction of the close. */
export const macdRatio = (part: MacdPart, fast: number, slow: number, signalPeriod: number): FeatureDefinition => ({
  name: `macd_${part}_ratio`,
  formula: `macd-${part}-ratio@1`,
  parameters: [fast, slow, signalPeriod],
  inputs: ['close'],
  window: macdWindow(part, slow, signalPeriod),
  compose(pool) {
    const { close } = pool;
    const read = partOf(macdOf(pool, fast, slow, signalPeriod), part);
    return () => read() / close.value;
  },
});
