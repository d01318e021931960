import type { Bar, BarsClosed, PointInTimeRecord, RecordsKnown, Tick, TicksArrived } from '@tradewind/market';
import { answerHeader, type Symbol, toNumber, type UnixNanos } from '@tradewind/vocabulary';

import type { FeatureSet } from './feature-set.js';
import { secondsOf, SessionClocks } from './inputs/session-clock.js';
import { SymbolFeatures, type SymbolFeaturesState } from './symbol-features.js';
import type { FeaturesComputed, FeatureVector } from './vector.js';

export interface SavedSymbol extends SymbolFeaturesState {
  /** Close of the last bar taken in; 0 before the first. */
  readonly at: UnixNanos;
}

/** Plain data; save with `encodeState`. */
export interface FeatureEngineState {
  readonly setHash: string;
  readonly symbols: Readonly<Record<string, SavedSymbol>>;
  /** What records of the whole market said, for symbols that come later; only in sets that read records. */
  readonly wholeMarket?: SymbolFeaturesState;
  /** When the latest record became known; 0 before the first. */
  readonly knownAt?: UnixNanos;
}

interface Stream {
  readonly features: SymbolFeatures;
  at: UnixNanos;
}

const HASH_CHARACTERS = 8;
const BAR_PREFIX = 'bar/'.length;
/** Vectors whose values share one allocation: a typed array of its own costs each vector more than its arithmetic. Small, as any one keeps all alive. */
const VECTORS_A_SLAB = 16;
const DOUBLE_BYTES = Float64Array.BYTES_PER_ELEMENT;
const NEVER = 0n as UnixNanos;

/** A bar did not come after the one before it: the caller's order is broken, and going on would corrupt every window. */
export class BarOrderError extends Error {
  override readonly name = 'BarOrderError';
  readonly code = 'BAR_ORDER';
}

/** A record came before anybody could know it: what is computed from it would look ahead. */
export class RecordOrderError extends Error {
  override readonly name = 'RecordOrderError';
  readonly code = 'RECORD_ORDER';
}

/** Features of many symbols, each bar, tick and record once and in order. Same inputs, same vectors, to the bit. */
export class FeatureEngine {
  readonly #streams = new Map<Symbol, Stream>();
  readonly #clocks = new SessionClocks();
  readonly #suffix: string;
  readonly #width: number;
  #wholeMarket: SymbolFeatures | undefined;
  #knownAt = NEVER;
  #slab = new ArrayBuffer(0);
  #slabUsed = 0;

  constructor(readonly set: FeatureSet) {
    this.#suffix = `/${set.hash.slice(0, HASH_CHARACTERS)}`;
    this.#width = set.names.length;
  }

