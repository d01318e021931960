import type { BarsClosed, TicksArrived } from '@tradewind/market';
import { PermanentError } from '@tradewind/messaging';
import type { Bus } from '@tradewind/messaging';
import type { OrdersState } from '@tradewind/orders';

/** Of a partition, some 50 MB; a step with more is read from the stream when its bars come. */
const HELD_TICKS_MAX = 200_000;
/** How far back the first look goes, in messages of the stream, and how much further each next one does. */
const LOOK_BACK = 256;
const LOOK_FURTHER = 8;
const CHUNK_PREFIX = 'market.ticks/';

/** A batch of bars and where it lies in its stream: the chunks that it names lie before. */
export interface BarsAt {
  readonly fact: BarsClosed;
  readonly sequence: number;
}

/** The only symbols whose ticks can do anything. */
export const openSymbols = ({ open }: OrdersState): ReadonlySet<string> =>
  new Set(Object.values(open).map(({ order }) => order.intent.symbol));

interface Held {
  readonly run: string;
  readonly step: number;
  readonly chunks: TicksArrived[];
  ticks: number;
}

const namedBy = ({ header }: BarsClosed): readonly string[] => header.causes.filter((cause) => cause.startsWith(CHUNK_PREFIX));

/**
 * The chunks of ticks of the steps whose bars have not come yet. They are held as they arrive and acknowledged at once, for the bars come through the same
 * consumer; what is not held when the bars name it (another instance took it, this one was killed, it was too much) is read from the stream again. So
 * nothing of it has to be saved, and what a step is matched with follows from its bars alone.
 */
export class StepTicks {
  readonly #held = new Map<number, Held>();

  constructor(
    private readonly bus: Pick<Bus, 'readStream'>,
    private readonly heldMax = HELD_TICKS_MAX,
  ) {}

  forget(): void {
    this.#held.clear();
  }

  /** Chunks of a partition come in order, some of them more than once. */
  hold(chunk: TicksArrived): void {
    const { run, step, partition } = chunk.header;
    let held = this.#held.get(partition);
    if (held?.run !== run || held.step !== step) {
      held = { run, step, chunks: [], ticks: 0 };
      this.#held.set(partition, held);
    }
    if (chunk.chunk !== held.chunks.length || held.ticks > this.heldMax) return;
    held.ticks += chunk.ticks.length;
    if (held.ticks > this.heldMax) held.chunks.length = 0;
    else held.chunks.push(chunk);
  }

  /**
   * The chunks that the batches name, partitions and chunks in order; of other symbols than `symbols` their ticks may be left out. Rejects with PermanentError
   * `TICKS_MISSING` when the stream no longer has them: a step is not matched with a part of its market.
   */
  async of(batches: readonly BarsAt[], symbols: ReadonlySet<string>): Promise<readonly TicksArrived[]> {
    if (symbols.size === 0) return [];
    const sorted = [...batches].sort((left, right) => left.fact.header.partition - right.fact.header.partition);
    const chunks: TicksArrived[] = [];
    for (const batch of sorted) chunks.push(...(this.#heldOf(batch.fact) ?? (await this.#readBack(batch, symbols))));
    return chunks;
  }

  #heldOf(bars: BarsClosed): readonly TicksArrived[] | undefined {
    const named = namedBy(bars);
    if (named.length === 0) return [];
    const chunks = this.#held.get(bars.header.partition)?.chunks ?? [];
    return chunks.length === named.length && chunks.every(({ header }, index) => header.id === named[index]) ? chunks : undefined;
  }

  async #readBack({ fact, sequence }: BarsAt, symbols: ReadonlySet<string>): Promise<readonly TicksArrived[]> {
    const { partition, id } = fact.header;
    const named = namedBy(fact);
    for (let reach = LOOK_BACK; ; reach *= LOOK_FURTHER) {
      const fromSequence = Math.max(1, sequence - reach);
      const found = new Map<string, TicksArrived>();
      const wanted = new Set(named);
      for await (const event of this.bus.readStream({ event: 'market.ticks', partition, fromSequence, untilSequence: sequence })) {
        if (!wanted.delete(event.messageId)) continue;
        const chunk = event.decode() as TicksArrived;
        found.set(chunk.header.id, { ...chunk, ticks: chunk.ticks.filter(({ symbol }) => symbols.has(symbol)) });
      }
      if (found.size === named.length) return named.map((name) => found.get(name)!);
      if (fromSequence === 1) throw new PermanentError(`${id} names ticks that the stream no longer has`, 'TICKS_MISSING');
    }
  }
}
