import { type Bar, type BarInterval, civilDate, type CivilDate, parseBarInterval, type TradingCalendar } from '@tradewind/market';
import { DecimalError, isoFromNanos, type Price, price, type Quantity, quantity, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { zonedInstant } from '../wire-values/zoned-time.js';
import { RecordedFileError } from './fault.js';
import { dateOf, InstantReader, RowRefused } from './row-times.js';

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
type Field = (typeof FIELDS)[number];

const TIME_NAMES: readonly string[] = ['datetime', 'timestamp', 'date', 'time', 'date_time', 'open_time', ''];
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  open: ['open', 'o', 'open_price'],
  high: ['high', 'h', 'high_price'],
  low: ['low', 'l', 'low_price'],
  close: ['close', 'c', 'close_price', 'last'],
  volume: ['volume', 'v', 'vol'],
};
const LINE_LENGTH_MAX = 4_096;
const NANOS: Readonly<Record<string, bigint>> = { s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n };

export interface TableOptions {
  readonly symbol: Symbol;
  readonly interval: BarInterval;
  /** Source of the bars, e.g. `recorded/SPY.csv`. */
  readonly source: string;
  readonly timeZone: string;
  /** Undefined for what never closes: a day is then one of the time zone. */
  readonly calendar: TradingCalendar | undefined;
  readonly stamps: 'start' | 'end';
  /** Names of columns that don't tell by themselves: `time`, `open`, … */
  readonly columns: Readonly<Record<string, string>>;
}

export interface RowFault {
  readonly line: number;
  readonly code: string;
  readonly field: string;
  readonly rule: string;
}

export interface TableBars {
  /** By close time. */
  readonly bars: readonly Bar[];
  readonly faults: readonly RowFault[];
  /** Line of each bar. */
  readonly lines: readonly number[];
}

interface Layout {
  readonly width: number;
  readonly time: number;
  /** A second column with the time of day beside a date. */
  readonly timeOfDay: number | undefined;
  readonly fields: Readonly<Record<Field, number>>;
}

const cellsOf = (line: string): readonly string[] =>
  line.split(',').map((cell) => {
    const text = cell.trim();
    return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  });

/** Finds the columns by their names, or by those the settings give. Throws RecordedFileError. */
export const layoutOf = (header: readonly string[], told: Readonly<Record<string, string>>): Layout => {
  const names = header.map((name) => name.toLowerCase());
  const find = (role: string, known: readonly string[]): number => {
    const name = told[role];
    return name === undefined ? names.findIndex((one) => known.includes(one)) : names.indexOf(name.toLowerCase());
  };
  const time =
    told['time'] === undefined ? (TIME_NAMES.map((name) => names.indexOf(name)).find((index) => index >= 0) ?? -1) : find('time', []);
  const fields = Object.fromEntries(FIELDS.map((field) => [field, find(field, NAMES[field])])) as Record<Field, number>;
  const missing = [...(time < 0 ? ['time'] : []), ...FIELDS.filter((field) => fields[field] < 0)];
  if (missing.length > 0) throw new RecordedFileError('FILE_HEADER_UNKNOWN', `the header lacks ${missing.join(', ')}`);
  const separate = names[time] === 'date' && names.includes('time') ? names.indexOf('time') : undefined;
  return { width: header.length, time, timeOfDay: separate, fields };
};

/** Digits after the ninth are the noise of binary numbers. */
const shortened = (text: string): string => /^([+-]?\d{1,18}(?:\.\d{1,9})?)\d*$/.exec(text)?.[1] ?? text;

const decimalOf = (cells: readonly string[], layout: Layout, field: Field): bigint => {
  const text = cells[layout.fields[field]] ?? '';
  if (text === '') throw new RowRefused('ROW_FIELD_EMPTY', field, 'must not be empty');
  let value: Price | Quantity;
  try {
    value = (field === 'volume' ? quantity : price)(shortened(text));
  } catch (error) {
    if (!(error instanceof DecimalError)) throw error;
    throw new RowRefused('ROW_NOT_A_NUMBER', field, `'${text.slice(0, 32)}' must be a decimal`);
  }
  if (field === 'volume' ? value < 0n : value <= 0n)
    throw new RowRefused('ROW_OUT_OF_RANGE', field, `${text.slice(0, 32)} must be ${field === 'volume' ? 'at least' : 'above'} 0`);
  return value;
};

const nextDate = (date: CivilDate): CivilDate =>
  civilDate(new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10));

