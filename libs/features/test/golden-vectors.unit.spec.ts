import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import type { FeatureDefinition } from '../src/definitions/definition.js';
import { momentum, rsi, stochasticD, stochasticK, williamsR } from '../src/definitions/momentum.js';
import { ema, macd, sma } from '../src/definitions/trend.js';
import { atr, atrRatio, bollingerPosition, bollingerWidth } from '../src/definitions/volatility.js';
import { onBalanceVolume } from '../src/definitions/volume.js';
import { createFeatureSet } from '../src/feature-set.js';
import { SymbolFeatures } from '../src/symbol-features.js';

const dataDirectory = process.env['TRADEWIND_DATA_DIR'] ?? path.resolve(import.meta.dirname, '../../../../shared/data');
const talib = path.join(dataDirectory, 'vectors/talib');
const pandas = path.join(dataDirectory, 'vectors/pandas-ta-classic');

type Row = readonly [open: number, high: number, low: number, close: number, volume: number];

const compute = (definition: FeatureDefinition, rows: readonly Row[]): readonly number[] => {
  const features = new SymbolFeatures(createFeatureSet({ name: 'one', version: 1, definitions: [definition], modelInputs: [] }));
  const values = new Float64Array(1);
  return rows.map((row) => {
    features.update(...row, values);
    return values[0]!;
  });
};

/** Half a unit of the last digit that the table prints, and what TA-Lib's own authors truncated instead of rounding. */
const printedTolerance = (text: string): number => 10 ** -(text.split('.')[1]?.length ?? 0);
const numberOf = (text: string): number =>
  text.split('-').reduce((left, term, index) => (index === 0 ? Number(term) : left - Number(term)), 0);

interface Expectation {
  readonly table: string;
  readonly test: string;
  readonly definition: FeatureDefinition;
  /** Multiplies ours into TA-Lib's unit. */
  readonly scale: number;
  /** Columns: first index of output, expected value, index of the first output bar; and what the others must be. */
  readonly columns: readonly [offset: number, value: number, begin: number];
  readonly fixed: Readonly<Record<number, string>>;
}

const expectations: readonly Expectation[] = [
  ...[2, 10].map((period) => ({
    table: 'test_ma.c',
    test: 'TA_ANY_MA_TEST',
    definition: ema(period),
    scale: 1,
    columns: [9, 10, 11] as const,
    fixed: { 2: '0', 3: '0', 5: String(period), 6: 'TA_MAType_EMA', 7: 'TA_COMPATIBILITY_DEFAULT' },
  })),
  ...[2, 30].map((period) => ({
    table: 'test_ma.c',
    test: 'TA_ANY_MA_TEST',
    definition: sma(period),
    scale: 1,
    columns: [9, 10, 11] as const,
    fixed: { 2: '0', 3: '0', 5: String(period), 6: 'TA_MAType_SMA', 7: 'TA_COMPATIBILITY_DEFAULT' },
  })),
  {
    table: 'test_rsi.c',
    test: 'TA_RSI_TEST',
    definition: rsi(14),
    scale: 1,
    columns: [8, 9, 10],
    fixed: { 2: '0', 3: '0', 5: '14', 6: 'TA_COMPATIBILITY_DEFAULT' },
  },
  { table: 'test_mom.c', test: 'TA_ROC_TEST', definition: momentum(14), scale: 100, columns: [6, 7, 8], fixed: { 4: '14' } },
  { table: 'test_per_hlc.c', test: 'TA_WILLR_TEST', definition: williamsR(14), scale: 1, columns: [8, 9, 10], fixed: { 4: '14' } },
  { table: 'test_per_hlc.c', test: 'TA_NATR_TEST', definition: atrRatio(14), scale: 100, columns: [8, 9, 10], fixed: { 4: '14' } },
  { table: 'test_trange.c', test: '', definition: atr(14), scale: 1, columns: [7, 8, 9], fixed: { 1: '0', 2: '0', 4: '1', 5: '14' } },
  {
    table: 'test_macd.c',
    test: 'TA_MACD_TEST',
    definition: macd('line', 12, 26, 9),
    scale: 1,
    columns: [11, 12, 9],
    fixed: { 2: '0', 4: '12', 5: '26', 6: '9' },
  },
  {
    table: 'test_macd.c',
    test: 'TA_MACD_TEST',
    definition: macd('signal', 12, 26, 9),
    scale: 1,
    columns: [13, 14, 9],
    fixed: { 2: '0', 4: '12', 5: '26', 6: '9' },
  },
];

