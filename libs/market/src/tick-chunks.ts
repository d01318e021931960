import { partitionOf, stepMessageId, type UnixNanos, unreachable } from '@tradewind/vocabulary';

import type { Tick, TicksArrived } from './tick.js';

/** A chunk holds so many prices at most: some 100 kB on the wire, far below a message's limit, and a millisecond or two to take in. */
export const CHUNK_PRICES_MAX = 2_000;

/** How many prices a tick carries: a trade one, a book its levels. */
export const pricesOf = (tick: Tick): number => {
  switch (tick.kind) {
    case 'trade':
      return 1;
    case 'quote':
      return 2;
    case 'book-snapshot':
      return tick.bids.length + tick.asks.length + 1;
    case 'book-delta':
      return tick.changes.length + 1;
    default:
      return unreachable(tick);
  }
};

/** Ticks of one partition, in their order. */
export const ticksOfPartition = (ticks: readonly Tick[], partition: number, partitions: number): readonly Tick[] =>
  partitions === 1 ? ticks : ticks.filter(({ symbol }) => partitionOf(symbol, partitions) === partition);

/** Cuts ticks into runs of at most `pricesMax` prices; a tick that alone has more is a run of its own. */
export const cutTicks = (ticks: readonly Tick[], pricesMax: number): readonly (readonly Tick[])[] => {
  const runs: Tick[][] = [];
  let room = 0;
  for (const tick of ticks) {
    const prices = pricesOf(tick);
    const last = runs.at(-1);
    if (last === undefined || prices > room) {
      runs.push([tick]);
      room = pricesMax - prices;
    } else {
      last.push(tick);
      room -= prices;
    }
  }
  return runs;
};

export interface ChunkPlace {
  readonly run: string;
  readonly step: number;
  readonly partition: number;
  readonly chunk: number;
}

/** `market.ticks/<run>/<step>/<partition>/<chunk>`: the bars of the step name the chunks they follow by it. */
export const chunkId = ({ run, step, partition, chunk }: ChunkPlace): string =>
  `${stepMessageId('market.ticks', run, step, partition)}/${chunk}`;

/** The message of a chunk. `ticks` are not empty. */
export const chunkOf = (
  place: ChunkPlace,
  ticks: readonly Tick[],
  origin: { readonly source: string; readonly simulated: boolean },
): TicksArrived => ({
  header: {
    id: chunkId(place),
    run: place.run,
    step: place.step,
    partition: place.partition,
    at: ticks.reduce<UnixNanos>((latest, { at }) => (at > latest ? at : latest), 0n as UnixNanos),
    causes: [],
    degraded: [],
  },
  chunk: place.chunk,
  ...origin,
  ticks,
});
