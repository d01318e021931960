import type { Bar, Quote, Trade } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { barRow, quoteRow, tradeRow, type WireRow } from './wire.js';

/** A split or a dividend as the venue lists it, e.g. kind `forward_splits` with `symbol`, `ex_date`, `old_rate` and `new_rate`. */
export interface CorporateAction {
  readonly kind: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** `bars 1Min`, `trades`, `quotes`. */
type Table = string;

const compare = (left: WireRow, right: WireRow): number => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0);

/** Midnight in New York of the day on which an instant of its trading session lies. */
const newYorkMidnight = (nanos: UnixNanos): UnixNanos => {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(new Date(Number(nanos / 1_000_000n)));
  for (const hour of ['04', '05']) {
    const millis = Date.parse(`${date}T${hour}:00:00Z`);
    const there = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit' }).format(new Date(millis));
    if (there === '00' || there === '24') return (BigInt(millis) * 1_000_000n) as UnixNanos;
  }
  throw new RangeError(`no midnight in New York on ${date}`);
};

const TIMEFRAMES: Readonly<Record<string, string>> = { s: 'Sec', m: 'Min', h: 'Hour', d: 'Day', w: 'Week' };

/** The venue's name of an interval: `5m` is `5Min`. */
const timeframeOf = (interval: string): string => {
  const match = /^(\d+)([smhdw])$/.exec(interval);
  if (match === null) throw new RangeError(`the venue has no bars of ${interval}`);
  return `${match[1]}${TIMEFRAMES[match[2]!]}`;
};

const stampOf = (bar: Bar): UnixNanos => (bar.interval.endsWith('d') ? newYorkMidnight(bar.openTime) : bar.openTime);

/** The venue writes classes of shares with a point (BRK.B), we with a hyphen. */
export const wireSymbol = (symbol: Symbol): string => symbol.replaceAll('-', '.');

/** What the venue knows, by table and symbol, each list in order of time. A bar with the same beginning replaces the one before. */
export class DataStore {
  private readonly tables = new Map<Table, Map<Symbol, WireRow[]>>();
  readonly actions: CorporateAction[] = [];
  private tradeIds = 0;

  /** Keeps it and returns the row as written. */
  addBar(bar: Bar): WireRow {
    return this.put(`bars ${timeframeOf(bar.interval)}`, bar.symbol, barRow(bar, stampOf(bar)), true);
  }

  addTrade(trade: Trade): WireRow {
    this.tradeIds += 1;
    return this.put('trades', trade.symbol, tradeRow(trade, this.tradeIds), false);
  }

  addQuote(quote: Quote): WireRow {
    return this.put('quotes', quote.symbol, quoteRow(quote), false);
  }

  rows(table: Table, symbol: Symbol): readonly WireRow[] {
    return this.tables.get(table)?.get(symbol) ?? [];
  }

  private put(table: Table, ours: Symbol, row: WireRow, replacing: boolean): WireRow {
    const symbol = wireSymbol(ours) as Symbol;
    const bySymbol = this.tables.get(table) ?? new Map<Symbol, WireRow[]>();
    this.tables.set(table, bySymbol);
    const rows = bySymbol.get(symbol) ?? [];
    bySymbol.set(symbol, rows);
    let index = rows.length;
    while (index > 0 && compare(rows[index - 1]!, row) > 0) index -= 1;
    if (replacing && index > 0 && compare(rows[index - 1]!, row) === 0) rows[index - 1] = row;
    else rows.splice(index, 0, row);
    return row;
  }
}
