import type { FeatureDefinition } from '../../src/index.js';
import { feature } from './compute.js';

/** A row of a TA-Lib regression table by the names of its fields (without the type in front). */
export type TalibRow = Readonly<Record<string, string>>;

/** One of our features against output number `output` of the row; `value` turns ours into TA-Lib's unit. */
export interface Comparison {
  readonly definition: FeatureDefinition;
  readonly output: number;
  readonly value?: (ours: number) => number;
}

export interface TalibCase {
  readonly name: string;
  /** Or why the row does not apply. */
  readonly compare: readonly Comparison[] | string;
}

const NOT_HERE = 'not in the catalogue';
const METASTOCK = 'begin as Metastock does: the average with its first value, the index a bar early';
const hundred = (value: number): number => 100 * value;

const one = (name: string, definition: () => FeatureDefinition, value?: (ours: number) => number): TalibCase => ({
  name,
  compare: [{ definition: definition(), output: 0, ...(value && { value }) }],
});
const none = (name: string, reason: string): TalibCase => ({ name, compare: reason });

const n = (row: TalibRow, key = 'optInTimePeriod'): number => Number(row[key]);
const isMetastock = (row: TalibRow): boolean => row['compatibility'] === 'TA_COMPATIBILITY_METASTOCK';

const AVERAGES: Readonly<Record<string, string>> = {
  SMA: 'sma',
  WMA: 'wma',
  EMA: 'ema',
  DEMA: 'dema',
  TEMA: 'tema',
  TRIMA: 'trima',
  T3: 't3',
  KAMA: 'kama',
};

const average = (row: TalibRow): TalibCase => {
  const type = row['optInMAType_1']!.replace('TA_MAType_', '');
  const name = AVERAGES[type];
  if (name === undefined) return none(type, NOT_HERE);
  if (isMetastock(row) && type.includes('EMA')) return none(type, METASTOCK);
  return one(type, () => (type === 'T3' ? feature('t3', n(row), 0.7) : feature(name, n(row))));
};

const OTHER: Readonly<Record<string, (row: TalibRow) => TalibCase>> = {
  TA_MOM_TEST: (row) => one('MOM', () => feature('mom', n(row))),
  TA_ROC_TEST: (row) => one('ROC', () => feature('roc', n(row))),
  TA_ROCR_TEST: (row) => one('ROCR', () => feature('rocr', n(row))),
  TA_ROCR100_TEST: (row) => one('ROCR100', () => feature('rocr', n(row)), hundred),
  TA_MIN_TEST: (row) => one('MIN', () => feature('lowest', 'open', n(row))),
  TA_MAX_TEST: (row) => one('MAX', () => feature('highest', 'open', n(row))),
  TA_MINMAX_TEST: (row) => one('MINMAX', () => feature('lowest', 'open', n(row))),
  TA_MININDEX_TEST: (row) => one('MININDEX', () => feature('lowest', 'open', n(row))),
  TA_MAXINDEX_TEST: () => none('MAXINDEX', 'print the value of MININDEX'),
  TA_MINMAXINDEX_TEST: (row) => one('MINMAXINDEX', () => feature('lowest', 'open', n(row))),
  // The rows of the second run, which begins as Metastock does, say so in the code round them alone.
  TA_TRIX_TEST: (row) =>
    ['0.221', '-0.009'].includes(row['oneOfTheExpectedOutReal']!) ? none('TRIX', METASTOCK) : one('TRIX', () => feature('trix', n(row))),
  TA_BETA_TEST: (row) => one('BETA', () => feature('beta', 'high', 'low', n(row))),
  TA_CORREL_TEST: (row) => one('CORREL', () => feature('correlation', 'high', 'low', n(row))),
  TA_AROON_UP_TEST: (row) => one('AROON up', () => feature('aroon_up', n(row))),
  TA_AROON_DOWN_TEST: (row) => one('AROON down', () => feature('aroon_down', n(row))),
  TA_AROONOSC_TEST: (row) => one('AROONOSC', () => feature('aroon_oscillator', n(row))),
  TA_ACCBANDS_TEST: (row) => one('ACCBANDS middle', () => feature('sma', n(row, 'optInTimePeriod1'))),
  TA_NATR_TEST: (row) => one('NATR', () => feature('atr_ratio', n(row, 'optInTimePeriod1')), hundred),
  TA_ULTOSC_TEST: (row) =>
    one('ULTOSC', () => feature('ultimate_oscillator', n(row, 'optInTimePeriod1'), n(row, 'optInTimePeriod2'), n(row, 'optInTimePeriod3'))),
  TA_WILLR_TEST: (row) => one('WILLR', () => feature('williams_r', n(row, 'optInTimePeriod1'))),
  TA_CCI_TEST: (row) => one('CCI', () => feature('cci', n(row, 'optInTimePeriod1'))),
  TA_AD_TEST: () => one('AD', () => feature('ad')),
  TA_ADOSC_3_10_TEST: () => one('ADOSC', () => feature('adosc', 3, 10)),
  TA_ADOSC_5_2_TEST: () => one('ADOSC', () => feature('adosc', 5, 2)),
  TA_MFI_TEST: (row) => one('MFI', () => feature('mfi', n(row))),
  TA_AVGPRICE_TEST: () => one('AVGPRICE', () => feature('average_price')),
  TA_BOP_TEST: () => one('BOP', () => feature('bop')),
  TA_RSI_TEST: (row) => (isMetastock(row) ? none('RSI', METASTOCK) : one('RSI', () => feature('rsi', n(row)))),
  TA_CMO_TEST: (row) => (isMetastock(row) ? none('CMO', METASTOCK) : one('CMO', () => feature('cmo_wilder', n(row)))),
  TA_ANY_MA_TEST: average,
};

