import { nyseCalendar, parseCivilDate } from '@tradewind/market';

import { FieldReader } from '../transport/fields.js';
import { startOfDay } from '../collectors/known-at.js';
import { type Chart, type ChartRow, SOURCE } from './decode.js';
import type { Split } from '../wire-values/raw-prices.js';

const LINE_LENGTH_MAX = 1_024;
const COLUMNS = ['Date', 'Open', 'High', 'Low', 'Close', 'Volume'] as const;
const REGULAR_SESSION_NANOS = 23_400_000_000_000n;

const fields = new FieldReader(SOURCE);

const linesOf = (text: string): readonly string[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');

const dateOf = (text: string | undefined, at: string): string =>
  parseCivilDate(text ?? '') ?? fields.fail(`${at}.Date`, 'a date YYYY-MM-DD', text);

const numberOf = (text: string | undefined, at: string): number =>
  text !== undefined && /^-?\d/.test(text) && Number.isFinite(Number(text)) ? Number(text) : fields.fail(at, 'a finite number', text);

/** Reads the vendor's daily file, `Date,Open,High,Low,Close,Adj Close,Volume`; lines of `null` are days without a trade. */
export const decodeDailyFile = (text: string, splits: readonly Split[]): Chart => {
  const lines = linesOf(text);
  const header = (lines[0] ?? '').split(',');
  const at = COLUMNS.map((name) => {
    const index = header.indexOf(name);
    return index < 0 ? fields.fail(`header.${name}`, 'a column of the header', lines[0]?.slice(0, 80)) : index;
  });
  const rows: ChartRow[] = [];
  lines.slice(1).forEach((line, index) => {
    const where = `line ${index + 2}`;
    const parts = line.slice(0, LINE_LENGTH_MAX).split(',');
    if (parts.length !== header.length) fields.fail(where, `a line of ${header.length} columns`, line.slice(0, 80));
    const values = at.map((column) => parts[column]);
    if (values.slice(1, 5).every((value) => value === 'null' || value === '')) return;
    const date = dateOf(values[0], where);
    const [open, high, low, close, volume] = values.slice(1).map((value, column) => numberOf(value, `${where}.${COLUMNS[column + 1]}`)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    rows.push({ at: startOfDay(date), date, open, high, low, close, volume });
  });
  return { rows, splits, dividends: [], calendar: nyseCalendar, sessionNanos: REGULAR_SESSION_NANOS };
};

/** Reads the vendor's file of splits, `Date,Stock Splits` with `4:1` (or `4/1`). */
export const decodeSplitFile = (text: string): readonly Split[] =>
  linesOf(text)
    .slice(1)
    .map((line, index) => {
      const [date, ratio] = line.slice(0, LINE_LENGTH_MAX).split(',');
      const match = /^([1-9]\d{0,6})[:/]([1-9]\d{0,6})$/.exec(ratio ?? '');
      if (match === null) return fields.fail(`line ${index + 2}.Stock Splits`, 'a ratio 4:1', ratio);
      return { date: dateOf(date, `line ${index + 2}`), numerator: Number(match[1]), denominator: Number(match[2]) };
    });
