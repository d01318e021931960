import { barField } from '../definitions/context.js';
import { momentum, rsi, stochasticD, stochasticK, williamsR } from '../definitions/momentum.js';
import { autocorrelation, hurst, logReturn } from '../definitions/statistics.js';
import { ema, emaRatio, macd, macdRatio, sma, smaCross, smaRatio } from '../definitions/trend.js';
import {
  atr,
  atrRatio,
  barRange,
  bollingerPosition,
  bollingerWidth,
  historicalVolatility,
  volatilityRatio,
} from '../definitions/volatility.js';
import { onBalanceFlow, onBalanceVolume, volumeChange, volumeRatio, volumeSma } from '../definitions/volume.js';
import type { BarField } from '../rolling/primitive.js';
import type { CatalogueEntry, FeatureGroup } from './entry.js';
import { factor, integer, period } from './recipe.js';

type Parts = Omit<CatalogueEntry, 'convention'> & { readonly convention?: string };
const entry = (group: FeatureGroup, parts: Omit<Parts, 'group'>): CatalogueEntry => ({ convention: '', ...parts, group });

const field = (name: BarField, what: string): CatalogueEntry =>
  entry('bar', { name, summary: `The bar's ${what}.`, parameters: [], define: () => barField(name) });

const fastSlow = (fast: number, slow: number) => [period(fast, 1, 'fast'), period(slow, 2, 'slow')];
const MACD = [...fastSlow(12, 26), period(9, 1, 'signal')];
const EMA_START = 'starts with the plain mean of the first values, as TA-Lib and Metastock do';
const MACD_START = `each average ${EMA_START}; both begin on the first bar of the slow one`;
const WILDER_START = 'Wilder smoothing (weight 1/period), started with the plain mean of the first values';

const BARS: readonly CatalogueEntry[] = [
  field('open', 'open, in price'),
  field('high', 'high, in price'),
  field('low', 'low, in price'),
  field('close', 'close, in price'),
  field('volume', 'volume, in units'),
  entry('bar', { name: 'bar_range', summary: '(high - low) / close.', parameters: [], define: () => barRange() }),
  entry('bar', {
    name: 'log_return',
    summary: 'ln(close / close before) of the bar lag - 1 bars ago.',
    parameters: [period(1, 1, 'lag')],
    define: (lag: number) => logReturn(lag),
  }),
];

const TREND: readonly CatalogueEntry[] = [
  entry('trend', { name: 'sma', summary: 'Simple moving average of the close, in price.', parameters: [period(20)], define: sma }),
  entry('trend', { name: 'sma_ratio', summary: 'close / SMA - 1.', parameters: [period(20)], define: smaRatio }),
  entry('trend', { name: 'sma_cross', summary: 'Fast SMA / slow SMA - 1.', parameters: fastSlow(50, 200), define: smaCross }),
  entry('trend', {
    name: 'ema',
    summary: 'Exponential moving average of the close, in price.',
    convention: EMA_START,
    parameters: [period(20)],
    define: ema,
  }),
  entry('trend', { name: 'ema_ratio', summary: 'close / EMA - 1.', convention: EMA_START, parameters: [period(20)], define: emaRatio }),
  ...(['line', 'signal', 'histogram'] as const).flatMap((part) => [
    entry('trend', {
      name: `macd_${part}`,
      summary: `Appel's MACD: its ${part}, in price.`,
      convention: MACD_START,
      parameters: MACD,
      define: (fast: number, slow: number, signal: number) => macd(part, fast, slow, signal),
    }),
    entry('trend', {
      name: `macd_${part}_ratio`,
      summary: `Appel's MACD: its ${part}, as a fraction of the close.`,
      convention: MACD_START,
      parameters: MACD,
      define: (fast: number, slow: number, signal: number) => macdRatio(part, fast, slow, signal),
    }),
  ]),
];