const DIRECTIONAL: Readonly<Record<string, string>> = {
  TST_MINUS_DI: 'minus_di',
  TST_PLUS_DI: 'plus_di',
  TST_MINUS_DM: 'minus_dm',
  TST_PLUS_DM: 'plus_dm',
  TST_DX: 'dx',
  TST_ADX: 'adx',
  TST_ADXR: 'adxr',
};

const directional = (row: TalibRow): TalibCase => {
  const name = row['id']!.replace('TST_', '');
  if (n(row) === 1) return none(name, 'ask for period 1, which smooths nothing');
  return one(name, () => feature(DIRECTIONAL[row['id']!]!, n(row)));
};

const macd = (row: TalibRow): TalibCase => {
  const name = row['testId']!.replace('TA_', '').replace('_TEST', '');
  if (name === 'MACDFIX') return none(name, 'take the weights 0.15 and 0.075 for those of 12 and 26 bars');
  const [fast, slow] = [n(row, 'optInFastPeriod'), n(row, 'optInSlowPeriod')].sort((left, right) => left - right);
  const parts = ['macd_line', 'macd_signal', 'macd_histogram'];
  return {
    name,
    compare: parts.map((part, output) => ({ definition: feature(part, fast!, slow!, n(row, 'optInSignalPeriod_2')), output })),
  };
};

const priceOscillator = (row: TalibRow): TalibCase => {
  const name = row['doPercentage'] === '1' ? 'PPO' : 'APO';
  const type = row['optInMethod_2']!.replace('TA_MAType_', '').toLowerCase();
  if (type === 'ema' && isMetastock(row)) return none(name, METASTOCK);
  const [fast, slow] = [n(row, 'optInFastPeriod'), n(row, 'optInSlowPeriod')].sort((left, right) => left - right);
  return one(name, () => feature(name.toLowerCase(), fast!, slow!, type));
};

const stochastic = (row: TalibRow): TalibCase => {
  const [first, second, third] = [n(row, 'optInPeriod_0'), n(row, 'optInPeriod_1'), n(row, 'optInPeriod_2')];
  if (row['testId'] === 'TEST_STOCH')
    return {
      name: 'STOCH',
      compare: [
        { definition: feature('stochastic_k', first, second), output: 0 },
        { definition: feature('stochastic_d', first, second, third), output: 1 },
      ],
    };
  return {
    name: 'STOCHRSI',
    compare: [
      { definition: feature('stochastic_rsi', first, second, 1), output: 0 },
      { definition: feature('stochastic_rsi', first, second, third), output: 1 },
    ],
  };
};

const bands = (row: TalibRow): TalibCase => {
  if (row['optInMethod_3'] !== 'TA_MAType_SMA') return none('BBANDS', 'lay the bands about an EMA');
  const [up, down] = [n(row, 'optInNbDevUp'), n(row, 'optInNbDevDn')];
  return {
    name: 'BBANDS',
    compare: [
      { definition: feature('bollinger_upper', n(row), up), output: 0 },
      { definition: feature('sma', n(row)), output: 1 },
      { definition: feature('bollinger_lower', n(row), down), output: 2 },
    ],
  };
};

const trueRange = (row: TalibRow): TalibCase =>
  row['doAverage'] === '0' ? one('TRANGE', () => feature('true_range')) : one('ATR', () => feature('atr', n(row)));

const BY_TABLE: Readonly<Record<string, (row: TalibRow) => TalibCase>> = {
  'test_adx.c': directional,
  'test_avgdev.c': (row) => one('AVGDEV', () => feature('mean_distance', n(row))),
  'test_bbands.c': bands,
  'test_candlestick.c': () => none('candlesticks', NOT_HERE),
  'test_imi.c': (row) => one('IMI', () => feature('imi', n(row))),
  'test_macd.c': macd,
  'test_po.c': priceOscillator,
  'test_sar.c': () => none('SAR', "are of Wilder's own bars, which the folder lacks"),
  'test_stddev.c': (row) =>
    one(
      'STDDEV',
      () => feature('stddev', n(row)),
      (ours) => ours * n(row, 'optInNbDeviation_1'),
    ),
  'test_stoch.c': stochastic,
  'test_trange.c': trueRange,
};

/** What a row of a table says about our features. */
export const talibCase = (table: string, row: TalibRow): TalibCase => {
  const byTable = BY_TABLE[table];
  if (byTable !== undefined) return byTable(row);
  const test = row['theFunction'] ?? row['id'] ?? '';
  return OTHER[test]?.(row) ?? none(test.replace('TA_', '').replace('_TEST', ''), NOT_HERE);
};