  #streamOf(symbol: Symbol): Stream {
    let stream = this.#streams.get(symbol);
    if (stream === undefined) {
      stream = { features: new SymbolFeatures(this.set, this.#clocks), at: NEVER };
      if (this.#wholeMarket !== undefined) stream.features.learnRecordsOf(this.#wholeMarket);
      this.#streams.set(symbol, stream);
    }
    return stream;
  }

  /** Throws BarOrderError unless the bar closes after its open and after the symbol's last one, and not before a record taken in. */
  onBar(bar: Bar): FeatureVector {
    const stream = this.#streamOf(bar.symbol);
    const after = stream.at > bar.openTime ? stream.at : bar.openTime;
    if (bar.closeTime <= after) throw new BarOrderError(`${bar.id} closes at ${bar.closeTime}, not after ${after}`);
    if (bar.closeTime < this.#knownAt)
      throw new BarOrderError(`${bar.id} closes at ${bar.closeTime}, before a record known at ${this.#knownAt} that was taken in`);
    stream.at = bar.closeTime;
    const seconds = secondsOf(bar.closeTime);
    this.#clocks.moveTo(bar.closeTime, seconds);
    const values = this.#nextValues();
    const warm = stream.features.update(
      toNumber(bar.open),
      toNumber(bar.high),
      toNumber(bar.low),
      toNumber(bar.close),
      toNumber(bar.volume),
      values,
      seconds,
    );
    return {
      id: `fv/${bar.id.slice(BAR_PREFIX)}${this.#suffix}`,
      symbol: bar.symbol,
      at: bar.closeTime,
      barId: bar.id,
      setHash: this.set.hash,
      values,
      warm,
      warmUp: bar.warmUp,
    };
  }

  /** One trade, quote or change of a book, in the order of arrival, before the bar of its interval. */
  onTick(tick: Tick): void {
    if (this.set.readsTicks) this.#streamOf(tick.symbol).features.takeTick(tick);
  }

  /** A chunk of ticks; see `onTick`. */
  onTicks({ ticks }: TicksArrived): void {
    if (!this.set.readsTicks) return;
    for (const tick of ticks) this.onTick(tick);
  }

  /** Records that became known, before the bars of their step. Throws RecordOrderError, and takes in none, when one is known only later. */
  onRecords({ header, records }: RecordsKnown): void {
    if (!this.set.readsRecords) return;
    for (const { id, knownAt } of records) {
      if (knownAt > header.at) throw new RecordOrderError(`${id} is known at ${knownAt}, but came with ${header.id} of ${header.at}`);
    }
    for (const record of records) this.#takeRecord(record);
  }

  #takeRecord(record: PointInTimeRecord): void {
    if (record.knownAt > this.#knownAt) this.#knownAt = record.knownAt;
    if (record.symbol !== undefined) {
      this.#streamOf(record.symbol).features.takeRecord(record);
      return;
    }
    this.#wholeMarket ??= new SymbolFeatures(this.set);
    this.#wholeMarket.takeRecord(record);
    for (const { features } of this.#streams.values()) features.takeRecord(record);
  }

  #nextValues(): Float64Array {
    const width = this.#width;
    const bytes = width * DOUBLE_BYTES;
    if (this.#slabUsed + bytes > this.#slab.byteLength) {
      this.#slab = new ArrayBuffer(bytes * VECTORS_A_SLAB);
      this.#slabUsed = 0;
    }
    const values = new Float64Array(this.#slab, this.#slabUsed, width);
    this.#slabUsed += bytes;
    return values;
  }

  /** The answer to a step's bars. */
  onStep(closed: BarsClosed): FeaturesComputed {
    return {
      header: answerHeader('features.vectors', closed.header),
      vectors: closed.bars.map((bar) => this.onBar(bar)),
      final: closed.final,
    };
  }

  save(): FeatureEngineState {
    const symbols = [...this.#streams].map(([symbol, stream]) => [symbol, { at: stream.at, ...stream.features.save() }] as const);
    return {
      setHash: this.set.hash,
      symbols: Object.fromEntries(symbols),
      ...(this.#wholeMarket === undefined ? {} : { wholeMarket: this.#wholeMarket.save() }),
      ...(this.#knownAt === NEVER ? {} : { knownAt: this.#knownAt }),
    };
  }

  /** Symbols met so far. */
  get symbols(): number {
    return this.#streams.size;
  }

  /** What it remembers of one symbol; undefined when it never met it. */
  saveSymbol(symbol: Symbol): SavedSymbol | undefined {
    const stream = this.#streams.get(symbol);
    return stream === undefined ? undefined : { at: stream.at, ...stream.features.save() };
  }

  /** Forgets what it knew and goes on where `state` was saved. Throws RangeError when it was saved by another set. */
  restore(state: FeatureEngineState): void {
    if (state.setHash !== this.set.hash) throw new RangeError(`state of set ${state.setHash} can't go on in set ${this.set.hash}`);
    this.#streams.clear();
    this.#knownAt = state.knownAt ?? NEVER;
    this.#wholeMarket = undefined;
    if (state.wholeMarket !== undefined) {
      this.#wholeMarket = new SymbolFeatures(this.set);
      this.#wholeMarket.restore(state.wholeMarket);
    }
    for (const [symbol, saved] of Object.entries(state.symbols)) {
      const features = new SymbolFeatures(this.set, this.#clocks);
      features.restore(saved);
      this.#streams.set(symbol as Symbol, { features, at: saved.at });
    }
  }
}

export const createFeatureEngine = (set: FeatureSet): FeatureEngine => new FeatureEngine(set);
