import { price } from '@tradewind/vocabulary';

import { type CivilDate, civilDateFrom } from '../calendar/civil-date.js';
import { columnsOf, type ParsedText, readRows, RowError, shown } from '../formats/text-rows.js';
import type { AdjustmentFactors } from './adjustment-factors.js';

/** Until (and on) this date the company traded under the ticker; the first row of a file is its first day. */
export interface TickerSpan {
  readonly until: CivilDate;
  /** Lower case, as LEAN's paths have it. */
  readonly ticker: string;
  /** LEAN's letter of the primary exchange; empty in old files. */
  readonly exchange: string;
}

const FACTOR_COLUMNS = 4;

const dateOf = (text: string | undefined): CivilDate => {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? '');
  const date = match === null ? undefined : civilDateFrom(Number(match[1]), Number(match[2]), Number(match[3]));
  if (date === undefined) throw new RowError('ROW_BAD_TIME', 'date', `${shown(text)} must be YYYYMMDD`);
  return date;
};

const decimalText = (text: string | undefined, field: string): string => {
  if (text === undefined || !/^\d{1,9}(\.\d{1,9})?$/.test(text))
    throw new RowError('ROW_NOT_A_NUMBER', field, `${shown(text)} must be a decimal with at most 9 fraction digits`);
  return text;
};

const factorOf = (text: string | undefined, field: string): number => {
  const value = Number(decimalText(text, field));
  if (value === 0) throw new RowError('ROW_OUT_OF_RANGE', field, 'must be above 0');
  return value;
};

/** Dates of a file must grow: they say until when a row holds. */
const inOrder = (): ((date: CivilDate) => CivilDate) => {
  let last: CivilDate | undefined;
  return (date) => {
    if (last !== undefined && date <= last) throw new RowError('ROW_OUT_OF_ORDER', 'date', `${date} must come after ${last}`);
    last = date;
    return date;
  };
};

/** Reads a factor file: date, price factor, split factor, reference price. */
export const parseLeanFactors = (text: string): ParsedText<AdjustmentFactors> => {
  const ordered = inOrder();
  return readRows(text, {}, (line) => {
    const [date, priceFactor, splitFactor, reference] = columnsOf(line, FACTOR_COLUMNS);
    return {
      date: ordered(dateOf(date)),
      priceFactor: factorOf(priceFactor, 'priceFactor'),
      splitFactor: factorOf(splitFactor, 'splitFactor'),
      reference: price(decimalText(reference, 'reference')),
    };
  });
};

/** Reads a map file: date, ticker, and the exchange since LEAN writes it. */
export const parseLeanMap = (text: string): ParsedText<TickerSpan> => {
  const ordered = inOrder();
  return readRows(text, {}, (line) => {
    const fields = line.split(',');
    const [date, ticker, exchange = ''] = fields;
    if (fields.length < 2 || fields.length > 3)
      throw new RowError('ROW_COLUMN_COUNT', '', `must have 2 or 3 columns, not ${fields.length}`);
    if (!/^[a-z0-9.]{1,16}$/.test(ticker ?? '')) throw new RowError('ROW_BAD_SYMBOL', 'ticker', `${shown(ticker)} must be a ticker`);
    return { until: ordered(dateOf(date)), ticker: ticker!, exchange };
  });
};

/** Under which ticker a company traded on a date; undefined before its first day and after its last. Rows are sorted. */
export const tickerAt = (rows: readonly TickerSpan[], date: CivilDate): string | undefined =>
  rows[0] === undefined || date < rows[0].until ? undefined : rows.find(({ until }) => until >= date)?.ticker;
