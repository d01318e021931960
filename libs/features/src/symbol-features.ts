import type { PointInTimeRecord, Tick } from '@tradewind/market';

import { isLeftOut } from './definitions/definition.js';
import type { FeatureSet } from './feature-set.js';
import type { SessionClocks } from './inputs/session-clock.js';
import type { SavedMarket } from './inputs/symbol-market.js';
import { PrimitivePool } from './rolling/pool.js';
import type { Primitive, RecordPrimitive, TickPrimitive } from './rolling/primitive.js';
import { type Batch, batchesOf } from './rolling/schedule.js';

/** Saved memory: bars taken in, then the memories of all primitives in their order; and the market, in sets that read ticks. */
export interface SymbolFeaturesState {
  readonly memory: Float64Array;
  readonly market?: SavedMarket;
}

const HEADER = 1;

/** The features of one symbol, one bar after another, in doubles. */
export class SymbolFeatures {
  readonly #set: FeatureSet;
  readonly #pool: PrimitivePool;
  readonly #primitives: readonly Primitive[];
  readonly #batches: readonly Batch[];
  readonly #onTicks: readonly TickPrimitive[];
  readonly #onRecords: readonly RecordPrimitive[];
  readonly #readers: readonly (() => number)[];
  readonly #windows: readonly number[];
  readonly #required: readonly boolean[];
  /** Bar from which on nothing waits for its sources any more, and the bars at which each primitive begins: kept apart, as the primitives are of many classes. */
  readonly #allBegin: number;
  readonly #begins: readonly number[];
  readonly #allMean: number;
  #bars = 0;

  /** Symbols of one engine share its clocks, which whoever calls `update` moves to the bar first. */
  constructor(set: FeatureSet, clocks?: SessionClocks) {
    this.#set = set;
    this.#pool = new PrimitivePool(clocks);
    this.#readers = set.definitions.map((definition) => definition.compose(this.#pool));
    this.#windows = set.definitions.map((definition) => definition.window);
    this.#required = set.definitions.map((definition) => !isLeftOut(definition));
    this.#primitives = this.#pool.primitives;
    this.#batches = batchesOf(this.#primitives);
    this.#begins = this.#primitives.map((primitive) => primitive.startsAt);
    this.#allBegin = this.#begins.reduce((latest, begins) => Math.max(latest, begins), 1);
    this.#allMean = this.#windows.reduce((longest, window) => Math.max(longest, window), 1);
    this.#onTicks = this.#pool.tickPrimitives;
    this.#onRecords = this.#pool.recordPrimitives;
  }

  /** Bars taken in so far. */
  get bars(): number {
    return this.#bars;
  }

  /** Takes in one tick of the symbol, in the order of arrival. A set that reads no ticks lets them pass. */
  takeTick(tick: Tick): void {
    if (!this.#set.readsTicks) return;
    this.#pool.symbolMarket.take(tick);
    const primitives = this.#onTicks;
    for (let index = 0; index < primitives.length; index += 1) primitives[index]!.onTick();
  }

  /** Takes in one record that concerns the symbol or the whole market, in the order in which they became known. */
  takeRecord(record: PointInTimeRecord): void {
    for (const primitive of this.#onRecords) if (primitive.series === record.series) primitive.onRecord(record);
  }

  /** What `other`, of the same set, was told by records. For a symbol that comes later than records of the whole market. */
  learnRecordsOf(other: SymbolFeatures): void {
    this.#onRecords.forEach((primitive, index) => primitive.memory.set(other.#onRecords[index]!.memory));
  }

  /**
   * Takes in one bar, whose close is given in seconds since 1970 for what reads the time, and writes the set's values to `values`: NaN for
   * features that are not warm. True when all that come from bars and the calendar alone are finite.
   */
  update(open: number, high: number, low: number, close: number, volume: number, values: Float64Array, seconds = Number.NaN): boolean {
    const pool = this.#pool;
    const bars = this.#bars + 1;
    this.#bars = bars;
    pool.open.value = open;
    pool.high.value = high;
    pool.low.value = low;
    pool.close.value = close;
    pool.volume.value = volume;
    pool.seconds.value = seconds;
    this.#updatePrimitives(bars);
    return this.#readValues(bars, values);
  }

  #updatePrimitives(bars: number): void {
    if (bars >= this.#allBegin) {
      const batches = this.#batches;
      for (let index = 0; index < batches.length; index += 1) {
        const { run, group } = batches[index]!;
        run(group);
      }
      return;
    }
    const begins = this.#begins;
    const primitives = this.#primitives;
    for (let index = 0; index < primitives.length; index += 1) if (bars >= begins[index]!) primitives[index]!.update();
  }

  #readValues(bars: number, values: Float64Array): boolean {
    const readers = this.#readers;
    const required = this.#required;
    const windows = this.#windows;
    const allMean = bars >= this.#allMean;
    let warm = true;
    for (let index = 0; index < readers.length; index += 1) {
      const value = allMean || bars >= windows[index]! ? readers[index]!() : Number.NaN;
      values[index] = value;
      if (required[index]! && !Number.isFinite(value)) warm = false;
    }
    return warm;
  }

  save(): SymbolFeaturesState {
    const memory = new Float64Array(this.#memoryLength());
    memory[0] = this.#bars;
    let offset = HEADER;
    for (const primitive of this.#primitives) {
      memory.set(primitive.memory, offset);
      offset += primitive.memory.length;
    }
    return this.#set.readsTicks ? { memory, market: this.#pool.symbolMarket.save() } : { memory };
  }

  /** Goes on where `state` was saved, by the same set. Throws RangeError when the state is of another shape. */
  restore({ memory, market }: SymbolFeaturesState): void {
    const length = this.#memoryLength();
    if (memory.length !== length) throw new RangeError(`state has ${memory.length} numbers, set '${this.#set.name}' needs ${length}`);
    if ((market !== undefined) !== this.#set.readsTicks)
      throw new RangeError(`state has ${market ? 'a' : 'no'} market, unlike set '${this.#set.name}'`);
    this.#bars = memory[0]!;
    let offset = HEADER;
    for (const primitive of this.#primitives) {
      primitive.memory.set(memory.subarray(offset, offset + primitive.memory.length));
      offset += primitive.memory.length;
    }
    if (market !== undefined) this.#pool.symbolMarket.restore(market);
  }

  #memoryLength(): number {
    return this.#primitives.reduce((sum, primitive) => sum + primitive.memory.length, HEADER);
  }
}
