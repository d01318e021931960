import {
  type Bar,
  type BookDelta,
  type BookSnapshot,
  type CivilDate,
  ConsolidatedBook,
  DATABENTO_SCALE,
  DeltaPublisher,
  leanBar,
  LeanQuotes,
  type LeanResolution,
  leanTrade,
  LOBSTER_SCALE,
  LobsterBook,
  type LobsterBookRow,
  lobsterTrade,
  MBO_LAST,
  MBO_SNAPSHOT,
  mboEvent,
  type MboRecord,
  parseDatabentoMbo,
  parseLeanQuoteTicks,
  parseLeanTradeBars,
  parseLeanTradeTicks,
  parseLobsterMessages,
  type Quote,
  type Tick,
  type Trade,
  type TradingCalendar,
} from '@tradewind/market';
import { type Price, type Quantity, type Symbol } from '@tradewind/vocabulary';

import type { TextPiece } from './client.js';
import type { RowFault } from './csv-bars.js';

/** Rows of a piece of a file, and what was left out. */
export interface Decoded<T> {
  readonly rows: readonly T[];
  /** Line of each row, of bars. */
  readonly lines?: readonly number[];
  readonly faults: readonly RowFault[];
}

export type TickWish = ReadonlySet<'trades' | 'quotes' | 'book'>;

/** Reads LEAN trade bars piece by piece. */
export const leanBarReader =
  (
    file: { readonly resolution: 'daily' | 'hour' } | { readonly resolution: 'minute' | 'second'; readonly date: CivilDate },
    of: { readonly symbol: Symbol; readonly source: string; readonly calendar: TradingCalendar },
  ) =>
  ({ text, firstLine }: TextPiece): Decoded<Bar> => {
    const parsed = parseLeanTradeBars(text, file, { firstLine });
    const faults: RowFault[] = [...parsed.faults];
    const resolution: LeanResolution = file.resolution;
    const rows: Bar[] = [];
    const lines: number[] = [];
    for (const row of parsed.rows) {
      const bar = leanBar(row, { ...of, resolution });
      if (bar === undefined) {
        faults.push({
          line: row.line,
          code: 'ROW_NO_SESSION',
          field: 'time',
          rule: `${row.date} must be a session of ${of.calendar.name}`,
        });
        continue;
      }
      rows.push(bar);
      lines.push(row.line);
    }
    return { rows, lines, faults };
  };

export const leanTradeReader =
  (date: CivilDate, symbol: Symbol) =>
  ({ text, firstLine }: TextPiece): Decoded<Trade> => {
    const { rows, faults } = parseLeanTradeTicks(text, date, { firstLine });
    return { rows: rows.map((row) => leanTrade(row, symbol)), faults };
  };

/** Quotes of each venue, and the book that all of them make: first what changes in the book, then the quote that changed it. */
export const leanQuoteReader = (date: CivilDate, symbol: Symbol, wish: TickWish) => {
  const quotes = new LeanQuotes(symbol);
  const book = new ConsolidatedBook(symbol);
  let begun = false;
  return ({ text, firstLine }: TextPiece): Decoded<Tick> => {
    const parsed = parseLeanQuoteTicks(text, date, { firstLine });
    const faults: RowFault[] = [...parsed.faults];
    const rows: Tick[] = [];
    for (const row of parsed.rows) {
      const quote: Quote = quotes.quote(row);
      if (wish.has('book')) {
        if (!begun) rows.push(book.snapshot(quote.at));
        begun = true;
        const change = book.apply(quote);
        if (typeof change === 'string')
          faults.push({ line: row.line, code: `BOOK_${change}`, field: '', rule: 'must fit the book of all venues' });
        else if (change !== undefined) rows.push(change);
      }
      if (wish.has('quotes')) rows.push(quote);
    }
    return { rows, faults };
  };
};

/** Executions of a LOBSTER day. */
export const lobsterTradeReader =
  (date: CivilDate, symbol: Symbol) =>
  ({ text, firstLine }: TextPiece): Decoded<Trade> => {
    const { rows, faults } = parseLobsterMessages(text, date, { firstLine });
    return { rows: rows.flatMap((row) => lobsterTrade(row, symbol) ?? []), faults };
  };

