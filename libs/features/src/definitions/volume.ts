import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { type FeatureDefinition, ratioOr } from './definition.js';

/** Volume with the sign of the bar's price change: what Granville's on-balance volume adds up. */
const signedVolume = (pool: PrimitivePool): Source => {
  const { volume } = pool;
  const change = pool.change();
  return pool.derive('signed-volume', [volume, change], () => Math.sign(change.value) * volume.value);
};

/** Simple moving average of the volume, in units. */
export const volumeSma = (period: number): FeatureDefinition => ({
  name: `volume_sma_${period}`,
  formula: 'volume-sma@1',
  parameters: [period],
  inputs: ['volume'],
  window: period,
  compose(pool) {
    const sum = pool.sum(pool.volume, period);
    return () => sum.value / period;
  },
});

/** volume / its simple moving average; 1 ("as usual") when there was no volume at all. */
export const volumeRatio = (period: number): FeatureDefinition => ({
  name: `volume_ratio_${period}`,
  formula: 'volume-ratio@1',
  parameters: [period],
  inputs: ['volume'],
  window: period,
  compose(pool) {
    const { volume } = pool;
    const sum = pool.sum(volume, period);
    return () => ratioOr(volume.value * period, sum.value, 1);
  },
});

/** volume / volume of `period` bars ago - 1; 0 ("no change known") when there was none then. */
export const volumeChange = (period: number): FeatureDefinition => ({
  name: `volume_roc_${period}`,
  formula: 'volume-roc@1',
  parameters: [period],
  inputs: ['volume'],
  window: period + 1,
  compose(pool) {
    const { volume } = pool;
    const before = pool.lag(volume, period);
    return () => ratioOr(volume.value - before.value, before.value, 0);
  },
});

/** On-balance volume since the second bar, in units (Granville 1963). */
export const onBalanceVolume = (): FeatureDefinition => ({
  name: 'obv',
  formula: 'obv@1',
  parameters: [],
  inputs: ['close', 'volume'],
  window: 2,
  compose(pool) {
    const total = pool.total(signedVolume(pool));
    return () => total.value;
  },
});

/** Change of on-balance volume over `period` bars / the volume of those bars, in [-1, 1]; 0 without volume. */
export const onBalanceFlow = (period: number): FeatureDefinition => ({
  name: `obv_flow_${period}`,
  formula: 'obv-flow@1',
  parameters: [period],
  inputs: ['close', 'volume'],
  window: period + 1,
  compose(pool) {
    const signed = pool.sum(signedVolume(pool), period);
    const all = pool.sum(pool.volume, period);
    return () => Math.max(-1, Math.min(1, ratioOr(signed.value, all.value, 0)));
  },
});
