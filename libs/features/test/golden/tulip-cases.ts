import type { FeatureDefinition } from '../../src/index.js';
import { compute, feature, type Row } from './compute.js';

/** One vector: an indicator with its options, the series that go in and what comes out, as printed. */
export interface TulipBlock {
  readonly name: string;
  readonly options: readonly number[];
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly string[])[];
}

export interface TulipComparison {
  readonly output: number;
  readonly name: string;
  /** Ours in Tulip's unit, one for each row; the outputs are the last of them. */
  readonly ours: readonly number[];
  readonly beginning: { readonly outputs: number; readonly reason: string } | undefined;
}

type Field = 'o' | 'h' | 'l' | 'c' | 'v';
interface TulipIndicator {
  /** Which fields of a bar the inputs are. */
  readonly fields: string;
  readonly features: (...options: readonly number[]) => readonly FeatureDefinition[];
  readonly value?: (ours: number) => number;
  /** Outputs that follow another custom at the beginning, and which. */
  readonly beginning?: { readonly outputs: number; readonly reason: string };
}

const of = (
  fields: string,
  features: (...options: readonly number[]) => readonly FeatureDefinition[],
  value?: (ours: number) => number,
): TulipIndicator => ({ fields, features, ...(value && { value }) });

/** A feature whose parameters are Tulip's options. */
const named = (fields: string, name: string, value?: (ours: number) => number): TulipIndicator =>
  of(fields, (...options) => [feature(name, ...options)], value);
const percent = (ours: number): number => ours / 100;

const INDICATORS: Readonly<Record<string, TulipIndicator>> = {
  ad: named('hlcv', 'ad'),
  adosc: named('hlcv', 'adosc'),
  dx: named('hl', 'dx'),
  di: of('hlc', (size) => [feature('plus_di', size!), feature('minus_di', size!)]),
  dm: of('hl', (size) => [feature('plus_dm', size!), feature('minus_dm', size!)]),
  abands: of('hlc', (size) => [feature('acceleration_lower', size!), feature('acceleration_upper', size!), feature('sma', size!)]),
  ao: of('hl', () => [feature('ao', 5, 34)]),
  aroon: of('hl', (size) => [feature('aroon_down', size!), feature('aroon_up', size!)]),
  aroonosc: named('hl', 'aroon_oscillator'),
  avgprice: named('ohlc', 'average_price'),
  bbands: of('c', (size, by) => [feature('bollinger_lower', size!, by!), feature('sma', size!), feature('bollinger_upper', size!, by!)]),
  bop: named('ohlc', 'bop'),
  cci: named('hlc', 'cci'),
  cmf: named('hlcv', 'cmf'),
  cmo: named('c', 'cmo'),
  dpo: named('c', 'dpo'),
  emv: named('hlv', 'emv'),
  fisher: of('hl', (size) => [feature('fisher', size!)]),
  fosc: named('c', 'fosc'),
  hma: named('c', 'hma'),
  kama: named('c', 'kama'),
  linreg: named('c', 'linreg'),
  linregintercept: named('c', 'linreg_intercept'),
  linregslope: named('c', 'linreg_slope'),
  marketfi: named('hlv', 'marketfi'),
  max: of('c', (size) => [feature('highest', 'close', size!)]),
  min: of('c', (size) => [feature('lowest', 'close', size!)]),
  md: named('c', 'mean_distance'),
  medprice: named('hl', 'median_price'),
  mfi: named('hlcv', 'mfi'),
  mom: named('c', 'mom'),
  nvi: named('cv', 'nvi'),
  obv: named('cv', 'obv'),
  psar: {
    ...named('hl', 'sar'),
    beginning: { outputs: 7, reason: 'come before the first turn, with the extreme of both first bars (TA-Lib: of the second)' },
  },
  pvi: named('cv', 'pvi'),
  qstick: named('oc', 'qstick'),
  roc: named('c', 'roc', percent),
  rocr: named('c', 'rocr'),
  rsi: named('c', 'rsi'),
  sma: named('c', 'sma'),
  stddev: named('c', 'stddev'),
  stderr: named('c', 'stderr'),
  stoch: of('hlc', (k, slow, d) => [feature('stochastic_k', k!, slow!), feature('stochastic_d', k!, slow!, d!)]),
  stochrsi: of('c', (size) => [feature('stochastic_rsi', size!, size!, 1)], percent),
  tr: named('hlc', 'true_range'),
  trima: named('c', 'trima'),
  tsf: named('c', 'tsf'),
  typprice: named('hlc', 'typical_price'),
  ultosc: named('hlc', 'ultimate_oscillator'),
  var: named('c', 'variance'),
  vhf: named('c', 'vhf'),
  vosc: named('v', 'vosc'),
  vwma: named('cv', 'vwma'),
  wad: named('hlc', 'wad'),
  wcprice: named('hlc', 'weighted_close'),
  wilders: named('c', 'wilders'),
  willr: named('hlc', 'williams_r'),
  wma: named('c', 'wma'),
};

const FIRST_VALUE = 'start an EMA with its first value, which a short series shows';
const LEFT_OUT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['ema', 'dema', 'tema', 'trix', 'macd', 'apo', 'ppo', 'cvi', 'mass', 'zlema', 'kvo', 'vidya', 'rmta'].map((name) => [
      name,
      FIRST_VALUE,
    ]),
  ),
  adx: 'average DX from a bar earlier on than TA-Lib',
  adxr: 'average DX from a bar earlier on than TA-Lib',
  atr: 'count the first bar as a true range, which has no close before it',
  natr: 'count the first bar as a true range, which has no close before it',
};

/** Blocks of `name options`, one series to a line, between blank lines. */
export const readTulipBlocks = (text: string): readonly TulipBlock[] => {
  const blocks: TulipBlock[] = [];
  const lines = text.split('\n').map((line) => line.trim());
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index]!;
    if (!/^[a-z]/.test(line)) continue;
    const [name, ...options] = line.split(/\s+/);
    const series: string[][] = [];
    while (index + 1 < lines.length && /^[{#]/.test(lines[index + 1]!)) {
      index += 1;
      const row = /^\{(.*)\}/.exec(lines[index]!);
      if (row !== null) series.push(row[1] === '' ? [] : row[1]!.split(',').map((cell) => cell.trim()));
    }
    const inputs = INDICATORS[name!]?.fields.length ?? 0;
    blocks.push({
      name: name!,
      options: options.map(Number),
      inputs: series.slice(0, inputs).map((cells) => cells.map(Number)),
      outputs: series.slice(inputs),
    });
  }
  return blocks;
};

/** Ours for a block, or why it does not apply. */
export const tulipCase = ({ name, options, inputs, outputs }: TulipBlock): readonly TulipComparison[] | string => {
  const indicator = INDICATORS[name];
  if (indicator === undefined) return LEFT_OUT[name] ?? 'not in the catalogue';
  const { fields, features, beginning, value = (ours) => ours } = indicator;
  const column = (field: Field): readonly number[] | undefined => inputs[fields.indexOf(field)];
  const rows = inputs[0]!.map((_cell, index): Row => {
    const cell = (field: Field): number | undefined => column(field)?.[index];
    const high = cell('h') ?? cell('c') ?? 1;
    const low = cell('l') ?? cell('c') ?? 1;
    return [cell('o') ?? low, high, low, cell('c') ?? (high + low) / 2, cell('v') ?? 1];
  });
  return features(...options)
    .slice(0, outputs.length)
    .map((definition, output) => ({ output, name: definition.name, ours: compute(definition, rows).map(value), beginning }));
};