/** The book of a LOBSTER day: `first` is its state after message 1, everything later follows from the messages. */
export const lobsterBookReader = (date: CivilDate, symbol: Symbol, first: LobsterBookRow) => {
  const publisher = new DeltaPublisher(symbol, LOBSTER_SCALE);
  const book = new LobsterBook(publisher.book);
  let begun = false;
  return ({ text, firstLine }: TextPiece): Decoded<BookSnapshot | BookDelta> => {
    const parsed = parseLobsterMessages(text, date, { firstLine });
    const faults: RowFault[] = [...parsed.faults];
    const rows: (BookSnapshot | BookDelta)[] = [];
    for (const message of parsed.rows) {
      if (!begun) {
        begun = true;
        book.seed(first);
        rows.push(publisher.takeSnapshot(message.at));
        continue;
      }
      const refusal = book.apply(message);
      if (refusal !== undefined)
        faults.push({ line: message.line, code: `BOOK_${refusal}`, field: '', rule: 'must fit the book of the messages before' });
      const delta = publisher.takeDelta(message.at);
      if (delta !== undefined) rows.push(delta);
    }
    return { rows, faults };
  };
};

const UNIT = 1_000_000_000n;

/** What an order-by-order record says was traded; the side is that of the aggressor. */
const mboTrade = ({ action, at, side, price, quantity, sequence }: MboRecord, symbol: Symbol): Trade | undefined =>
  action !== 'TRADE' || Number.isNaN(price)
    ? undefined
    : {
        kind: 'trade',
        symbol,
        at,
        sequence,
        price: BigInt(price) as Price,
        quantity: (BigInt(quantity) * UNIT) as Quantity,
        aggressor: side === 'BID' ? 'BUYER' : side === 'ASK' ? 'SELLER' : 'UNKNOWN',
        conditions: [],
        venue: '',
      };

/** Trades and book of Databento's order-by-order records. A book begins with the opening snapshot, or empty when the file has none. */
export const mboReader = (symbol: Symbol, wish: TickWish) => {
  const publisher = new DeltaPublisher(symbol, DATABENTO_SCALE);
  let begun = false;
  return (records: readonly MboRecord[], parsedFaults: readonly RowFault[]): Decoded<Tick> => {
    const faults: RowFault[] = [...parsedFaults];
    const rows: Tick[] = [];
    for (const record of records) {
      const trade = wish.has('trades') ? mboTrade(record, symbol) : undefined;
      if (trade !== undefined) rows.push(trade);
      if (!wish.has('book')) continue;
      const opening = (record.flags & MBO_SNAPSHOT) !== 0;
      if (!opening && !begun) {
        begun = true;
        rows.push(publisher.takeSnapshot(record.at));
      }
      const event = mboEvent(record);
      const refusal = event === undefined ? undefined : publisher.book.apply(event);
      if (refusal !== undefined)
        faults.push({ line: record.line, code: `BOOK_${refusal}`, field: '', rule: 'must fit the book of the records before' });
      const delta = begun && (record.flags & MBO_LAST) !== 0 ? publisher.takeDelta(record.at) : undefined;
      if (delta !== undefined) rows.push(delta);
    }
    return { rows, faults };
  };
};

/** Splits order-by-order CSV into pieces that each begin with the header, for its columns are read by name. */
export const mboCsvReader = () => {
  let header: string | undefined;
  return ({ text, firstLine }: TextPiece): { readonly records: readonly MboRecord[]; readonly faults: readonly RowFault[] } => {
    const whole = header === undefined ? text : `${header}\n${text}`;
    header ??= text.slice(0, Math.max(0, text.indexOf('\n'))).trimEnd();
    const parsed = parseDatabentoMbo(whole, { firstLine: firstLine === 1 ? 1 : firstLine - 1 });
    return { records: parsed.rows, faults: parsed.faults };
  };
};