/** From when to when a daily row lasts, and the date that names it. */
const dayOf = (
  raw: string,
  { calendar, timeZone }: TableOptions,
): { readonly openTime: UnixNanos; readonly closeTime: UnixNanos; readonly suffix: string } => {
  const date = dateOf(raw);
  if (date === undefined) throw new RowRefused('ROW_BAD_DATE', 'time', `'${raw.slice(0, 40)}' must be a date`);
  if (calendar === undefined) {
    const [openTime, closeTime] = [zonedInstant(timeZone, date)!, zonedInstant(timeZone, nextDate(date))!];
    return { openTime, closeTime, suffix: date };
  }
  const session = calendar.sessionOf(date);
  if (session === undefined) throw new RowRefused('ROW_NO_SESSION', 'time', `${date} must be a session of ${calendar.name}`);
  return { openTime: session.openTime, closeTime: session.closeTime, suffix: date };
};

/** Bars of one table; `add` takes its rows in the order of the file. */
export class TableReader {
  readonly #bars: { readonly bar: Bar; readonly line: number }[] = [];
  readonly #faults: RowFault[] = [];
  readonly #instants: InstantReader;
  readonly #length: bigint | undefined;

  constructor(
    private readonly layout: Layout,
    private readonly options: TableOptions,
  ) {
    this.#instants = new InstantReader(options.timeZone);
    const rule = parseBarInterval(options.interval);
    const unit = rule.ok && rule.value.kind === 'time' ? NANOS[rule.value.unit] : undefined;
    this.#length = rule.ok && unit !== undefined ? unit * BigInt(rule.value.count) : undefined;
  }

  add(line: number, cells: readonly string[]): void {
    try {
      if (cells.length !== this.layout.width)
        throw new RowRefused('ROW_COLUMN_COUNT', '', `must have ${this.layout.width} columns, not ${cells.length}`);
      this.#bars.push({ bar: this.#barOf(cells), line });
    } catch (error) {
      if (error instanceof RowRefused) this.refuse(line, error.code, error.field, error.rule);
      else throw error;
    }
  }

  refuse(line: number, code: string, field: string, rule: string): void {
    this.#faults.push({ line, code, field, rule });
  }

  /** Newest first is as good as oldest first; a time that was there already is not. */
  finish(): TableBars {
    const rows = this.#bars.sort((left, right) =>
      left.bar.closeTime < right.bar.closeTime ? -1 : left.bar.closeTime > right.bar.closeTime ? 1 : left.line - right.line,
    );
    const kept = rows.filter(({ bar, line }, index) => {
      const twice = index > 0 && rows[index - 1]!.bar.closeTime === bar.closeTime;
      if (twice) this.refuse(line, 'ROW_TIME_TWICE', 'time', `${isoFromNanos(bar.closeTime)} must occur once`);
      return !twice;
    });
    this.#faults.sort((left, right) => left.line - right.line);
    return { bars: kept.map(({ bar }) => bar), lines: kept.map(({ line }) => line), faults: this.#faults };
  }

  #barOf(cells: readonly string[]): Bar {
    const { symbol, interval, source } = this.options;
    const { layout } = this;
    const raw = [cells[layout.time] ?? '', ...(layout.timeOfDay === undefined ? [] : [cells[layout.timeOfDay] ?? ''])].join(' ');
    const { openTime, closeTime, suffix } = this.#spanOf(raw);
    const [open, high, low, close, volume] = FIELDS.map((field) => decimalOf(cells, layout, field)) as [
      Price,
      Price,
      Price,
      Price,
      Quantity,
    ];
    return {
      id: `bar/${symbol}/${interval}/${suffix}`,
      symbol,
      interval,
      openTime,
      closeTime,
      open,
      high,
      low,
      close,
      volume,
      source,
      warmUp: false,
    };
  }

  #spanOf(raw: string): { readonly openTime: UnixNanos; readonly closeTime: UnixNanos; readonly suffix: string } {
    if (this.#length === undefined) return dayOf(raw, this.options);
    const at = this.#instants.read(raw);
    const openTime = this.options.stamps === 'start' ? at : ((at - this.#length) as UnixNanos);
    const closeTime = (openTime + this.#length) as UnixNanos;
    return { openTime, closeTime, suffix: isoFromNanos(closeTime) };
  }
}

/** Reads a CSV file of bars: the header tells the columns. Lines that are no rows become faults. Throws RecordedFileError without a usable header. */
export const parseCsvBars = (text: string, options: TableOptions): TableBars => {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const [header] = lines;
  if (header === undefined || header.trim() === '') throw new RecordedFileError('FILE_EMPTY', 'must have a header');
  const reader = new TableReader(layoutOf(cellsOf(header), options.columns), options);
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    if (line.trim() === '') reader.refuse(index + 1, 'ROW_EMPTY', '', 'must not be empty');
    else if (line.length > LINE_LENGTH_MAX) reader.refuse(index + 1, 'ROW_TOO_LONG', '', `must have at most ${LINE_LENGTH_MAX} characters`);
    else reader.add(index + 1, cellsOf(line));
  }
  return reader.finish();
};
