import { unreachable } from '@tradewind/vocabulary';

import type { BookSide } from '../tick.js';
import type { OrderEvent } from './order-event.js';
import { OrderIndex } from './order-index.js';
import { doubled, LEVELS_MAX, NONE, type PriceLadder } from './price-ladder.js';
import { BookStateError, type BookRefusal } from './refusal.js';
import { type BookScale, TwoSidedBook } from './two-sided-book.js';

/** A book with more orders than this refuses more: it bounds what a broken feed can take. */
export const ORDERS_MAX = 1 << 22;
const ORDERS_INITIAL = 512;
const STATE_VERSION = 2;
/** Version, price digits, quantity digits, orders. */
const STATE_HEADER = 4;
/** Id, side (1 for a bid), price, quantity. */
const NUMBERS_PER_ORDER = 4;

/** Told of each level whose quantity changed, in units; 0 when the level is gone. */
export type LevelObserver = (side: BookSide, price: number, quantity: number) => void;

/**
 * A book by order (Level III) with the queue at each price in order of time. Orders are nodes in typed arrays, chained by level; ids are found by
 * hash. Every change takes constant time but for the search of the level, which begins at the best. A change returns a refusal and leaves
 * the book as it was, or returns undefined. Nothing is allocated except when the arrays double.
 */
export class OrderBook extends TwoSidedBook {
  private readonly index = new OrderIndex();
  private ids = new Float64Array(ORDERS_INITIAL);
  private quantities = new Float64Array(ORDERS_INITIAL);
  private levelSlots = new Int32Array(ORDERS_INITIAL);
  private next = new Int32Array(ORDERS_INITIAL);
  private previous = new Int32Array(ORDERS_INITIAL);
  /** 1 for a bid. */
  private bidFlags = new Uint8Array(ORDERS_INITIAL);
  /** Freed nodes, chained by `next`. */
  private free = NONE;
  private used = 0;

  constructor(
    scale: BookScale,
    private readonly observer?: LevelObserver,
  ) {
    super(scale);
  }

  get orderCount(): number {
    return this.index.size;
  }

  /** Joins the end of the queue at its price. */
  add(id: number, side: BookSide, price: number, quantity: number): BookRefusal | undefined {
    const refusal = refusalOfTerms(price, quantity);
    if (refusal !== undefined) return refusal;
    if (this.index.get(id) !== NONE) return 'ORDER_DUPLICATE';
    if (this.free === NONE && this.used === this.ids.length && !this.grow()) return 'TOO_MANY_ORDERS';
    const ladder = this.ladder(side);
    const slot = ladder.findOrInsert(price);
    if (slot === NONE) return 'TOO_MANY_LEVELS';
    this.append(this.takeNode(), id, ladder, slot, quantity);
    this.tell(ladder, slot);
    return undefined;
  }

  /** Cancels part of an order, which keeps its place; the whole when nothing is left. */
  reduce(id: number, quantity: number): BookRefusal | undefined {
    const node = this.index.get(id);
    if (node === NONE) return 'ORDER_UNKNOWN';
    if (!(quantity > 0) || !Number.isSafeInteger(quantity)) return 'QUANTITY_OUT_OF_RANGE';
    const rest = this.quantities[node]! - quantity;
    if (rest < 0) return 'EXCEEDS_ORDER';
    this.settle(node, rest);
    return undefined;
  }

  remove(id: number): BookRefusal | undefined {
    const node = this.index.get(id);
    if (node === NONE) return 'ORDER_UNKNOWN';
    this.settle(node, 0);
    return undefined;
  }

  /** A resting order trades. The book changes as by `reduce`; the event differs, not the effect. */
  execute(id: number, quantity: number): BookRefusal | undefined {
    return this.reduce(id, quantity);
  }

  /** A new order in the old one's place: same side, end of the queue. */
  replace(id: number, newId: number, price: number, quantity: number): BookRefusal | undefined {
    const node = this.index.get(id);
    if (node === NONE) return 'ORDER_UNKNOWN';
    const refusal = refusalOfTerms(price, quantity);
    if (refusal !== undefined) return refusal;
    if (newId !== id && this.index.get(newId) !== NONE) return 'ORDER_DUPLICATE';
    return this.requeue(node, newId, price, quantity);
  }

