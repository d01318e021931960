import type { Bar, BarsClosed } from '@tradewind/market';
import { answerHeader, type Symbol, toNumber, type UnixNanos } from '@tradewind/vocabulary';

import type { FeatureSet } from './feature-set.js';
import { SymbolFeatures, type SymbolFeaturesState } from './symbol-features.js';
import type { FeaturesComputed, FeatureVector } from './vector.js';

export interface SavedSymbol {
  /** Close of the last bar taken in. */
  readonly at: UnixNanos;
  readonly memory: SymbolFeaturesState;
}

/** Plain data; save with `encodeState`. */
export interface FeatureEngineState {
  readonly setHash: string;
  readonly symbols: Readonly<Record<string, SavedSymbol>>;
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

/** A bar did not come after the one before it: the caller's order is broken, and going on would corrupt every window. */
export class BarOrderError extends Error {
  override readonly name = 'BarOrderError';
  readonly code = 'BAR_ORDER';
}

/** Features of many symbols, each bar once and in order. Same bars, same vectors, to the bit. */
export class FeatureEngine {
  readonly #streams = new Map<Symbol, Stream>();
  readonly #suffix: string;
  readonly #width: number;
  #slab = new ArrayBuffer(0);
  #slabUsed = 0;

  constructor(readonly set: FeatureSet) {
    this.#suffix = `/${set.hash.slice(0, HASH_CHARACTERS)}`;
    this.#width = set.names.length;
  }

  /** Throws BarOrderError unless the bar closes after the symbol's last one. */
  onBar(bar: Bar): FeatureVector {
    let stream = this.#streams.get(bar.symbol);
    if (stream === undefined) {
      stream = { features: new SymbolFeatures(this.set), at: bar.openTime };
      this.#streams.set(bar.symbol, stream);
    }
    if (bar.closeTime <= stream.at) throw new BarOrderError(`${bar.id} closes at ${bar.closeTime}, not after ${stream.at}`);
    stream.at = bar.closeTime;
    const values = this.#nextValues();
    const warm = stream.features.update(
      toNumber(bar.open),
      toNumber(bar.high),
      toNumber(bar.low),
      toNumber(bar.close),
      toNumber(bar.volume),
      values,
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
    const symbols = [...this.#streams].map(([symbol, stream]) => [symbol, { at: stream.at, memory: stream.features.save() }] as const);
    return { setHash: this.set.hash, symbols: Object.fromEntries(symbols) };
  }

  /** Forgets what it knew and goes on where `state` was saved. Throws RangeError when it was saved by another set. */
  restore(state: FeatureEngineState): void {
    if (state.setHash !== this.set.hash) throw new RangeError(`state of set ${state.setHash} can't go on in set ${this.set.hash}`);
    this.#streams.clear();
    for (const [symbol, saved] of Object.entries(state.symbols)) {
      const features = new SymbolFeatures(this.set);
      features.restore(saved.memory);
      this.#streams.set(symbol as Symbol, { features, at: saved.at });
    }
  }
}

export const createFeatureEngine = (set: FeatureSet): FeatureEngine => new FeatureEngine(set);
