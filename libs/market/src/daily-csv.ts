import { DecimalError, price, quantity } from '@tradewind/vocabulary';

import { type CivilDate, civilDateFrom, parseCivilDate } from './calendar/civil-date.js';
import type { DailyRow, ParsedRows, RowFault } from './daily-row.js';

const US_DATE_PATTERN = /^(\d{2})\/(\d{2})\/(\d{4})$/;
const REQUIRED_COLUMNS = ['date', 'open', 'high', 'low', 'close', 'volume'] as const;
/** A longer line is no daily bar; it bounds the work a hostile file can cause. */
const LINE_LENGTH_MAX = 1_024;

type Column = (typeof REQUIRED_COLUMNS)[number];
type Layout = ReadonlyMap<Column, number>;

/** The file as a whole is not a daily file. */
export class DailyFileError extends Error {
  override readonly name = 'DailyFileError';
  constructor(
    readonly code: 'FILE_EMPTY' | 'FILE_HEADER_UNKNOWN',
    message: string,
  ) {
    super(message);
  }
}

const fieldsOf = (line: string): readonly string[] =>
  line.split(',').map((field) => {
    const text = field.trim();
    return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  });

const layoutOf = (header: readonly string[]): Layout => {
  const names = header.map((name) => name.toLowerCase());
  const missing = REQUIRED_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new DailyFileError('FILE_HEADER_UNKNOWN', `the header lacks ${missing.join(', ')}`);
  return new Map(REQUIRED_COLUMNS.map((name) => [name, names.indexOf(name)]));
};

const dateFrom = (text: string): CivilDate | undefined => {
  const match = US_DATE_PATTERN.exec(text);
  return match === null ? parseCivilDate(text) : civilDateFrom(Number(match[3]), Number(match[1]), Number(match[2]));
};

class FieldError extends Error {
  constructor(
    readonly code: string,
    readonly field: string,
    readonly rule: string,
  ) {
    super(rule);
  }
}

/** Digits after the ninth are the noise of binary numbers, e.g. of 0.38482099771499634. */
const shortened = (text: string): string => /^([+-]?\d{1,18}\.\d{9})\d*$/.exec(text)?.[1] ?? text;

const decimalOf = <T>(parse: (text: string) => T, fields: readonly string[], layout: Layout, column: Column): T => {
  const text = fields[layout.get(column)!] ?? '';
  if (text === '') throw new FieldError('ROW_FIELD_EMPTY', column, 'must not be empty');
  try {
    return parse(shortened(text));
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    throw new FieldError('ROW_NOT_A_NUMBER', column, `'${text.slice(0, 32)}' must be a decimal`);
  }
};

const rowOf = (line: number, fields: readonly string[], layout: Layout, width: number): DailyRow => {
  if (fields.length !== width) throw new FieldError('ROW_COLUMN_COUNT', '', `must have ${width} columns, not ${fields.length}`);
  const dateText = fields[layout.get('date')!] ?? '';
  const date = dateFrom(dateText);
  if (date === undefined)
    throw new FieldError('ROW_BAD_DATE', 'date', `'${dateText.slice(0, 32)}' must be a date YYYY-MM-DD or MM/DD/YYYY`);
  return {
    line,
    date,
    open: decimalOf(price, fields, layout, 'open'),
    high: decimalOf(price, fields, layout, 'high'),
    low: decimalOf(price, fields, layout, 'low'),
    close: decimalOf(price, fields, layout, 'close'),
    volume: decimalOf(quantity, fields, layout, 'volume'),
  };
};

/**
 * Reads a daily file by its header: `date,open,high,low,close,…,volume` in any order, quoted or not, dates ISO or MM/DD/YYYY.
 * Of numbers that a program wrote as binary floats nine fraction digits are kept. A line that is not a row becomes a fault that names line, field and rule; the good lines go on. Throws DailyFileError when the
 * file has no usable header.
 */
export const parseDailyCsv = (text: string): ParsedRows => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const header = lines[0];
  if (header === undefined || header.trim() === '') throw new DailyFileError('FILE_EMPTY', 'the file has no header');
  const headerFields = fieldsOf(header);
  const layout = layoutOf(headerFields);
  const rows: DailyRow[] = [];
  const faults: RowFault[] = [];
  for (let index = 1; index < lines.length; index += 1) {
    const line = index + 1;
    try {
      const content = lines[index]!;
      if (content.trim() === '') throw new FieldError('ROW_EMPTY', '', 'must not be empty');
      if (content.length > LINE_LENGTH_MAX) throw new FieldError('ROW_TOO_LONG', '', `must have at most ${LINE_LENGTH_MAX} characters`);
      rows.push(rowOf(line, fieldsOf(content), layout, headerFields.length));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      faults.push({ line, code: error.code, field: error.field, rule: error.rule });
    }
  }
  return { rows, faults };
};
