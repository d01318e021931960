import type { UnixNanos } from '@tradewind/vocabulary';

import type { BookChange, BookDelta, BookLevel, BookSide, BookSnapshot } from '../tick.js';
import { LEVELS_MAX, NONE, type PriceLadder } from './price-ladder.js';
import { BookStateError, type BookRefusal } from './refusal.js';
import { PRICE_MAX, TwoSidedBook } from './two-sided-book.js';

/** GAPPED: a delta was lost; what the book shows is old, and only a snapshot heals it. */
export type DepthBookStatus = 'AWAITING_SNAPSHOT' | 'LIVE' | 'GAPPED';

const STATUSES: readonly DepthBookStatus[] = ['AWAITING_SNAPSHOT', 'LIVE', 'GAPPED'];
const STATE_VERSION = 1;
/** Version, status, sequence, seconds and nanoseconds of the last change, levels of each side. */
const STATE_HEADER = 7;
const NUMBERS_PER_LEVEL = 3;
const NANOS_PER_SECOND = 1_000_000_000n;

/**
 * A book by price (Level II), kept from snapshots and deltas of one symbol.
 *
 * Sequence rules: a delta follows when its `previousSequence` is the book's sequence; with both of its numbers 0 the source counts nothing and
 * nothing is checked. A delta not newer than the book is STALE and skipped; any other is a SEQUENCE_GAP. A snapshot that is older in number and
 * not later in time is STALE; older in number but later in time means that the venue began to count anew.
 */
export class DepthBook extends TwoSidedBook {
  private currentStatus: DepthBookStatus = 'AWAITING_SNAPSHOT';
  private lastSequence = 0;
  private lastAt = 0n as UnixNanos;

  constructor() {
    // The decimals of the vocabulary: prices below 9,007,199 are exact; larger quantities are the nearest double, for they are copied, not added up.
    super({ priceDigits: 9, quantityDigits: 9 });
  }

  get status(): DepthBookStatus {
    return this.currentStatus;
  }

  get sequence(): number {
    return this.lastSequence;
  }

  /** Event time of the last change. */
  get at(): UnixNanos {
    return this.lastAt;
  }

  /** Replaces the whole book. A refused snapshot changes nothing. */
  applySnapshot(snapshot: BookSnapshot): BookRefusal | undefined {
    const older = this.currentStatus !== 'AWAITING_SNAPSHOT' && snapshot.sequence < this.lastSequence && snapshot.at <= this.lastAt;
    const refusal = older ? 'STALE' : (refusalOfSide(snapshot.bids, true) ?? refusalOfSide(snapshot.asks, false));
    if (refusal !== undefined) return refusal;
    this.load(this.bids, snapshot.bids);
    this.load(this.asks, snapshot.asks);
    this.currentStatus = 'LIVE';
    this.lastSequence = snapshot.sequence;
    this.lastAt = snapshot.at;
    return undefined;
  }

  /** Applies all changes of a delta or, when it is refused, none. After a gap every delta is refused as SNAPSHOT_MISSING. */
  applyDelta(delta: BookDelta): BookRefusal | undefined {
    if (this.currentStatus !== 'LIVE') return 'SNAPSHOT_MISSING';
    const counted = delta.sequence !== 0 || delta.previousSequence !== 0;
    if (counted && delta.sequence <= this.lastSequence) return 'STALE';
    if (counted && delta.previousSequence !== this.lastSequence) {
      this.currentStatus = 'GAPPED';
      return 'SEQUENCE_GAP';
    }
    const { changes } = delta;
    for (let index = 0; index < changes.length; index += 1) {
      const refusal = refusalOfChange(changes[index]!);
      if (refusal !== undefined) return this.lost(refusal);
    }
    for (let index = 0; index < changes.length; index += 1) {
      const { side, price, quantity } = changes[index]!;
      if (!this.set(side, Number(price), Number(quantity))) return this.lost('TOO_MANY_LEVELS');
    }
    this.lastSequence = delta.sequence;
    this.lastAt = delta.at;
    return undefined;
  }

  /** Forgets everything, as after a lost connection. */
  reset(): void {
    this.bids.clear();
    this.asks.clear();
    this.currentStatus = 'AWAITING_SNAPSHOT';
    this.lastSequence = 0;
    this.lastAt = 0n as UnixNanos;
  }