  /** New terms for the same id. Only a quantity that is not greater at the same price keeps the place in the queue (as on CME). */
  modify(id: number, price: number, quantity: number): BookRefusal | undefined {
    const node = this.index.get(id);
    if (node === NONE) return 'ORDER_UNKNOWN';
    const refusal = refusalOfTerms(price, quantity);
    if (refusal !== undefined) return refusal;
    const ladder = this.ladderOf(node);
    if (ladder.prices[this.levelSlots[node]!] === price && quantity <= this.quantities[node]!) {
      this.settle(node, quantity);
      return undefined;
    }
    return this.requeue(node, id, price, quantity);
  }

  /** Forgets all orders. The observer is told of every level. */
  clear(): void {
    for (const ladder of [this.bids, this.asks]) {
      if (this.observer !== undefined)
        for (let level = 0; level < ladder.length; level += 1) this.observer(ladder.side, ladder.prices[ladder.slotAt(level)]!, 0);
      ladder.clear();
    }
    this.index.clear();
    this.free = NONE;
    this.used = 0;
  }

  apply(event: OrderEvent): BookRefusal | undefined {
    switch (event.kind) {
      case 'ADD':
        return this.add(event.id, event.side, event.price, event.quantity);
      case 'REDUCE':
        return this.reduce(event.id, event.quantity);
      case 'DELETE':
        return this.remove(event.id);
      case 'EXECUTE':
        return this.execute(event.id, event.quantity);
      case 'EXECUTE_HIDDEN':
        return undefined;
      case 'REPLACE':
        return this.replace(event.id, event.newId, event.price, event.quantity);
      case 'MODIFY':
        return this.modify(event.id, event.price, event.quantity);
      case 'CLEAR':
        this.clear();
        return undefined;
      default:
        return unreachable(event);
    }
  }

  has(id: number): boolean {
    return this.index.get(id) !== NONE;
  }

  /** Units left of an order; 0 when it is unknown. */
  remaining(id: number): number {
    const node = this.index.get(id);
    return node === NONE ? 0 : this.quantities[node]!;
  }

  /** Units of an order's price; NaN when it is unknown. */
  priceOf(id: number): number {
    const node = this.index.get(id);
    return node === NONE ? NaN : this.ladderOf(node).prices[this.levelSlots[node]!]!;
  }

  sideOf(id: number): BookSide | undefined {
    const node = this.index.get(id);
    return node === NONE ? undefined : this.ladderOf(node).side;
  }

  /** Units that would trade before the order at its own price; NaN when it is unknown. Takes time in proportion to the orders ahead. */
  quantityAhead(id: number): number {
    const node = this.index.get(id);
    if (node === NONE) return NaN;
    let ahead = 0;
    for (let other = this.previous[node]!; other !== NONE; other = this.previous[other]!) ahead += this.quantities[other]!;
    return ahead;
  }

  /** Id of the order that trades first on a side; undefined when the side is empty. */
  firstOrder(side: BookSide): number | undefined {
    const ladder = this.ladder(side);
    return ladder.length === 0 ? undefined : this.ids[ladder.heads[ladder.slotAt(0)]!];
  }

  /** Ids at a price in the order of their queue. */
  queueAt(side: BookSide, price: number): readonly number[] {
    const ladder = this.ladder(side);
    const slot = ladder.find(price);
    const queue: number[] = [];
    if (slot === NONE) return queue;
    for (let node = ladder.heads[slot]!; node !== NONE; node = this.next[node]!) queue.push(this.ids[node]!);
    return queue;
  }

  /** The whole state as plain numbers, for `restore`: every order, levels best first, queues in order. */
  save(): Float64Array {
    const state = new Float64Array(STATE_HEADER + NUMBERS_PER_ORDER * this.index.size);
    state.set([STATE_VERSION, this.scale.priceDigits, this.scale.quantityDigits, this.index.size]);
    let offset = STATE_HEADER;
    for (const ladder of [this.bids, this.asks]) {
      for (let level = 0; level < ladder.length; level += 1) {
        const slot = ladder.slotAt(level);
        for (let node = ladder.heads[slot]!; node !== NONE; node = this.next[node]!, offset += NUMBERS_PER_ORDER) {
          state[offset] = this.ids[node]!;
          state[offset + 1] = ladder.side === 'BID' ? 1 : 0;
          state[offset + 2] = ladder.prices[slot]!;
          state[offset + 3] = this.quantities[node]!;
        }
      }
    }
    return state;
  }

