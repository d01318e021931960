import type { AccountSnapshot } from '@tradewind/portfolio';
import { toNumber } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

import type { ExposureListener } from './exposure-book.js';
import type { ReturnHistory } from './history.js';

/** Fewer returns than this say nothing about an instrument. */
const RETURNS_MIN = 20;

/** What is carried, and word of what is added to it later. */
export interface Exposures {
  readonly equity: Money;
  symbols(): Iterable<string>;
  /** Below zero for a short position. */
  signedExposure(symbol: string): Money;
  listen?(listener: ExposureListener): void;
}

/** The positions of an account at their marks, nothing reserved. */
export const exposuresOf = ({ equity, positions }: AccountSnapshot): Exposures => {
  const values = new Map<string, Money>(positions.map(({ symbol, marketValue }) => [symbol, marketValue]));
  return { equity, symbols: () => values.keys(), signedExposure: (symbol) => values.get(symbol) ?? (0n as Money) };
};

/** Returns of one instrument with their mean and population deviation. */
interface Series {
  readonly returns: Float64Array;
  readonly mean: number;
  readonly deviation: number;
}

const meanOf = (values: Float64Array): number => {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index]!;
  return sum / values.length;
};

const seriesOf = (returns: Float64Array): Series => {
  const mean = meanOf(returns);
  let squares = 0;
  for (let index = 0; index < returns.length; index += 1) squares += (returns[index]! - mean) ** 2;
  return { returns, mean, deviation: Math.sqrt(squares / returns.length) };
};

/**
 * The returns that the portfolio of today would have had over the last `windowBars` bars, and the same of its positions brought to one variance. Both
 * are sums over the positions, so a trade changes them by one term: a question about a trade costs one pass over the window, however many positions
 * there are. The correlation of an instrument with every position, averaged by exposure, is one such question, since a sum of correlations is the
 * correlation with a sum: Σ w·cov(c, r/σ)/σ(c) = cov(c, Σ w·r/σ)/σ(c).
 *
 * Positions without enough bars are taken to move as the rest does: the series is scaled up to all exposure, and in the average correlation they count
 * as perfectly correlated.
 */
export class PortfolioReturns {
  readonly #window: number;
  readonly #returns: Float64Array;
  readonly #standard: Float64Array;
  /** Signed exposure over equity, by symbol; what of it has returns. */
  readonly #weights = new Map<string, number>();
  #covered = 0;
  #unknown = 0;
  #squares = 0;
  readonly #equity: number;
  readonly #series = new Map<string, Series | undefined>();
  #answered: { readonly symbol: string; readonly added: number; readonly returns: Float64Array } | undefined;

  constructor(
    exposures: Exposures,
    private readonly history: ReturnHistory,
    windowBars: number,
  ) {
    this.#window = windowBars;
    this.#returns = new Float64Array(windowBars);
    this.#standard = new Float64Array(windowBars);
    this.#equity = toNumber(exposures.equity);
    for (const symbol of exposures.symbols()) this.#add(symbol, toNumber(exposures.signedExposure(symbol)));
    exposures.listen?.((symbol, added) => this.#add(symbol, toNumber(added)));
  }

  get equity(): number {
    return this.#equity;
  }
  /** Absolute exposure over equity. */
  get gross(): number {
    return this.#covered + this.#unknown;
  }

  /** Enough bars are known of the instrument. */
  knows(symbol: string): boolean {
    return this.#seriesOf(symbol) !== undefined;
  }

  /** Returns a bar of the instrument, oldest first; undefined when too few bars are known. */
  returnsOf(symbol: string): Float64Array | undefined {
    return this.#seriesOf(symbol)?.returns;
  }

  /** Returns a bar on equity after `added` more of an instrument at a weight of equity; 0 for the portfolio as it is. Oldest first; not to be written to. */
  returnsWith(symbol: string, added: number): Float64Array {
    const last = this.#answered;
    if (last !== undefined && last.symbol === symbol && last.added === added) return last.returns;
    const returns = this.#returnsWith(symbol, added);
    // Several checks ask about one trade.
    if (added !== 0) this.#answered = { symbol, added, returns };
    return returns;
  }

  #returnsWith(symbol: string, added: number): Float64Array {
    const scale = this.#covered > 0 ? this.gross / this.#covered : 1;
    const result = new Float64Array(this.#window);
    const candidate = added === 0 ? undefined : this.#seriesOf(symbol)?.returns;
    for (let index = 0; index < result.length; index += 1) {
      result[index] = this.#returns[index]! * scale + (candidate === undefined ? 0 : candidate[index]! * added);
    }
    return result;
  }

  /**
   * Correlation of the instrument with the other positions, averaged by their exposure; 0 when there are none. Short positions count with their sign
   * turned. Undefined when too few bars are known of the instrument.
   */
  averageCorrelation(symbol: string): number | undefined {
    const candidate = this.#seriesOf(symbol);
    if (candidate === undefined) return undefined;
    const own = this.#weights.get(symbol) ?? 0;
    const others = this.gross - Math.abs(own);
    if (others <= 1e-12) return 0;
    if (candidate.deviation === 0) return this.#unknown / others;
    let sum = 0;
    for (let index = 0; index < this.#window; index += 1) sum += (candidate.returns[index]! - candidate.mean) * this.#standard[index]!;
    const withOwn = sum / this.#window / candidate.deviation;
    return (withOwn - own + this.#unknown) / others;
  }

  /** Sum of squared shares of exposure (Herfindahl index) after `added` more of an instrument at a weight of equity; 0 without exposure. */
  concentrationWith(symbol: string, added: number): number {
    const own = this.#weights.get(symbol) ?? 0;
    const after = own + added;
    const total = this.gross - Math.abs(own) + Math.abs(after);
    return total <= 0 ? 0 : (this.#squares - own * own + after * after) / (total * total);
  }

  #seriesOf(symbol: string): Series | undefined {
    if (this.#series.has(symbol)) return this.#series.get(symbol);
    const known = Math.min(this.#window, this.history.barsOf(symbol) - 1);
    const found = known < Math.min(RETURNS_MIN, this.#window) ? undefined : this.#read(symbol, known);
    this.#series.set(symbol, found);
    return found;
  }

  /** Bars before the first known one count as unchanged. */
  #read(symbol: string, known: number): Series | undefined {
    const returns = this.history.returnsOf(symbol, known);
    if (returns === undefined) return undefined;
    if (known === this.#window) return seriesOf(returns);
    const padded = new Float64Array(this.#window);
    padded.set(returns, this.#window - known);
    return seriesOf(padded);
  }

  #add(symbol: string, exposure: number): void {
    if (exposure === 0 || !(this.#equity > 0)) return;
    this.#answered = undefined;
    const weight = exposure / this.#equity;
    const before = this.#weights.get(symbol) ?? 0;
    const after = before + weight;
    this.#weights.set(symbol, after);
    this.#squares += after * after - before * before;
    const series = this.#seriesOf(symbol);
    const risen = Math.abs(after) - Math.abs(before);
    if (series === undefined) {
      this.#unknown += risen;
      return;
    }
    this.#covered += risen;
    const { returns, mean, deviation } = series;
    const perDeviation = deviation === 0 ? 0 : weight / deviation;
    for (let index = 0; index < returns.length; index += 1) {
      this.#returns[index]! += returns[index]! * weight;
      this.#standard[index]! += (returns[index]! - mean) * perDeviation;
    }
  }
}
