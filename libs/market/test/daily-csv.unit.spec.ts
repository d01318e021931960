import { describe, expect, it } from 'vitest';

import { DailyFileError, parseDailyCsv } from '../src/index.js';

const ISO_HEADER = 'date,open,high,low,close,adjclose,volume';
const faultsOf = (line: string, header = ISO_HEADER) => parseDailyCsv(`${header}\n${line}\n`).faults;

describe('a daily file', () => {
  it('is read in the layout with ISO dates', () => {
    const { rows, faults } = parseDailyCsv(
      `${ISO_HEADER}\n2000-01-03,1469.250000,1478.000000,1438.359985,1455.219971,1455.219971,931800000\n`,
    );
    expect(faults).toEqual([]);
    expect(rows).toEqual([
      {
        line: 2,
        date: '2000-01-03',
        open: 1_469_250_000_000n,
        high: 1_478_000_000_000n,
        low: 1_438_359_985_000n,
        close: 1_455_219_971_000n,
        volume: 931_800_000_000_000_000n,
      },
    ]);
  });

  it('is read in the quoted layout with US dates, CRLF and a byte order mark', () => {
    const { rows, faults } = parseDailyCsv(
      '\uFEFF"date","open","high","low","close","volume","oi"\r\n11/01/1985,115.48,116.78,115.48,116.28,900900,0\r\n',
    );
    expect(faults).toEqual([]);
    expect(rows[0]).toMatchObject({ line: 2, date: '1985-11-01', close: 116_280_000_000n, volume: 900_900_000_000_000n });
  });

  it('keeps nine fraction digits of what a program wrote as binary floats', () => {
    const { rows, faults } = parseDailyCsv(`${ISO_HEADER}\n2004-01-02,0.38482099771499634,0.4,0.37,0.3799999952316284,0.3,5\n`);
    expect(faults).toEqual([]);
    expect(rows[0]).toMatchObject({ open: 384_820_997n, close: 379_999_995n });
  });

  it('goes on after a broken line, and the fault names its line', () => {
    const { rows, faults } = parseDailyCsv(`${ISO_HEADER}\n2000-01-03,1,2,1,2,2,5\n2000-01-04,1,2\n2000-01-05,1,2,1,2,2,5`);
    expect(rows.map((row) => row.line)).toEqual([2, 4]);
    expect(faults).toEqual([{ line: 3, code: 'ROW_COLUMN_COUNT', field: '', rule: 'must have 7 columns, not 3' }]);
  });

  it.each([
    ['2000-01-03,abc,2,1,2,2,5', 'ROW_NOT_A_NUMBER', 'open'],
    ['2000-01-03,1,1e3,1,2,2,5', 'ROW_NOT_A_NUMBER', 'high'],
    ['2000-01-03,1,2,NaN,2,2,5', 'ROW_NOT_A_NUMBER', 'low'],
    ['2000-01-03,1,2,1,,2,5', 'ROW_FIELD_EMPTY', 'close'],
    ['2000-01-03,1,2,1,2,2,', 'ROW_FIELD_EMPTY', 'volume'],
    ['2000-02-30,1,2,1,2,2,5', 'ROW_BAD_DATE', 'date'],
    ['13/45/2000,1,2,1,2,2,5', 'ROW_BAD_DATE', 'date'],
    [' ', 'ROW_EMPTY', ''],
    [`2000-01-03,1,2,1,2,2,${'5'.repeat(2_000)}`, 'ROW_TOO_LONG', ''],
  ])('refuses %j as %s of %j', (line, code, field) => {
    expect(faultsOf(line)).toMatchObject([{ line: 2, code, field }]);
  });

  it('is refused as a whole without a usable header', () => {
    expect(() => parseDailyCsv('')).toThrow(DailyFileError);
    expect(() => parseDailyCsv('symbol,price\nSPX,1\n')).toThrow('the header lacks date, open, high, low, close, volume');
  });
});
