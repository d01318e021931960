import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import { compute, numberOf, printedUnit, type Row } from './golden/compute.js';
import { ScoreTable } from './golden/score.js';
import { type Comparison, talibCase, type TalibRow } from './golden/talib-cases.js';
import { TULIP_ARRAYS, TULIP_ARRAYS_LEFT_OUT } from './golden/tulip-arrays.js';
import { readTulipBlocks, type TulipBlock, tulipCase, type TulipComparison } from './golden/tulip-cases.js';

const talib = realData('vectors', 'talib');
const tulip = realData('vectors', 'tulip');
const pandas = realData('vectors', 'pandas-ta-classic');
const RELATIVE_ERROR_MAX = 1e-9;

/** What TA-Lib's own tests let pass. */
const TALIB_TOLERANCE = 0.01;
/** Rows of which that is all that can be said: two pairs in the wrong order, digits swapped, figures of other programs. */
const TALIB_ROWS_IMPRECISE = 11;
const TALIB_IMPRECISE = "hold to 0.01, TA-Lib's own tolerance, not to the digit that is printed";
/** Tulip's `extra.txt` was worked out by hand, with rounding on the way. */
const BY_HAND_UNITS = 2;

const print = (text: string): void => void process.stdout.write(`\n${text}`);

describe.skipIf(talib.absent)(`the regression tables of TA-Lib${talib.note}`, () => {
  // The body of a skipped block runs all the same.
  if (talib.absent) return;
  const series = JSON.parse(readFileSync(join(talib.path, 'talib_regtest_series.json'), 'utf8')) as {
    readonly reference_252: Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', readonly number[]>>;
  };
  const { open, high, low, close, volume } = series.reference_252;
  const rows = close.map((value, index): Row => [open[index]!, high[index]!, low[index]!, value, volume[index]!]);

  /** TA-Lib begins as many bars before the first that it is asked for as the function needs; a stream that begins there must agree. */
  const valueAt = ({ definition, value = (ours) => ours }: Comparison, row: TalibRow, bar: number): number => {
    const first = Math.max(0, Number(row['startIdx']) - (definition.window - 1) - Number(row['unstablePeriod'] ?? 0));
    return value(compute(definition, rows.slice(first))[bar - first]!);
  };

  const outputOf = (row: TalibRow, output: number): readonly [offset: string | undefined, expected: string | undefined] => {
    const suffix = row['oneOfTheExpectedOutRealIndex'] === undefined ? String(output) : '';
    return [row[`oneOfTheExpectedOutRealIndex${suffix}`], row[`oneOfTheExpectedOutReal${suffix}`]];
  };

  /** `test_adx.c` prints most of its expectations as whole numbers, with zeros behind. */
  const unitOf = (file: string, expected: string): number => {
    if (expected.startsWith('(')) return 2e-4;
    return file === 'test_adx.c' && /\.0+$/.test(expected) ? 1 : printedUnit(expected);
  };
  let imprecise = 0;

  const score = (table: ScoreTable, file: string, row: TalibRow): void => {
    const { name, compare } = talibCase(file, row);
    if (typeof compare === 'string') return table.leaveOut(name, compare);
    if (row['expectedRetCode'] !== 'TA_SUCCESS') return table.leaveOut(name, 'expect a refusal of the range or period');
    if (numberOf(row['expectedNbElement']!) === 0) return table.leaveOut(name, 'expect nothing, too few bars');
    for (const comparison of compare) {
      const [offset, expected] = outputOf(row, comparison.output);
      const bar = numberOf(row['expectedBegIdx']!) + numberOf(offset!);
      const ours = valueAt(comparison, row, bar);
      const error = Math.abs(ours - numberOf(expected!));
      const unit = unitOf(file, expected!);
      // The hair on top of the unit is rounding of the difference itself.
      const exact = error <= unit * (1 + 1e-6);
      if (exact || !(error <= TALIB_TOLERANCE)) table.compare(name, error / unit, 1 + 1e-6, `${Object.values(row).join(' ')}: ${ours}`);
      else {
        table.leaveOut(name, TALIB_IMPRECISE);
        imprecise += 1;
      }
    }
  };

  it('hold to the last printed digit, wherever they apply', () => {
    const tables = JSON.parse(readFileSync(join(talib.path, 'talib_regtest_tables.json'), 'utf8')) as Record<
      string,
      { readonly fields: readonly string[]; readonly rows: readonly (readonly string[])[] }
    >;
    const table = new ScoreTable();
    for (const [file, { fields, rows: cells }] of Object.entries(tables)) {
      const names = fields.map((field) => field.split(' ').at(-1)!);
      for (const row of cells) score(table, file, Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
    }
    print(table.text('TA-Lib: rows passed; worst error in units of the last printed digit; rows that do not apply'));
    expect(table.failures).toEqual([]);
    expect(imprecise).toBe(TALIB_ROWS_IMPRECISE);
    expect(table.passed).toBe(table.applied);
    expect(table.passed).toBeGreaterThan(440);
  });
});

describe.skipIf(tulip.absent)(`the vectors of Tulip Indicators and of Achelis's book${tulip.note}`, () => {
  const compareBlock = (
    table: ScoreTable,
    file: string,
    { name, outputs }: TulipBlock,
    { output, name: column, ours, beginning }: TulipComparison,
  ): void => {
    const units = (file === 'extra.txt' ? BY_HAND_UNITS : 1) + 1e-6;
    outputs[output]!.forEach((expected, index, all) => {
      const value = ours[ours.length - all.length + index]!;
      if (index < (beginning?.outputs ?? 0)) return table.leaveOut(name, beginning!.reason);
      if (index === 0 && Number.isNaN(value)) return table.leaveOut(name, 'come a bar before ours, which waits for a bar before it');
      const error = Math.abs(value - Number(expected)) / printedUnit(expected);
      table.compare(name, error, units, `${file} ${column} value ${index}: ${value}, not ${expected}`);
    });
  };

  it('hold to the last printed digit, wherever they apply', () => {
    const table = new ScoreTable();
    for (const file of ['atoz.txt', 'untest.txt', 'extra.txt']) {
      for (const block of readTulipBlocks(readFileSync(join(tulip.path, file), 'utf8'))) {
        const found = tulipCase(block);
        const total = block.outputs.reduce((sum, output) => sum + output.length, 0);
        if (typeof found === 'string') table.leaveOut(block.name, found, total);
        else for (const comparison of found) compareBlock(table, file, block, comparison);
      }
    }
    print(table.text('Tulip and Achelis: values passed; worst error in units of the last printed digit; values that do not apply'));
    expect(table.failures).toEqual([]);
    expect(table.passed).toBeGreaterThan(2_200);
  });
});

describe.skipIf(pandas.absent)(`Tulip Indicators on 5,241 days of SPY, in full precision${pandas.note}`, () => {
  it(`differ by less than ${RELATIVE_ERROR_MAX} over the last 2,100 days`, () => {
    const { arrays } = JSON.parse(gunzipSync(readFileSync(join(pandas.path, 'tulipy_oracle.json.gz'))).toString()) as {
      readonly arrays: Readonly<Record<string, readonly number[]>>;
    };
    const rows = gunzipSync(readFileSync(join(pandas.path, 'SPY_D.csv.gz')))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(2).map(Number) as unknown as Row);
    const table = new ScoreTable();
    for (const [name, expected] of Object.entries(arrays)) {
      const found = TULIP_ARRAYS[name];
      if (found === undefined) {
        table.leaveOut(name, TULIP_ARRAYS_LEFT_OUT[name] ?? 'nobody said why', expected.length);
        continue;
      }
      const { definition, value = (ours: number) => ours } = found;
      const ours = compute(definition, rows).slice(-expected.length).map(value);
      // A value near zero is the difference of large ones: its size is that of the series, not its own.
      const typical = [...expected].map(Math.abs).sort((left, right) => left - right)[expected.length >> 1]!;
      expected.forEach((theirs, index) =>
        table.compare(
          name,
          Math.abs(ours[index]! - theirs) / Math.max(Math.abs(theirs), typical),
          RELATIVE_ERROR_MAX,
          `value ${index}: ${ours[index]}, not ${theirs}`,
        ),
      );
    }
    print(table.text('Tulip on SPY: values passed; worst relative error; values that do not apply'));
    expect(table.failures.slice(0, 20)).toEqual([]);
    expect(table.passed).toBe(table.applied);
  });
});
