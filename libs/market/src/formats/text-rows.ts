import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import type { RowFault } from '../daily-row.js';

/** What a file's text holds: the good rows, and a fault for each line that is none. */
export interface ParsedText<Row> {
  readonly rows: readonly Row[];
  readonly faults: readonly RowFault[];
}

export interface TextOptions {
  /** Number of the text's first line in its file, when the text is a piece of a file cut at line ends; 1 unless told. */
  readonly firstLine?: number;
}

/** The widest line of the formats here is a snapshot of 500 levels a side; a longer one is damage, and costs no more than this. */
const LINE_LENGTH_MAX = 65_536;
const SHOWN_MAX = 32;
const NANOS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
const MILLIS_PER_DAY = 86_400_000;

/** A line breaks a rule of its format. */
export class RowError extends Error {
  override readonly name = 'RowError';
  constructor(
    readonly code: string,
    readonly field: string,
    readonly rule: string,
  ) {
    super(rule);
  }
}

/** Reads each line with `rowOf`, which throws RowError on a bad one. Ends of line are LF or CR LF; an empty last line is none. */
export const readRows = <Row>(text: string, options: TextOptions, rowOf: (line: string, number: number) => Row): ParsedText<Row> => {
  const rows: Row[] = [];
  const faults: RowFault[] = [];
  let number = options.firstLine ?? 1;
  let start = number === 1 && text.startsWith('\uFEFF') ? 1 : 0;
  for (; start < text.length; number += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end > start && text.charAt(end - 1) === '\r' ? end - 1 : end);
    start = end + 1;
    try {
      if (line.length > LINE_LENGTH_MAX) throw new RowError('ROW_TOO_LONG', '', `must have at most ${LINE_LENGTH_MAX} characters`);
      rows.push(rowOf(line, number));
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      faults.push({ line: number, code: error.code, field: error.field, rule: error.rule });
    }
  }
  return { rows, faults };
};

export const shown = (text: string | undefined): string => `'${(text ?? '').slice(0, SHOWN_MAX)}'`;

export const columnsOf = (line: string, width: number): readonly string[] => {
  const fields = line.split(',');
  if (fields.length !== width) throw new RowError('ROW_COLUMN_COUNT', '', `must have ${width} columns, not ${fields.length}`);
  return fields;
};

/** A whole number written with digits alone (and a sign), safe in a double. */
export const integerOf = (text: string | undefined, field: string, least = -Number.MAX_SAFE_INTEGER): number => {
  const value = text === undefined || !/^-?\d{1,16}$/.test(text) ? NaN : Number(text);
  if (!Number.isSafeInteger(value)) throw new RowError('ROW_NOT_A_NUMBER', field, `${shown(text)} must be a whole number of at most 2^53`);
  if (value < least) throw new RowError('ROW_OUT_OF_RANGE', field, `${value} must be at least ${least}`);
  return value;
};

/** Nanoseconds since 1970, more digits than a double holds. */
export const nanosOf = (text: string | undefined, field: string): UnixNanos => {
  if (text === undefined || !/^\d{1,19}$/.test(text))
    throw new RowError('ROW_BAD_TIME', field, `${shown(text)} must be nanoseconds since 1970`);
  return BigInt(text) as UnixNanos;
};

export const millisOf = (text: string | undefined, field: string): UnixNanos => nanosFromMillis(integerOf(text, field, 0));

/** A decimal as a count of 10^-digits: `decimalUnits('236.47', 2)` is 23647. Refuses more digits than that. */
export const decimalUnits = (text: string | undefined, digits: number, field: string): number => {
  const match = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text ?? '');
  const fraction = match?.[2] ?? '';
  const value = match === null || fraction.length > digits ? NaN : Number(match[1]! + fraction.padEnd(digits, '0'));
  if (!Number.isSafeInteger(value))
    throw new RowError('ROW_NOT_A_NUMBER', field, `${shown(text)} must be a decimal with at most ${digits} fraction digits`);
  return value;
};

/** Seconds after midnight as nanoseconds. Up to 12 decimals: recorded files carry the rounding error of doubles behind the ninth. */
export const secondsOf = (text: string | undefined, field: string): bigint => {
  const match = /^(\d{1,5})(?:\.(\d{1,12}))?$/.exec(text ?? '');
  if (match === null || Number(match[1]) >= SECONDS_PER_DAY)
    throw new RowError('ROW_BAD_TIME', field, `${shown(text)} must be seconds after midnight with at most 12 decimals`);
  const picoseconds = BigInt((match[2] ?? '').padEnd(12, '0'));
  return BigInt(match[1]!) * NANOS_PER_SECOND + (picoseconds + 500n) / 1_000n;
};

/** Milliseconds after midnight. */
export const millisOfDay = (text: string | undefined, field: string): number => {
  const value = integerOf(text, field, 0);
  if (value > MILLIS_PER_DAY) throw new RowError('ROW_BAD_TIME', field, `${value} must be milliseconds after midnight`);
  return value;
};
