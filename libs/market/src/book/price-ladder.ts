import type { BookSide } from '../tick.js';

/** A side with more levels than this is refused more: it bounds what a broken feed can take. */
export const LEVELS_MAX = 1 << 18;
const LEVELS_INITIAL = 64;
/** Most changes fall this near to the best price, where looking one after the other beats halving. */
const NEAR = 8;
/** Below this many, moving elements one by one is cheaper than the call of copyWithin. */
const SHORT_MOVE = 24;
/** No level, no order. */
export const NONE = -1;

/**
 * The price levels of one side, sorted in typed arrays with the best level last, so that what changes most moves least. A level keeps its slot
 * for life; per slot there are the quantity, the number of orders and (in a book of orders) the ends of its queue. Prices and quantities are in
 * integer units. Nothing is allocated except when the arrays double.
 */
export class PriceLadder {
  /** Quantity by slot. */
  quantities = new Float64Array(LEVELS_INITIAL);
  /** Orders by slot; 0 when unknown. */
  orders = new Int32Array(LEVELS_INITIAL);
  /** First and last order by slot, NONE when there is no queue. */
  heads = new Int32Array(LEVELS_INITIAL);
  tails = new Int32Array(LEVELS_INITIAL);
  /** Price by slot. */
  prices = new Float64Array(LEVELS_INITIAL);
  /** Sorted ascending: the price on the bid side, its negative on the ask side. */
  private keys = new Float64Array(LEVELS_INITIAL);
  private slots = new Int32Array(LEVELS_INITIAL);
  private freeSlots = new Int32Array(LEVELS_INITIAL);
  private freeCount = 0;
  private slotsUsed = 0;
  private count = 0;
  private readonly sign: number;

  constructor(readonly side: BookSide) {
    this.sign = side === 'BID' ? 1 : -1;
  }

  /** Levels on this side. */
  get length(): number {
    return this.count;
  }

  /** Slot of a level, 0 being the best. The level must exist. */
  slotAt(level: number): number {
    return this.slots[this.count - 1 - level]!;
  }

  /** Slot of the level at this price, or NONE. */
  find(price: number): number {
    const key = this.sign * price;
    const position = this.floor(key);
    return position >= 0 && this.keys[position] === key ? this.slots[position]! : NONE;
  }

  /** Slot of the level at this price, made empty if it is new. NONE when the side is full. */
  findOrInsert(price: number): number {
    const key = this.sign * price;
    const position = this.floor(key);
    if (position >= 0 && this.keys[position] === key) return this.slots[position]!;
    if (this.count === this.keys.length && !this.grow()) return NONE;
    const slot = this.takeSlot(price);
    this.openGap(position + 1);
    this.keys[position + 1] = key;
    this.slots[position + 1] = slot;
    this.count += 1;
    return slot;
  }

  /** Removes the level of a slot. */
  remove(slot: number): void {
    const position = this.floor(this.sign * this.prices[slot]!);
    this.closeGap(position);
    this.count -= 1;
    this.freeSlots[this.freeCount] = slot;
    this.freeCount += 1;
  }

  clear(): void {
    this.count = 0;
    this.freeCount = 0;
    this.slotsUsed = 0;
  }

  /** Position of the last key that is not above `key`, -1 when all are. */
  private floor(key: number): number {
    const { keys } = this;
    let position = this.count - 1;
    const near = position - NEAR;
    for (; position >= 0 && position > near; position -= 1) if (keys[position]! <= key) return position;
    let low = 0;
    let high = position + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private openGap(position: number): void {
    const { keys, slots, count } = this;
    if (count - position > SHORT_MOVE) {
      keys.copyWithin(position + 1, position, count);
      slots.copyWithin(position + 1, position, count);
      return;
    }
    for (let index = count; index > position; index -= 1) {
      keys[index] = keys[index - 1]!;
      slots[index] = slots[index - 1]!;
    }
  }

  private closeGap(position: number): void {
    const { keys, slots, count } = this;
    if (count - position > SHORT_MOVE) {
      keys.copyWithin(position, position + 1, count);
      slots.copyWithin(position, position + 1, count);
      return;
    }
    for (let index = position + 1; index < count; index += 1) {
      keys[index - 1] = keys[index]!;
      slots[index - 1] = slots[index]!;
    }
  }

  private takeSlot(price: number): number {
    let slot: number;
    if (this.freeCount > 0) {
      this.freeCount -= 1;
      slot = this.freeSlots[this.freeCount]!;
    } else {
      slot = this.slotsUsed;
      this.slotsUsed += 1;
    }
    this.prices[slot] = price;
    this.quantities[slot] = 0;
    this.orders[slot] = 0;
    this.heads[slot] = NONE;
    this.tails[slot] = NONE;
    return slot;
  }

  private grow(): boolean {
    const capacity = this.keys.length * 2;
    if (capacity > LEVELS_MAX) return false;
    this.keys = doubled(this.keys, new Float64Array(capacity));
    this.prices = doubled(this.prices, new Float64Array(capacity));
    this.quantities = doubled(this.quantities, new Float64Array(capacity));
    this.slots = doubled(this.slots, new Int32Array(capacity));
    this.orders = doubled(this.orders, new Int32Array(capacity));
    this.heads = doubled(this.heads, new Int32Array(capacity));
    this.tails = doubled(this.tails, new Int32Array(capacity));
    this.freeSlots = doubled(this.freeSlots, new Int32Array(capacity));
    return true;
  }
}

export const doubled = <T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};
