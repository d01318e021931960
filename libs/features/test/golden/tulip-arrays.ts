import type { FeatureDefinition } from '../../src/index.js';
import { feature } from './compute.js';

interface TulipArray {
  readonly definition: FeatureDefinition;
  /** Turns ours into Tulip's unit. */
  readonly value?: (ours: number) => number;
}

const percent = (ours: number): number => ours / 100;

/** The recorded arrays of Tulip, by its names, and the feature of ours that each is. */
export const TULIP_ARRAYS: Readonly<Record<string, TulipArray>> = {
  sma: { definition: feature('sma', 20) },
  ema: { definition: feature('ema', 20) },
  wma: { definition: feature('wma', 20) },
  hma: { definition: feature('hma', 9) },
  zlema: { definition: feature('zlema', 20) },
  wilders: { definition: feature('wilders', 14) },
  dema: { definition: feature('dema', 20) },
  tema: { definition: feature('tema', 20) },
  kama: { definition: feature('kama', 10) },
  vwma: { definition: feature('vwma', 20) },
  trima: { definition: feature('trima', 20) },
  wcprice: { definition: feature('weighted_close') },
  avgprice: { definition: feature('average_price') },
  medprice: { definition: feature('median_price') },
  typprice: { definition: feature('typical_price') },
  qstick: { definition: feature('qstick', 10) },
  rsi: { definition: feature('rsi', 14) },
  stochrsi: { definition: feature('stochastic_rsi', 14, 14, 1), value: percent },
  mom: { definition: feature('mom', 10) },
  roc: { definition: feature('roc', 10), value: percent },
  rocr: { definition: feature('rocr', 10) },
  willr: { definition: feature('williams_r', 14) },
  cci: { definition: feature('cci', 14) },
  bop: { definition: feature('bop') },
  mfi: { definition: feature('mfi', 14) },
  cvi: { definition: feature('chaikin_volatility', 10) },
  ao: { definition: feature('ao', 5, 34) },
  vhf: { definition: feature('vhf', 28) },
  wad: { definition: feature('wad') },
  dpo: { definition: feature('dpo', 20) },
  cmo: { definition: feature('cmo', 14) },
  fosc: { definition: feature('fosc', 14) },
  // Tulip divides the change of the triple average by the new value, the rest of the world by the old one.
  trix: { definition: feature('trix', 18), value: (ours) => ours / (1 + ours / 100) },
  obv: { definition: feature('obv') },
  stoch_k: { definition: feature('stochastic_k', 14, 3) },
  stoch_d: { definition: feature('stochastic_d', 14, 3, 3) },
  aroon_down: { definition: feature('aroon_down', 14) },
  aroon_up: { definition: feature('aroon_up', 14) },
  aroonosc: { definition: feature('aroon_oscillator', 14) },
  atr: { definition: feature('atr', 14) },
  natr: { definition: feature('atr_ratio', 14), value: (ours) => 100 * ours },
  bbands_lower: { definition: feature('bollinger_lower', 20, 2) },
  bbands_mid: { definition: feature('sma', 20) },
  bbands_upper: { definition: feature('bollinger_upper', 20, 2) },
  stddev: { definition: feature('stddev', 20) },
  var: { definition: feature('variance', 20) },
  stderr: { definition: feature('stderr', 20) },
  linreg: { definition: feature('linreg', 14) },
  tsf: { definition: feature('tsf', 14) },
  fisher_val: { definition: feature('fisher', 9) },
  emv: { definition: feature('emv') },
  md: { definition: feature('mean_distance', 5) },
};

const NOT_HERE = 'not in the catalogue';

export const TULIP_ARRAYS_LEFT_OUT: Readonly<Record<string, string>> = {
  macd: 'take the weights 0.15 and 0.075 for those of 12 and 26 bars',
  dx: 'count equal moves up and down for both sides, TA-Lib and Wilder for neither',
  fisher_sig: 'are fisher_val a bar later',
  lag: 'are the close of the bar before',
  msw_sine: NOT_HERE,
  msw_lead: NOT_HERE,
  edecay: NOT_HERE,
};