const rowMatches = (row: readonly string[], { test, fixed }: Expectation): boolean =>
  row.includes('TA_SUCCESS') &&
  (test === '' || row.includes(test)) &&
  Object.entries(fixed).every(([column, text]) => row[Number(column)] === text);

describe.skipIf(!existsSync(talib))('against the regression tables of TA-Lib (skipped when the data folder is absent)', () => {
  it('gives the printed values', async (context) => {
    const tables = JSON.parse(readFileSync(path.join(talib, 'talib_regtest_tables.json'), 'utf8')) as Record<string, { rows: string[][] }>;
    const { reference_252: bars } = JSON.parse(readFileSync(path.join(talib, 'talib_regtest_series.json'), 'utf8')) as Record<
      string,
      Record<string, number[]>
    >;
    const rows = bars!['close']!.map((close, index): Row => [
      bars!['open']![index]!,
      bars!['high']![index]!,
      bars!['low']![index]!,
      close,
      bars!['volume']![index]!,
    ]);
    let compared = 0;
    for (const expectation of expectations) {
      const [offset, value, begin] = expectation.columns;
      const ours = compute(expectation.definition, rows);
      const chosen = tables[expectation.table]!.rows.filter((row) => rowMatches(row, expectation) && numberOf(row[begin + 1]!) > 0);
      expect(chosen.length, `${expectation.table} ${expectation.definition.name}`).toBeGreaterThan(0);
      for (const row of chosen) {
        const bar = numberOf(row[begin]!) + numberOf(row[offset]!);
        const difference = Math.abs(ours[bar]! * expectation.scale - Number(row[value]));
        expect(difference, `${expectation.definition.name} at bar ${bar}: ${row.join(' ')}`).toBeLessThanOrEqual(
          printedTolerance(row[value]!),
        );
        compared += 1;
      }
    }
    await context.annotate(`${compared} table rows compared`);
  });
});

describe.skipIf(!existsSync(pandas))('against Tulip Indicators on 5,241 days of SPY (skipped when the data folder is absent)', () => {
  it('differs by less than 1e-9 of the value over the last 2,100 days', async (context) => {
    const { arrays } = JSON.parse(gunzipSync(readFileSync(path.join(pandas, 'tulipy_oracle.json.gz'))).toString()) as {
      arrays: Record<string, number[]>;
    };
    const rows = gunzipSync(readFileSync(path.join(pandas, 'SPY_D.csv.gz')))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(2).map(Number) as unknown as Row);
    const lower = arrays['bbands_lower']!;
    const upper = arrays['bbands_upper']!;
    const closes = rows.slice(-lower.length).map((row) => row[3]);
    const expected: readonly (readonly [FeatureDefinition, readonly number[]])[] = [
      [sma(20), arrays['sma']!],
      [ema(20), arrays['ema']!],
      [rsi(14), arrays['rsi']!],
      [williamsR(14), arrays['willr']!],
      [atr(14), arrays['atr']!],
      [atrRatio(14), arrays['natr']!.map((value) => value / 100)],
      [momentum(10), arrays['roc']!],
      [stochasticK(14, 3), arrays['stoch_k']!],
      [stochasticD(14, 3, 3), arrays['stoch_d']!],
      [onBalanceVolume(), arrays['obv']!],
      [bollingerPosition(20, 2), closes.map((close, index) => (close - lower[index]!) / (upper[index]! - lower[index]!))],
      [bollingerWidth(20, 2), lower.map((value, index) => (upper[index]! - value) / arrays['bbands_mid']![index]!)],
    ];
    let compared = 0;
    for (const [definition, values] of expected) {
      const ours = compute(definition, rows).slice(-values.length);
      const worst = Math.max(...ours.map((value, index) => Math.abs(value - values[index]!) / Math.max(Math.abs(values[index]!), 1)));
      expect(worst, definition.name).toBeLessThan(1e-9);
      compared += values.length;
    }
    await context.annotate(`${compared} values compared`);
  });
});
