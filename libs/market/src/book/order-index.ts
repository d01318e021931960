import { NONE } from './price-ladder.js';

const CAPACITY_INITIAL = 1_024;
const EMPTY = 0;
const TWO_TO_32 = 4_294_967_296;
/** 2^32 divided by the golden ratio, odd: spreads neighbouring ids over the table (Knuth, TAOCP vol. 3, section 6.4). */
const GOLDEN = 0x9e3779b1;

/**
 * From order id to slot: open addressing with linear probing and deletion by shifting back, in two typed arrays. A Map would box every id above
 * 2^31 and allocate an entry for each order.
 */
export class OrderIndex {
  private ids = new Float64Array(CAPACITY_INITIAL);
  /** Slot plus one; EMPTY when nothing is there. */
  private entries = new Int32Array(CAPACITY_INITIAL);
  private mask = CAPACITY_INITIAL - 1;
  private shift = 32 - Math.log2(CAPACITY_INITIAL);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Slot of the id, or NONE. */
  get(id: number): number {
    const { ids, entries, mask } = this;
    let position = this.home(id);
    for (;;) {
      const entry = entries[position]!;
      if (entry === EMPTY) return NONE;
      if (ids[position] === id) return entry - 1;
      position = (position + 1) & mask;
    }
  }

  /** Adds an id that is not there. */
  set(id: number, slot: number): void {
    if (this.count * 2 >= this.ids.length) this.grow();
    this.place(id, slot + 1);
    this.count += 1;
  }

  /** Removes an id; nothing happens when it is not there. */
  delete(id: number): void {
    const { ids, entries, mask } = this;
    let hole = this.home(id);
    for (;;) {
      if (entries[hole] === EMPTY) return;
      if (ids[hole] === id) break;
      hole = (hole + 1) & mask;
    }
    this.count -= 1;
    // Entries behind the hole move up unless that would bring them before their home.
    for (let next = (hole + 1) & mask; entries[next] !== EMPTY; next = (next + 1) & mask) {
      const home = this.home(ids[next]!);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      ids[hole] = ids[next]!;
      entries[hole] = entries[next]!;
      hole = next;
    }
    entries[hole] = EMPTY;
  }

  clear(): void {
    this.entries.fill(EMPTY);
    this.count = 0;
  }

  private home(id: number): number {
    const high = id >= TWO_TO_32 || id < 0 ? Math.floor(id / TWO_TO_32) : 0;
    return Math.imul((id | 0) ^ Math.imul(high, 0x85ebca6b), GOLDEN) >>> this.shift;
  }

  private place(id: number, entry: number): void {
    const { ids, entries, mask } = this;
    let position = this.home(id);
    while (entries[position] !== EMPTY) position = (position + 1) & mask;
    ids[position] = id;
    entries[position] = entry;
  }

  private grow(): void {
    const { ids, entries } = this;
    const capacity = ids.length * 2;
    this.ids = new Float64Array(capacity);
    this.entries = new Int32Array(capacity);
    this.mask = capacity - 1;
    this.shift -= 1;
    for (let position = 0; position < ids.length; position += 1) {
      if (entries[position] !== EMPTY) this.place(ids[position]!, entries[position]!);
    }
  }
}