  /** The whole state as plain numbers, for `restore`. */
  save(): Float64Array {
    const bids = this.bids.length;
    const asks = this.asks.length;
    const state = new Float64Array(STATE_HEADER + NUMBERS_PER_LEVEL * (bids + asks));
    const status = STATUSES.indexOf(this.currentStatus);
    state.set([
      STATE_VERSION,
      status,
      this.lastSequence,
      Number(this.lastAt / NANOS_PER_SECOND),
      Number(this.lastAt % NANOS_PER_SECOND),
      bids,
      asks,
    ]);
    let offset = STATE_HEADER;
    for (const ladder of [this.bids, this.asks]) {
      for (let level = 0; level < ladder.length; level += 1, offset += NUMBERS_PER_LEVEL) {
        const slot = ladder.slotAt(level);
        state[offset] = ladder.prices[slot]!;
        state[offset + 1] = ladder.quantities[slot]!;
        state[offset + 2] = ladder.orders[slot]!;
      }
    }
    return state;
  }

  /** A book in the saved state. Throws BookStateError on anything that `save` does not write. */
  static restore(state: Float64Array): DepthBook {
    const [version, statusIndex, sequence, seconds, nanos, bids, asks] = state;
    const status = STATUSES[statusIndex ?? -1];
    if (version !== STATE_VERSION || status === undefined || state.length !== STATE_HEADER + NUMBERS_PER_LEVEL * (bids! + asks!))
      throw new BookStateError('this is no saved depth book of version 1');
    const book = new DepthBook();
    book.currentStatus = status;
    book.lastSequence = sequence!;
    book.lastAt = (BigInt(seconds!) * NANOS_PER_SECOND + BigInt(nanos!)) as UnixNanos;
    for (let index = 0, offset = STATE_HEADER; offset < state.length; index += 1, offset += NUMBERS_PER_LEVEL) {
      const ladder = index < bids! ? book.bids : book.asks;
      const price = state[offset]!;
      const quantity = state[offset + 1]!;
      if (!Number.isSafeInteger(price) || price <= 0 || !(quantity > 0) || ladder.find(price) !== NONE)
        throw new BookStateError(`level ${index} of the saved depth book is no level`);
      const slot = ladder.findOrInsert(price);
      ladder.quantities[slot] = quantity;
      ladder.orders[slot] = state[offset + 2]!;
    }
    return book;
  }

  /** A delta that can't be applied is a lost delta. */
  private lost(refusal: BookRefusal): BookRefusal {
    this.currentStatus = 'GAPPED';
    return refusal;
  }

  private set(side: BookSide, price: number, quantity: number): boolean {
    const ladder = this.ladder(side);
    if (quantity === 0) {
      // A venue may remove a level that lay outside the depth of its snapshot: there is nothing to do.
      const slot = ladder.find(price);
      if (slot !== NONE) ladder.remove(slot);
      return true;
    }
    const slot = ladder.findOrInsert(price);
    if (slot === NONE) return false;
    ladder.quantities[slot] = quantity;
    ladder.orders[slot] = 0;
    return true;
  }

  private load(ladder: PriceLadder, levels: readonly BookLevel[]): void {
    ladder.clear();
    // Worst first: each level is then appended at the end.
    for (let index = levels.length - 1; index >= 0; index -= 1) {
      const { price, quantity, orders } = levels[index]!;
      const slot = ladder.findOrInsert(Number(price));
      ladder.quantities[slot] = Number(quantity);
      ladder.orders[slot] = orders;
    }
  }
}

const refusalOfSide = (levels: readonly BookLevel[], descending: boolean): BookRefusal | undefined => {
  if (levels.length > LEVELS_MAX) return 'TOO_MANY_LEVELS';
  for (let index = 0; index < levels.length; index += 1) {
    const { price, quantity } = levels[index]!;
    if (price <= 0n || price > PRICE_MAX) return 'PRICE_OUT_OF_RANGE';
    if (quantity <= 0n) return 'QUANTITY_OUT_OF_RANGE';
    if (index === 0) continue;
    const better = levels[index - 1]!.price;
    if (descending ? price >= better : price <= better) return 'LEVELS_NOT_SORTED';
  }
  return undefined;
};

const refusalOfChange = ({ price, quantity }: BookChange): BookRefusal | undefined => {
  if (price <= 0n || price > PRICE_MAX) return 'PRICE_OUT_OF_RANGE';
  return quantity < 0n ? 'QUANTITY_OUT_OF_RANGE' : undefined;
};
