import type { Source, TickPrimitive } from '../rolling/primitive.js';
import { Output } from './output.js';
import type { TickStream } from './tick-stream.js';

const SEEN = 0;
const EVENTS = 1;
const HEADER = 2;
const LEVEL = 6;
const FLOW = 0;
const BID_PRICE = 1;
const BID_SIZE = 2;
const ASK_PRICE = 3;
const ASK_SIZE = 4;
const DEPTH = 5;

/**
 * Order-flow imbalance of the bar, level by level, in units: the sum of
 *   e = [Pb ≥ Pb'] qb − [Pb ≤ Pb'] qb' − [Pa ≤ Pa'] qa + [Pa ≥ Pa'] qa'
 * over the changes of the book (' is the book before). Level 1: Cont, Kukanov and Stoikov, "The Price Impact of Order Book Events",
 * J. Financial Econometrics 12 (2014), eq. 3–4. Deeper: Xu, Gould and Howison, "Multi-Level Order-Flow Imbalance in a Limit Order Book",
 * Market Microstructure and Liquidity 4 (2018), sec. 3. Depth is the former's AD: the mean of (qb + qa)/2 over the bar's changes.
 * One primitive serves all features of a symbol: each asks it for the levels that it needs.
 */
export class OrderFlowImbalance implements TickPrimitive {
  readonly key = 'order-flow-imbalance';
  readonly window = 1;
  readonly startsAt = 1;
  memory = new Float64Array(HEADER);
  /** Flow of the best level. */
  value = Number.NaN;
  #levels = 0;
  readonly #flows: Output[] = [];
  readonly #totals: Output[] = [];
  readonly #depths: Output[] = [];

  constructor(readonly stream: TickStream) {
    this.need(1);
  }

  /** Follows at least so many levels. For those who compose features, before the first tick. */
  need(levels: number): this {
    if (levels <= this.#levels) return this;
    this.#levels = levels;
    this.memory = new Float64Array(HEADER + levels * LEVEL);
    for (let level = this.#flows.length + 1; level <= levels; level += 1) {
      this.#flows.push(new Output(`${this.key}.flow-${level}`));
      this.#totals.push(new Output(`${this.key}.total-${level}`));
      this.#depths.push(new Output(`${this.key}.depth-${level}`));
    }
    return this;
  }

  /** Flow of one level, 1 being the best. */
  flow(level: number): Source {
    return this.#flows[level - 1]!;
  }
  /** Flow of the best `levels` levels together. */
  total(levels: number): Source {
    return this.#totals[levels - 1]!;
  }
  /** Mean size of a level of either side over the best `levels` levels and the bar's changes; as it stands in a bar without. */
  depth(levels: number): Source {
    return this.#depths[levels - 1]!;
  }

  onTick(): void {
    if (this.stream.changed === 'book') this.#takeBook();
  }

  #takeBook(): void {
    const { memory } = this;
    const levels = this.#levels;
    const { bidPrices, bidSizes, askPrices, askSizes } = this.stream.book;
    const seen = memory[SEEN] === 1;
    for (let level = 0, slot = HEADER; level < levels; level += 1, slot += LEVEL) {
      const bid = bidPrices[level]!;
      const ask = askPrices[level]!;
      const bidSize = bidSizes[level]!;
      const askSize = askSizes[level]!;
      if (seen) {
        const bidBefore = memory[slot + BID_PRICE]!;
        const askBefore = memory[slot + ASK_PRICE]!;
        let flow = 0;
        if (bid >= bidBefore) flow += bidSize;
        if (bid <= bidBefore) flow -= memory[slot + BID_SIZE]!;
        if (ask <= askBefore) flow -= askSize;
        if (ask >= askBefore) flow += memory[slot + ASK_SIZE]!;
        memory[slot + FLOW] = memory[slot + FLOW]! + flow;
      }
      memory[slot + BID_PRICE] = bid;
      memory[slot + BID_SIZE] = bidSize;
      memory[slot + ASK_PRICE] = ask;
      memory[slot + ASK_SIZE] = askSize;
      memory[slot + DEPTH] = memory[slot + DEPTH]! + bidSize + askSize;
    }
    memory[SEEN] = 1;
    memory[EVENTS] = memory[EVENTS]! + 1;
  }

  update(): void {
    const { memory } = this;
    const events = memory[EVENTS]!;
    let total = 0;
    let depth = 0;
    for (let level = 1, slot = HEADER; level <= this.#levels; level += 1, slot += LEVEL) {
      const flow = memory[slot + FLOW]!;
      total += flow;
      depth += events > 0 ? memory[slot + DEPTH]! / events : memory[slot + BID_SIZE]! + memory[slot + ASK_SIZE]!;
      this.#flows[level - 1]!.value = flow;
      this.#totals[level - 1]!.value = total;
      this.#depths[level - 1]!.value = depth / (2 * level);
      memory[slot + FLOW] = 0;
      memory[slot + DEPTH] = 0;
    }
    this.value = this.#flows[0]!.value;
    memory[EVENTS] = 0;
  }
}
