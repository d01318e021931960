import type {
  Aggressor,
  Bar,
  BarInterval,
  BookDelta,
  BookLevel,
  BookSide,
  BookSnapshot,
  PointInTimeRecord,
  Quote,
  Tick,
  Trade,
} from '@tradewind/market';
import { isoFromNanos, type Price, type Quantity, type Symbol, symbolOf, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { CatalogueError } from './catalogue-error.js';
import type { TickKind } from './selection.js';
import type { Cell } from './table.js';

const UNIT = 1_000_000_000n;

const whole = (quantity: bigint): bigint => quantity / UNIT;
const fraction = (quantity: bigint): number => Number(quantity % UNIT);
/** The two parts of a quantity as one number again. */
export const quantityOf = (units: bigint, rest: number): Quantity => (rest === 0 ? units * UNIT : units * UNIT + BigInt(rest)) as Quantity;

const DATED = /^\d+[dw]$/;

/** The end of a bar's id, by the rule of the market library: the UTC date for days and weeks, the instant otherwise. */
export const idSuffixOf = (interval: BarInterval, closeTime: UnixNanos): string =>
  DATED.test(interval) ? utcDateOf(closeTime) : isoFromNanos(closeTime);

/** The same as SQL over the columns of bars. */
export const idSuffixSql = (interval: BarInterval): string => {
  const format = DATED.test(interval) ? '%Y-%m-%d' : '%Y-%m-%dT%H:%M:%S.%gZ';
  return `CASE WHEN id_suffix <> '' THEN id_suffix ELSE strftime(make_timestamp(close_time // 1000), '${format}') END`;
};

export const barIdPrefix = (symbol: Symbol, interval: BarInterval): string => `bar/${symbol}/${interval}/`;

export const barCells = (bar: Bar): readonly Cell[] => {
  const prefix = barIdPrefix(bar.symbol, bar.interval);
  if (!bar.id.startsWith(prefix)) throw new CatalogueError('UNSTORABLE', `bar id '${bar.id}' must begin with ${prefix}`);
  const suffix = bar.id.slice(prefix.length);
  return [
    bar.closeTime,
    bar.openTime,
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    whole(bar.volume),
    fraction(bar.volume),
    bar.source,
    suffix === idSuffixOf(bar.interval, bar.closeTime) ? '' : suffix,
  ];
};

const AGGRESSORS: readonly Aggressor[] = ['UNKNOWN', 'BUYER', 'SELLER'];
const SIDES: readonly (BookSide | undefined)[] = [undefined, 'BID', 'ASK'];
const SNAPSHOT = 0;
const DELTA = 1;

const sequenceOf = (tick: Tick): bigint => BigInt(tick.sequence);

const tradeCells = (trade: Trade, source: string): readonly Cell[] => [
  trade.at,
  sequenceOf(trade),
  trade.price,
  whole(trade.quantity),
  fraction(trade.quantity),
  AGGRESSORS.indexOf(trade.aggressor),
  trade.venue,
  trade.conditions.length === 0 ? '' : JSON.stringify(trade.conditions),
  source,
];

const quoteCells = (quote: Quote, source: string): readonly Cell[] => [
  quote.at,
  sequenceOf(quote),
  quote.bidPrice,
  whole(quote.bidQuantity),
  fraction(quote.bidQuantity),
  quote.askPrice,
  whole(quote.askQuantity),
  fraction(quote.askQuantity),
  quote.venue,
  source,
];

interface Level {
  readonly side: BookSide;
  readonly price: Price;
  readonly quantity: Quantity;
  readonly orders: number;
}

const levelsOf = (tick: BookSnapshot | BookDelta): readonly Level[] =>
  tick.kind === 'book-snapshot'
    ? [...tick.bids.map((level) => ({ side: 'BID' as const, ...level })), ...tick.asks.map((level) => ({ side: 'ASK' as const, ...level }))]
    : tick.changes.map((change) => ({ ...change, orders: 0 }));

const bookRows = (tick: BookSnapshot | BookDelta, event: number, source: string): readonly (readonly Cell[])[] => {
  const head = [
    tick.at,
    sequenceOf(tick),
    tick.kind === 'book-delta' ? BigInt(tick.previousSequence) : 0n,
    event,
    tick.kind === 'book-snapshot' ? SNAPSHOT : DELTA,
  ];
  const levels = levelsOf(tick);
  if (levels.length === 0) return [[...head, 0, 0n, 0n, 0, 0, source]];
  return levels.map(({ side, price, quantity, orders }) => [
    ...head,
    SIDES.indexOf(side),
    price,
    whole(quantity),
    fraction(quantity),
    orders,
    source,
  ]);
};

/** The rows of a tick; `event` numbers the snapshots and deltas of a part. */
export const tickRows = (tick: Tick, event: number, source: string): readonly (readonly Cell[])[] => {
  switch (tick.kind) {
    case 'trade':
      return [tradeCells(tick, source)];
    case 'quote':
      return [quoteCells(tick, source)];
    case 'book-snapshot':
    case 'book-delta':
      return bookRows(tick, event, source);
    default:
      tick satisfies never;
      throw new TypeError('a tick of an unknown kind');
  }
};

/** Which kind of file a tick belongs to. */
export const kindOfTick = (tick: Tick): TickKind => (tick.kind === 'trade' ? 'trades' : tick.kind === 'quote' ? 'quotes' : 'book');

export const recordCells = (record: PointInTimeRecord): readonly Cell[] => [
  record.knownAt,
  record.eventTime,
  record.symbol ?? '',
  record.value,
  record.text,
  record.source,
  record.id,
];

/** Values of one row by the order of the table's columns. */
type Row = (column: number) => Cell;

const NO_CONDITIONS: readonly string[] = [];
const knownConditions = new Map<string, readonly string[]>([['', NO_CONDITIONS]]);
const CONDITIONS_KEPT_MAX = 4_096;

/** Few texts recur in millions of trades: each is read once. */
const conditionsOf = (text: string): readonly string[] => {
  const known = knownConditions.get(text);
  if (known !== undefined) return known;
  const read = JSON.parse(text) as readonly string[];
  if (knownConditions.size < CONDITIONS_KEPT_MAX) knownConditions.set(text, read);
  return read;
};

export const tradeOf = (symbol: Symbol, row: Row): Trade => ({
  kind: 'trade',
  symbol,
  at: row(0) as UnixNanos,
  sequence: Number(row(1)),
  price: row(2) as Price,
  quantity: quantityOf(row(3) as bigint, row(4) as number),
  aggressor: AGGRESSORS[row(5) as number]!,
  venue: row(6) as string,
  conditions: conditionsOf(row(7) as string),
});

export const quoteOf = (symbol: Symbol, row: Row): Quote => ({
  kind: 'quote',
  symbol,
  at: row(0) as UnixNanos,
  sequence: Number(row(1)),
  bidPrice: row(2) as Price,
  bidQuantity: quantityOf(row(3) as bigint, row(4) as number),
  askPrice: row(5) as Price,
  askQuantity: quantityOf(row(6) as bigint, row(7) as number),
  venue: row(8) as string,
});

/** The rows of one event, one after another, become its tick. */
export class BookEvent {
  readonly #bids: BookLevel[] = [];
  readonly #asks: BookLevel[] = [];
  readonly #changes: { side: BookSide; price: Price; quantity: Quantity }[] = [];
  readonly #type: number;
  readonly #at: UnixNanos;
  readonly #sequence: number;
  readonly #previous: number;

  constructor(row: Row) {
    this.#at = row(0) as UnixNanos;
    this.#sequence = Number(row(1));
    this.#previous = Number(row(2));
    this.#type = row(4) as number;
  }

  add(row: Row): void {
    const side = SIDES[row(5) as number];
    if (side === undefined) return;
    const price = row(6) as Price;
    const quantity = quantityOf(row(7) as bigint, row(8) as number);
    if (this.#type === DELTA) this.#changes.push({ side, price, quantity });
    else (side === 'BID' ? this.#bids : this.#asks).push({ price, quantity, orders: row(9) as number });
  }

  tick(symbol: Symbol): BookSnapshot | BookDelta {
    const origin = { symbol, at: this.#at, sequence: this.#sequence };
    return this.#type === DELTA
      ? { kind: 'book-delta', ...origin, changes: this.#changes, previousSequence: this.#previous }
      : { kind: 'book-snapshot', ...origin, bids: this.#bids, asks: this.#asks };
  }
}

export const recordOf = (series: string, row: Row): PointInTimeRecord => ({
  id: row(6) as string,
  series,
  symbol: row(2) === '' ? undefined : symbolOf(row(2) as string),
  eventTime: row(1) as UnixNanos,
  knownAt: row(0) as UnixNanos,
  value: row(3) as number,
  text: row(4) as string,
  source: row(5) as string,
});
