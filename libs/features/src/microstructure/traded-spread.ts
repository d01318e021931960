import type { Source, TickPrimitive } from '../rolling/primitive.js';
import { Output } from './output.js';
import type { TickStream } from './tick-stream.js';

const VOLUME = 0;
const PAID = 1;
const SETTLED_VOLUME = 2;
const SETTLED = 3;
const SLOT = 4;
const WAITING = 5;
const RINGS = 6;
/** Trades wait for their later middle in this many slots: the delay is right to one part in it. */
const SLOTS = 32;
const PARTS = 4;
const SIGNED = 0;
const SIGNED_VALUE = 1;
const UNITS = 2;
const TRADES = 3;

/**
 * What takers paid, weighted by size, as a fraction of the price: effective spread 2·d·(p − m) / m with the middle m before the trade,
 * and realised spread 2·d·(p − m′) / m with the middle m′ `delaySeconds` after it, where d is 1 for buys and -1 for sales (Huang and Stoll,
 * "Dealer versus auction markets", J. Financial Economics 41 (1996), eq. 1–3). The realised spread is that of the trades whose delay ended
 * in this bar. NaN in bars without such trades.
 */
export class TradedSpread implements TickPrimitive {
  readonly key: string;
  readonly window = 1;
  readonly startsAt = 1;
  readonly memory = new Float64Array(RINGS + PARTS * SLOTS);
  /** Effective spread. */
  value = Number.NaN;
  readonly realised: Source;
  readonly #realised: Output;
  readonly #slotSeconds: number;

  constructor(
    readonly stream: TickStream,
    readonly delaySeconds: number,
  ) {
    this.key = `traded-spread(${delaySeconds})`;
    this.#realised = new Output(`${this.key}.realised`);
    this.realised = this.#realised;
    this.#slotSeconds = delaySeconds / (SLOTS - 1);
  }

  onTick(): void {
    this.#advance();
    if (this.stream.changed === 'trade') this.#takeTrade();
  }

  #takeTrade(): void {
    const { memory, stream } = this;
    const sign = stream.tradeSign;
    const { mid } = stream.book;
    if (sign === 0 || Number.isNaN(mid)) return;
    const size = stream.tradeSize;
    const price = stream.tradePrice;
    memory[VOLUME] = memory[VOLUME]! + size;
    memory[PAID] = memory[PAID]! + (2 * sign * (price - mid) * size) / mid;
    const slot = RINGS + PARTS * (memory[SLOT]! % SLOTS);
    memory[slot + SIGNED] = memory[slot + SIGNED]! + (sign * size) / mid;
    memory[slot + SIGNED_VALUE] = memory[slot + SIGNED_VALUE]! + (sign * size * price) / mid;
    memory[slot + UNITS] = memory[slot + UNITS]! + size;
    memory[slot + TRADES] = memory[slot + TRADES]! + 1;
    memory[WAITING] = memory[WAITING]! + 1;
  }

  /** Moves the ring of waiting trades to the present; whatever it passes has waited long enough. */
  #advance(): void {
    const { memory, stream } = this;
    const target = Math.floor(stream.now / this.#slotSeconds);
    let current = memory[SLOT]!;
    if (!(target > current)) return;
    if (memory[WAITING] === 0) {
      memory[SLOT] = target;
      return;
    }
    // A market that was silent for longer than another delay (a night) has no middle for what waited.
    const mid = target - current > 2 * SLOTS ? Number.NaN : stream.book.mid;
    if (target - current > SLOTS) current = target - SLOTS;
    for (; current < target; current += 1) {
      const slot = RINGS + PARTS * ((current + 1) % SLOTS);
      const units = memory[slot + UNITS]!;
      if (units > 0 && !Number.isNaN(mid)) {
        memory[SETTLED_VOLUME] = memory[SETTLED_VOLUME]! + units;
        memory[SETTLED] = memory[SETTLED]! + 2 * (memory[slot + SIGNED_VALUE]! - memory[slot + SIGNED]! * mid);
      }
      memory[WAITING] = memory[WAITING]! - memory[slot + TRADES]!;
      // Four stores cost less than a call of fill.
      memory[slot + SIGNED] = memory[slot + SIGNED_VALUE] = memory[slot + UNITS] = memory[slot + TRADES] = 0;
    }
    memory[SLOT] = target;
  }

  update(): void {
    const { memory } = this;
    this.#advance();
    this.value = memory[VOLUME]! > 0 ? memory[PAID]! / memory[VOLUME]! : Number.NaN;
    this.#realised.value = memory[SETTLED_VOLUME]! > 0 ? memory[SETTLED]! / memory[SETTLED_VOLUME]! : Number.NaN;
    memory.fill(0, VOLUME, SLOT);
  }
}
