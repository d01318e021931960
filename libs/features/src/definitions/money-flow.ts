import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, period } from '../catalogue/recipe.js';
import type { PrimitivePool } from '../rolling/pool.js';
import type { Source } from '../rolling/primitive.js';
import { ratioOr } from './definition.js';

const BARS = ['high', 'low', 'close', 'volume'] as const;
const CLOSE_VOLUME = ['close', 'volume'] as const;
const MIDDLE = 50;

/** Volume times the place of the close in the bar, -1 to 1 (Chaikin). */
const flowOf = (pool: PrimitivePool): Source => {
  const { high, low, close, volume } = pool;
  return pool.derive('money-flow', [high, low, close, volume], () =>
    ratioOr((close.value - low.value - (high.value - close.value)) * volume.value, high.value - low.value, 0),
  );
};

export const accumulation = catalogued({
  name: 'ad',
  group: 'volume',
  summary: "Chaikin's accumulation and distribution since the first bar, in units.",
  convention: 'a bar without range adds nothing',
  parameters: [],
  inputs: BARS,
  window: () => 1,
  compose(pool) {
    const total = pool.total(flowOf(pool));
    return () => total.value;
  },
});

const SEEN = 0;
const FAST = 1;
const SLOW = 2;

export const chaikinOscillator = catalogued({
  name: 'adosc',
  group: 'volume',
  summary: 'Chaikin oscillator: fast EMA - slow EMA of accumulation and distribution, in units.',
  convention: 'both EMAs start with the first value, as in TA-Lib and Tulip',
  parameters: [period(3, 1, 'fast'), period(10, 2, 'slow')],
  inputs: BARS,
  window: (fast: number, slow: number) => Math.max(fast, slow),
  compose(pool, fast, slow) {
    const total = pool.total(flowOf(pool));
    const quick = 2 / (fast + 1);
    const lasting = 2 / (slow + 1);
    const value = pool.scan(`adosc(${fast},${slow})`, [total], 3, (memory) => {
      const first = memory[SEEN] === 0;
      memory[SEEN] = 1;
      memory[FAST] = first ? total.value : quick * total.value + (1 - quick) * memory[FAST]!;
      memory[SLOW] = first ? total.value : lasting * total.value + (1 - lasting) * memory[SLOW]!;
      return memory[FAST] - memory[SLOW];
    });
    return () => value.value;
  },
});

export const chaikinMoneyFlow = catalogued({
  name: 'cmf',
  group: 'volume',
  summary: 'Chaikin money flow: flow / volume of the last bars, -1 to 1.',
  convention: '0 without volume',
  parameters: [period(21)],
  inputs: BARS,
  window: (size: number) => size,
  compose(pool, size) {
    const flow = pool.sum(flowOf(pool), size);
    const all = pool.sum(pool.volume, size);
    return () => ratioOr(flow.value, all.value, 0);
  },
});

export const moneyFlowIndex = catalogued({
  name: 'mfi',
  group: 'volume',
  summary: "Quong and Soudack's money flow index, 0 to 100: typical price times volume of rising bars as a share of all.",
  convention: '50 when no money flowed (TA-Lib, Tulip: 0)',
  parameters: [period(14)],
  inputs: BARS,
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { volume } = pool;
    const price = pool.typicalPrice();
    const before = pool.lag(price, 1);
    const up = pool.sum(
      pool.derive('money-in', [price, before], () => (price.value > before.value ? price.value * volume.value : 0)),
      size,
    );
    const down = pool.sum(
      pool.derive('money-out', [price, before], () => (price.value < before.value ? price.value * volume.value : 0)),
      size,
    );
    return () => ratioOr(100 * up.value, up.value + down.value, MIDDLE);
  },
});

export const vwapRatio = catalogued({
  name: 'vwap_ratio',
  group: 'volume',
  summary: 'close / volume-weighted typical price of the last bars - 1.',
  convention: 'a rolling window, not a session; 0 without volume',
  parameters: [period(20)],
  inputs: BARS,
  window: (size: number) => size,
  compose(pool, size) {
    const { close, volume } = pool;
    const price = pool.typicalPrice();
    const money = pool.sum(
      pool.derive('typical-money', [price], () => price.value * volume.value),
      size,
    );
    const units = pool.sum(volume, size);
    return () => (units.value > 0 ? (close.value * units.value) / money.value - 1 : 0);
  },
});

const ONE = 1;
const START = 1_000;

const volumeIndex = (name: string, summary: string, counts: (now: number, before: number) => boolean): Catalogued<[]> =>
  catalogued({
    name,
    group: 'volume',
    summary,
    convention: 'starts at 1,000',
    parameters: [],
    inputs: CLOSE_VOLUME,
    window: () => 2,
    compose(pool) {
      const { close, volume } = pool;
      const closeBefore = pool.lag(close, 1);
      const volumeBefore = pool.lag(volume, 1);
      const value = pool.scan(name, [closeBefore, volumeBefore], 2, (memory) => {
        const level = memory[SEEN] === 0 ? START : memory[ONE]!;
        memory[SEEN] = 1;
        memory[ONE] = counts(volume.value, volumeBefore.value) ? level * (close.value / closeBefore.value) : level;
        return memory[ONE];
      });
      return () => value.value;
    },
  });