const MOMENTUM: readonly CatalogueEntry[] = [
  entry('momentum', {
    name: 'rsi',
    summary: "Wilder's relative strength index, 0 to 100.",
    convention: `${WILDER_START}; 50 when nothing moved (TA-Lib: 0)`,
    parameters: [period(14)],
    define: rsi,
  }),
  entry('momentum', {
    name: 'stochastic_k',
    summary: "Lane's slow %K, 0 to 100.",
    convention: 'raw %K smoothed by a simple mean; 50 when there was no range (TA-Lib, Tulip: 0)',
    parameters: [period(14), period(3, 1, 'smoothing')],
    define: stochasticK,
  }),
  entry('momentum', {
    name: 'stochastic_d',
    summary: "Lane's slow %D, 0 to 100: simple mean of slow %K.",
    convention: 'as stochastic_k',
    parameters: [period(14), period(3, 1, 'smoothing'), period(3, 1, 'signal')],
    define: stochasticD,
  }),
  entry('momentum', {
    name: 'williams_r',
    summary: 'Williams %R, -100 to 0.',
    convention: '-50 when there was no range',
    parameters: [period(14)],
    define: williamsR,
  }),
  entry('momentum', { name: 'momentum', summary: 'close / close before - 1.', parameters: [period(10, 1)], define: momentum }),
];

const VOLATILITY: readonly CatalogueEntry[] = [
  entry('volatility', {
    name: 'atr',
    summary: "Wilder's average true range, in price.",
    convention: `${WILDER_START}, from the second bar on, which has a close before (Tulip: from the first)`,
    parameters: [period(14, 1)],
    define: atr,
  }),
  entry('volatility', { name: 'atr_ratio', summary: 'ATR / close.', convention: 'as atr', parameters: [period(14, 1)], define: atrRatio }),
  entry('volatility', {
    name: 'bollinger_position',
    summary: "Place of the close between Bollinger's bands: 0 on the lower, 1 on the upper.",
    convention: 'population deviation; 0.5 when nothing moved',
    parameters: [period(20), factor('deviations', 2, 0.1, 10)],
    define: bollingerPosition,
  }),
  entry('volatility', {
    name: 'bollinger_width',
    summary: "Distance of Bollinger's bands / their middle.",
    convention: 'population deviation',
    parameters: [period(20), factor('deviations', 2, 0.1, 10)],
    define: bollingerWidth,
  }),
  entry('volatility', {
    name: 'historical_volatility',
    summary: 'Standard deviation of log returns, times the root of 252: a fraction a year for daily bars.',
    convention: 'sample deviation',
    parameters: [period(20)],
    define: historicalVolatility,
  }),
  entry('volatility', {
    name: 'volatility_ratio',
    summary: 'Deviation of the last fast log returns / that of the last slow.',
    convention: 'sample deviation; 1 when nothing moved',
    parameters: [period(10, 2, 'fast'), period(63, 3, 'slow')],
    define: volatilityRatio,
  }),
];

const VOLUME: readonly CatalogueEntry[] = [
  entry('volume', {
    name: 'volume_sma',
    summary: 'Simple moving average of the volume, in units.',
    parameters: [period(20)],
    define: volumeSma,
  }),
  entry('volume', {
    name: 'volume_ratio',
    summary: 'volume / its simple moving average.',
    convention: '1 when there was no volume at all',
    parameters: [period(20)],
    define: volumeRatio,
  }),
  entry('volume', {
    name: 'volume_roc',
    summary: 'volume / volume before - 1.',
    convention: '0 when there was none then',
    parameters: [period(10, 1)],
    define: volumeChange,
  }),
  entry('volume', {
    name: 'obv',
    summary: "Granville's on-balance volume since the second bar, in units.",
    convention: 'starts at 0 (TA-Lib: at the first volume)',
    parameters: [],
    define: onBalanceVolume,
  }),
  entry('volume', {
    name: 'obv_flow',
    summary: 'Change of on-balance volume / the volume of those bars, -1 to 1.',
    convention: '0 without volume',
    parameters: [period(20)],
    define: onBalanceFlow,
  }),
];

const STATISTICS: readonly CatalogueEntry[] = [
  entry('statistics', {
    name: 'hurst',
    summary: 'Generalised Hurst exponent H(2) of the log close; 0.5 is a random walk.',
    convention: 'Di Matteo, Aste, Dacorogna 2005, at distances 1, 2, 4 … distance; 0.5 when nothing moved',
    parameters: [period(100, 8), integer('distance', 16, 2, 512)],
    define: hurst,
  }),
  entry('statistics', {
    name: 'autocorrelation',
    summary: 'Autocorrelation at lag 1 of the log returns, -1 to 1.',
    convention: 'sample autocorrelation of Box and Jenkins (one mean, one variance); 0 when nothing moved',
    parameters: [period(20, 3)],
    define: autocorrelation,
  }),
];

/** The features of FE2 of the specification, and what belongs to them. */
export const BASELINE_FEATURES: readonly CatalogueEntry[] = [...BARS, ...TREND, ...MOMENTUM, ...VOLATILITY, ...VOLUME, ...STATISTICS];
