import type { Source, TickPrimitive } from '../rolling/primitive.js';
import { Output } from './output.js';
import type { TickStream } from './tick-stream.js';

const BOUGHT = 0;
const SOLD = 1;
const UNKNOWN = 2;
const BUYS = 3;
const SELLS = 4;
const LENGTH = 5;

/** What the bar's aggressors traded. */
export class TradeFlow implements TickPrimitive {
  readonly key = 'trade-flow';
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory = new Float64Array(LENGTH);
  /** Units bought less units sold. */
  value = Number.NaN;
  /** Units of all trades, those without a sign too. */
  readonly volume: Source;
  /** Trades bought less trades sold. */
  readonly count: Source;
  readonly trades: Source;
  readonly #volume = new Output('trade-flow.volume');
  readonly #count = new Output('trade-flow.count');
  readonly #trades = new Output('trade-flow.trades');

  constructor(readonly stream: TickStream) {
    this.volume = this.#volume;
    this.count = this.#count;
    this.trades = this.#trades;
  }

  onTick(): void {
    const { memory, stream } = this;
    if (stream.changed !== 'trade') return;
    const sign = stream.tradeSign;
    const side = sign > 0 ? BOUGHT : sign < 0 ? SOLD : UNKNOWN;
    memory[side] = memory[side]! + stream.tradeSize;
    if (sign > 0) memory[BUYS] = memory[BUYS]! + 1;
    else if (sign < 0) memory[SELLS] = memory[SELLS]! + 1;
  }

  update(): void {
    const { memory } = this;
    this.value = memory[BOUGHT]! - memory[SOLD]!;
    this.#volume.value = memory[BOUGHT]! + memory[SOLD]! + memory[UNKNOWN]!;
    this.#count.value = memory[BUYS]! - memory[SELLS]!;
    this.#trades.value = memory[BUYS]! + memory[SELLS]!;
    memory.fill(0);
  }
}