  /** A book in the saved state. Throws BookStateError on anything that `save` does not write. */
  static restore(state: Float64Array, observer?: LevelObserver): OrderBook {
    const [version, priceDigits, quantityDigits, orders] = state;
    if (version !== STATE_VERSION || state.length !== STATE_HEADER + NUMBERS_PER_ORDER * orders!)
      throw new BookStateError('this is no saved order book of version 2');
    const book = new OrderBook({ priceDigits: priceDigits!, quantityDigits: quantityDigits! }, observer);
    for (let offset = STATE_HEADER; offset < state.length; offset += NUMBERS_PER_ORDER) {
      const refusal = book.add(state[offset]!, state[offset + 1] === 1 ? 'BID' : 'ASK', state[offset + 2]!, state[offset + 3]!);
      if (refusal !== undefined) throw new BookStateError(`an order of the saved book was refused: ${refusal}`);
    }
    return book;
  }

  private ladderOf(node: number): PriceLadder {
    return this.bidFlags[node] === 1 ? this.bids : this.asks;
  }

  /** Leaves `rest` of an order, or takes it out. */
  private settle(node: number, rest: number): void {
    const ladder = this.ladderOf(node);
    const slot = this.levelSlots[node]!;
    ladder.quantities[slot]! += rest - this.quantities[node]!;
    this.quantities[node] = rest;
    if (rest === 0) {
      this.index.delete(this.ids[node]!);
      this.unlink(node, ladder, slot);
      this.next[node] = this.free;
      this.free = node;
    }
    this.tell(ladder, slot);
    if (ladder.orders[slot] === 0) ladder.remove(slot);
  }

  private requeue(node: number, id: number, price: number, quantity: number): BookRefusal | undefined {
    const ladder = this.ladderOf(node);
    const slot = this.levelSlots[node]!;
    if (ladder.length === LEVELS_MAX && ladder.find(price) === NONE) return 'TOO_MANY_LEVELS';
    ladder.quantities[slot]! -= this.quantities[node]!;
    this.index.delete(this.ids[node]!);
    this.unlink(node, ladder, slot);
    if (ladder.prices[slot] !== price) this.tell(ladder, slot);
    const target = ladder.findOrInsert(price);
    this.append(node, id, ladder, target, quantity);
    this.tell(ladder, target);
    if (ladder.orders[slot] === 0) ladder.remove(slot);
    return undefined;
  }

  private append(node: number, id: number, ladder: PriceLadder, slot: number, quantity: number): void {
    const tail = ladder.tails[slot]!;
    this.ids[node] = id;
    this.quantities[node] = quantity;
    this.levelSlots[node] = slot;
    this.bidFlags[node] = ladder === this.bids ? 1 : 0;
    this.previous[node] = tail;
    this.next[node] = NONE;
    if (tail === NONE) ladder.heads[slot] = node;
    else this.next[tail] = node;
    ladder.tails[slot] = node;
    ladder.quantities[slot]! += quantity;
    ladder.orders[slot]! += 1;
    this.index.set(id, node);
  }

  private unlink(node: number, ladder: PriceLadder, slot: number): void {
    const before = this.previous[node]!;
    const after = this.next[node]!;
    if (before === NONE) ladder.heads[slot] = after;
    else this.next[before] = after;
    if (after === NONE) ladder.tails[slot] = before;
    else this.previous[after] = before;
    ladder.orders[slot]! -= 1;
  }

  private tell(ladder: PriceLadder, slot: number): void {
    if (this.observer !== undefined) this.observer(ladder.side, ladder.prices[slot]!, ladder.quantities[slot]!);
  }

  private takeNode(): number {
    const node = this.free;
    if (node !== NONE) {
      this.free = this.next[node]!;
      return node;
    }
    this.used += 1;
    return this.used - 1;
  }

  private grow(): boolean {
    const capacity = this.ids.length * 2;
    if (capacity > ORDERS_MAX) return false;
    this.ids = doubled(this.ids, new Float64Array(capacity));
    this.quantities = doubled(this.quantities, new Float64Array(capacity));
    this.levelSlots = doubled(this.levelSlots, new Int32Array(capacity));
    this.next = doubled(this.next, new Int32Array(capacity));
    this.previous = doubled(this.previous, new Int32Array(capacity));
    this.bidFlags = doubled(this.bidFlags, new Uint8Array(capacity));
    return true;
  }
}

const refusalOfTerms = (price: number, quantity: number): BookRefusal | undefined => {
  if (!(price > 0) || !Number.isSafeInteger(price)) return 'PRICE_OUT_OF_RANGE';
  return !(quantity > 0) || !Number.isSafeInteger(quantity) ? 'QUANTITY_OUT_OF_RANGE' : undefined;
};