export const negativeVolume = volumeIndex(
  'nvi',
  'Negative volume index: price changes of bars with less volume.',
  (now, before) => now < before,
);
export const positiveVolume = volumeIndex(
  'pvi',
  'Positive volume index: price changes of bars with more volume.',
  (now, before) => now > before,
);

export const priceVolumeTrend = catalogued({
  name: 'pvt',
  group: 'volume',
  summary: 'Price and volume trend: sum of volume times relative change since the second bar, in units.',
  parameters: [],
  inputs: CLOSE_VOLUME,
  window: () => 2,
  compose(pool) {
    const { close, volume } = pool;
    const before = pool.lag(close, 1);
    const total = pool.total(
      pool.derive('relative-volume', [close, before], () => (volume.value * (close.value - before.value)) / before.value),
    );
    return () => total.value;
  },
});

export const easeOfMovement = catalogued({
  name: 'emv',
  group: 'volume',
  summary: "Arms' ease of movement: move of the median price times range / volume, volume counted in 10,000.",
  convention: '0 without volume',
  parameters: [],
  inputs: ['high', 'low', 'volume'],
  window: () => 2,
  compose(pool) {
    const { high, low, volume } = pool;
    const median = pool.medianPrice();
    const before = pool.lag(median, 1);
    return () => ratioOr((median.value - before.value) * (high.value - low.value), volume.value / 10_000, 0);
  },
});

export const forceIndex = catalogued({
  name: 'force_index',
  group: 'volume',
  summary: "Elder's force index: EMA of change times volume.",
  convention: 'the EMA starts with the plain mean of its first values',
  parameters: [period(13)],
  inputs: CLOSE_VOLUME,
  window: (size: number) => size + 1,
  compose(pool, size) {
    const { volume } = pool;
    const change = pool.change();
    const mean = pool.ema(
      pool.derive('force', [change], () => change.value * volume.value),
      size,
    );
    return () => mean.value;
  },
});

export const volumeOscillator = catalogued({
  name: 'vosc',
  group: 'volume',
  summary: 'Fast SMA of the volume against the slow one, in percent.',
  convention: '0 without volume',
  parameters: [period(5, 1, 'fast'), period(20, 2, 'slow')],
  inputs: ['volume'],
  window: (...sizes: [number, number]) => Math.max(...sizes),
  compose(pool, fast, slow) {
    const quick = pool.sum(pool.volume, fast);
    const lasting = pool.sum(pool.volume, slow);
    return () => ratioOr(100 * (quick.value / fast - lasting.value / slow), lasting.value / slow, 0);
  },
});

export const volumeZScore = catalogued({
  name: 'volume_z_score',
  group: 'volume',
  summary: 'Distance of the volume from its mean, in standard deviations.',
  convention: 'population deviation; 0 when it never changed',
  parameters: [period(20)],
  inputs: ['volume'],
  window: (size: number) => size,
  compose(pool, size) {
    const spread = pool.deviation(pool.volume, size);
    return () => (spread.value > 1e-12 * spread.mean ? (pool.volume.value - spread.mean) / spread.value : 0);
  },
});

export const williamsAccumulation = catalogued({
  name: 'wad',
  group: 'volume',
  summary: "Williams' accumulation and distribution since the second bar, in price.",
  parameters: [],
  inputs: ['high', 'low', 'close'],
  window: () => 2,
  compose(pool) {
    const { high, low, close } = pool;
    const before = pool.lag(close, 1);
    const total = pool.total(
      pool.derive('williams-accumulation', [high, low, close, before], () => {
        if (close.value > before.value) return close.value - Math.min(before.value, low.value);
        return close.value < before.value ? close.value - Math.max(before.value, high.value) : 0;
      }),
    );
    return () => total.value;
  },
});

export const marketFacilitation = catalogued({
  name: 'marketfi',
  group: 'volume',
  summary: "Williams' market facilitation index: (high - low) / volume.",
  convention: '0 without volume',
  parameters: [],
  inputs: ['high', 'low', 'volume'],
  window: () => 1,
  compose:
    ({ high, low, volume }) =>
    () =>
      ratioOr(high.value - low.value, volume.value, 0),
});

export const MONEY_FLOW: readonly CatalogueEntry[] = [
  accumulation,
  chaikinOscillator,
  chaikinMoneyFlow,
  moneyFlowIndex,
  vwapRatio,
  negativeVolume,
  positiveVolume,
  priceVolumeTrend,
  easeOfMovement,
  forceIndex,
  volumeOscillator,
  volumeZScore,
  williamsAccumulation,
  marketFacilitation,
];
