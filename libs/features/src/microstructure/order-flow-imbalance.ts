import type { Source, TickPrimitive } from '../rolling/primitive.js';
import { Output } from './output.js';
import type { TickStream } from './tick-stream.js';

const SEEN = 0;
const EVENTS = 1;
const DEPTHS = 2;
const HEADER = 3;
const LEVEL = 5;
const BID_PRICE = 1;
const BID_SIZE = 2;
const ASK_PRICE = 3;
const ASK_SIZE = 4;

/**
 * Order-flow imbalance of the bar at each of `levels` levels, in units: the sum of
 *   e = [Pb ≥ Pb'] qb − [Pb ≤ Pb'] qb' − [Pa ≤ Pa'] qa + [Pa ≥ Pa'] qa'
 * over the changes of the book (' is the book before). Level 1: Cont, Kukanov and Stoikov, "The Price Impact of Order Book Events",
 * J. Financial Econometrics 12 (2014), eq. 3–4. Deeper: Xu, Gould and Howison, "Multi-Level Order-Flow Imbalance in a Limit Order Book",
 * Market Microstructure and Liquidity 4 (2018), sec. 3. `depth` is their AD: the mean of (qb + qa)/2 over the bar's changes and levels.
 */
export class OrderFlowImbalance implements TickPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory: Float64Array;
  /** Sum of all levels. */
  value = Number.NaN;
  /** One for each level, best first. */
  readonly flows: readonly Source[];
  readonly depth: Source;
  readonly #flows: readonly Output[];
  readonly #depth: Output;

  constructor(
    readonly stream: TickStream,
    readonly levels: number,
  ) {
    this.key = `order-flow-imbalance(${levels})`;
    this.memory = new Float64Array(HEADER + levels * LEVEL);
    this.#flows = Array.from({ length: levels }, (_value, level) => new Output(`${this.key}.${level + 1}`));
    this.#depth = new Output(`${this.key}.depth`);
    this.flows = this.#flows;
    this.depth = this.#depth;
  }

  onTick(): void {
    if (this.stream.changed === 'book') this.#takeBook();
  }

  #takeBook(): void {
    const { memory, levels } = this;
    const { bidPrices, bidSizes, askPrices, askSizes } = this.stream.book;
    const seen = memory[SEEN] === 1;
    let depth = 0;
    for (let level = 0; level < levels; level += 1) {
      const offset = HEADER + level * LEVEL;
      const bid = bidPrices[level]!;
      const ask = askPrices[level]!;
      const bidSize = bidSizes[level]!;
      const askSize = askSizes[level]!;
      if (seen) {
        const bidBefore = memory[offset + BID_PRICE]!;
        const askBefore = memory[offset + ASK_PRICE]!;
        let flow = 0;
        if (bid >= bidBefore) flow += bidSize;
        if (bid <= bidBefore) flow -= memory[offset + BID_SIZE]!;
        if (ask <= askBefore) flow -= askSize;
        if (ask >= askBefore) flow += memory[offset + ASK_SIZE]!;
        memory[offset] = memory[offset]! + flow;
      }
      memory[offset + BID_PRICE] = bid;
      memory[offset + BID_SIZE] = bidSize;
      memory[offset + ASK_PRICE] = ask;
      memory[offset + ASK_SIZE] = askSize;
      depth += bidSize + askSize;
    }
    memory[SEEN] = 1;
    memory[EVENTS] = memory[EVENTS]! + 1;
    memory[DEPTHS] = memory[DEPTHS]! + depth;
  }

  update(): void {
    const { memory, levels } = this;
    let total = 0;
    let standing = 0;
    for (let level = 0; level < levels; level += 1) {
      const offset = HEADER + level * LEVEL;
      const flow = memory[offset]!;
      this.#flows[level]!.value = flow;
      total += flow;
      standing += memory[offset + BID_SIZE]! + memory[offset + ASK_SIZE]!;
      memory[offset] = 0;
    }
    this.value = total;
    const events = memory[EVENTS]!;
    this.#depth.value = (events > 0 ? memory[DEPTHS]! / events : standing) / (2 * levels);
    memory[EVENTS] = 0;
    memory[DEPTHS] = 0;
  }
}
