import type { BookChange, BookDelta, BookLevel, BookSide, BookSnapshot } from '@tradewind/market';
import type { DepthOperation } from '@tradewind/tws';
import type { Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

interface Row {
  readonly price: Price;
  readonly quantity: Quantity;
}

export interface RowChange {
  readonly side: BookSide;
  readonly operation: DepthOperation;
  readonly position: number;
  readonly price: Price;
  readonly quantity: Quantity;
}

type Sides<T> = Readonly<Record<BookSide, T>>;

const SIDES: readonly BookSide[] = ['BID', 'ASK'];

/**
 * The rows of a book as TWS sends them, by position, and the price levels that they add up to. Several exchanges or makers may have rows at one price.
 * TWS sometimes shifts rows by insertion and sometimes rewrites them one by one; in between, levels vanish that come back with the next row. So the levels
 * are compared only when told to (`takeChanges`), after all messages that arrived together.
 */
export class RowBook {
  readonly #rows: Sides<(Row | undefined)[]> = { BID: [], ASK: [] };
  readonly #published: Sides<Map<Price, Quantity>> = { BID: new Map(), ASK: new Map() };
  #sequence = 0;
  /** False when no row has been touched since the levels were last told: most books are untouched by most messages. */
  #touched = false;

  constructor(
    private readonly symbol: Symbol,
    private readonly rowsMax: number,
  ) {}

  /** Forgets all rows; the levels count on. */
  clear(): void {
    this.#touched = true;
    for (const side of SIDES) this.#rows[side].length = 0;
  }

  /** True when both sides have all the rows that were asked for. */
  get full(): boolean {
    return SIDES.every((side) => this.#rows[side].length >= this.rowsMax);
  }

  get empty(): boolean {
    return SIDES.every((side) => this.#rows[side].length === 0);
  }

  /** A row beyond those asked for is kept no longer; one that isn't there can be updated (TWS does) and needs no deletion. */
  apply({ side, operation, position, price, quantity }: RowChange): void {
    const rows = this.#rows[side];
    this.#touched = true;
    if (operation === 'delete') rows.splice(position, 1);
    else if (operation === 'insert' && position < rows.length) rows.splice(position, 0, { price, quantity });
    else if (position < this.rowsMax) rows[position] = { price, quantity };
    if (rows.length > this.rowsMax) rows.length = this.rowsMax;
  }

  /** The whole book as it is now. */
  snapshot(at: UnixNanos): BookSnapshot {
    for (const side of SIDES) {
      this.#published[side].clear();
      for (const [price, quantity] of this.#levels(side)) this.#published[side].set(price, quantity);
    }
    this.#sequence += 1;
    return {
      kind: 'book-snapshot',
      symbol: this.symbol,
      at,
      sequence: this.#sequence,
      bids: this.#sorted('BID'),
      asks: this.#sorted('ASK'),
    };
  }

  /** What has changed since the last snapshot or delta; undefined when nothing has. */
  takeChanges(at: UnixNanos): BookDelta | undefined {
    if (!this.#touched) return undefined;
    this.#touched = false;
    const changes = SIDES.flatMap((side) => this.#changesOf(side));
    if (changes.length === 0) return undefined;
    const previousSequence = this.#sequence;
    this.#sequence += 1;
    return { kind: 'book-delta', symbol: this.symbol, at, sequence: this.#sequence, previousSequence, changes };
  }

  /** Removals first, so that a level that moved past the other side doesn't cross it on the way. */
  #changesOf(side: BookSide): readonly BookChange[] {
    const levels = this.#levels(side);
    const published = this.#published[side];
    const changes: BookChange[] = [];
    for (const price of published.keys()) {
      if (levels.has(price)) continue;
      published.delete(price);
      changes.push({ side, price, quantity: 0n as Quantity });
    }
    for (const [price, quantity] of levels) {
      if (published.get(price) === quantity) continue;
      published.set(price, quantity);
      changes.push({ side, price, quantity });
    }
    return changes;
  }

  #levels(side: BookSide): Map<Price, Quantity> {
    const levels = new Map<Price, Quantity>();
    for (const row of this.#rows[side]) {
      if (row === undefined || row.quantity === 0n) continue;
      levels.set(row.price, ((levels.get(row.price) ?? 0n) + row.quantity) as Quantity);
    }
    return levels;
  }

  #sorted(side: BookSide): readonly BookLevel[] {
    const best = side === 'BID' ? -1 : 1;
    return [...this.#published[side]]
      .map(([price, quantity]) => ({ price, quantity, orders: 0 }))
      .sort((left, right) => (left.price < right.price ? -best : left.price > right.price ? best : 0) * 1);
  }
}
