import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import type { FeatureDefinition } from './definition.js';

const SESSIONS_PER_YEAR = 252;
/** Deviations below this share of the mean are rounding, not movement. */
const NO_MOVEMENT = 1e-12;

const averageTrueRange = (pool: PrimitivePool, period: number): Source => pool.wilder(pool.trueRange(), period);

/** Wilder's average true range, in price (New Concepts, 1978, p. 23). */
export const atr = (period: number): FeatureDefinition => ({
  name: `atr_${period}`,
  formula: 'atr-wilder@1',
  parameters: [period],
  inputs: ['high', 'low', 'close'],
  window: period + 1,
  compose(pool) {
    const mean = averageTrueRange(pool, period);
    return () => mean.value;
  },
});

/** ATR / close. */
export const atrRatio = (period: number): FeatureDefinition => ({
  name: `atr_ratio_${period}`,
  formula: 'atr-ratio@1',
  parameters: [period],
  inputs: ['high', 'low', 'close'],
  window: period + 1,
  compose(pool) {
    const { close } = pool;
    const mean = averageTrueRange(pool, period);
    return () => mean.value / close.value;
  },
});

/** Where the close lies between Bollinger's bands: 0 on the lower, 1 on the upper, 0.5 when nothing moved. Population deviation. */
export const bollingerPosition = (period: number, deviations: number): FeatureDefinition => ({
  name: `bollinger_position_${period}`,
  formula: 'bollinger-position@1',
  parameters: [period, deviations],
  inputs: ['close'],
  window: period,
  compose(pool) {
    const { close } = pool;
    const band = pool.deviation(close, period);
    return () => (band.value > NO_MOVEMENT * band.mean ? 0.5 + (close.value - band.mean) / (2 * deviations * band.value) : 0.5);
  },
});

/** Distance of Bollinger's bands / their middle. */
export const bollingerWidth = (period: number, deviations: number): FeatureDefinition => ({
  name: `bollinger_width_${period}`,
  formula: 'bollinger-width@1',
  parameters: [period, deviations],
  inputs: ['close'],
  window: period,
  compose(pool) {
    const band = pool.deviation(pool.close, period);
    return () => (2 * deviations * band.value) / band.mean;
  },
});

/** Sample standard deviation of daily log returns, times the root of 252: a fraction a year. */
export const historicalVolatility = (period: number): FeatureDefinition => ({
  name: `hv_${period}`,
  formula: 'historical-volatility@1',
  parameters: [period, SESSIONS_PER_YEAR],
  inputs: ['close'],
  window: period + 1,
  compose(pool) {
    const deviation = pool.deviation(pool.logReturn(), period);
    const scale = Math.sqrt((SESSIONS_PER_YEAR * period) / (period - 1));
    return () => deviation.value * scale;
  },
});

/** Sample deviation of the last `fast` log returns / that of the last `slow`; 1 when nothing moved. */
export const volatilityRatio = (fast: number, slow: number): FeatureDefinition => ({
  name: `volatility_ratio_${fast}_${slow}`,
  formula: 'volatility-ratio@1',
  parameters: [fast, slow],
  inputs: ['close'],
  window: Math.max(fast, slow) + 1,
  compose(pool) {
    const returns = pool.logReturn();
    const near = pool.deviation(returns, fast);
    const far = pool.deviation(returns, slow);
    const scale = Math.sqrt((fast / (fast - 1)) * ((slow - 1) / slow));
    return () => (far.value > NO_MOVEMENT ? (near.value / far.value) * scale : 1);
  },
});

/** (high - low) / close of the bar. */
export const barRange = (): FeatureDefinition => ({
  name: 'bar_range',
  formula: 'bar-range@1',
  parameters: [],
  inputs: ['high', 'low', 'close'],
  window: 1,
  compose({ high, low, close }) {
    return () => (high.value - low.value) / close.value;
  },
});
