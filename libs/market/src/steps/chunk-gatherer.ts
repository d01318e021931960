import { NANOS_PER_MILLI, partitionOf, type UnixNanos } from '@tradewind/vocabulary';

import type { Tick } from '../tick.js';
import { pricesOf } from '../tick-chunks.js';
import type { AssembledPart, StepAssemblyPlan } from './assembly-plan.js';

/** The chunk of a partition that is being filled; plain data. */
interface OpenChunk {
  chunk: number;
  prices: number;
  ticks: Tick[];
}

export interface ChunkGathererState {
  readonly open: readonly { readonly chunk: number; readonly ticks: readonly Tick[] }[];
  readonly dueAt: UnixNanos | undefined;
}

/** Gathers the ticks of a step into chunks, partition by partition. */
export class ChunkGatherer {
  readonly #plan: StepAssemblyPlan;
  readonly #span: bigint;
  readonly #open: OpenChunk[];
  readonly #partitions = new Map<string, number>();
  /** When the oldest open chunk has waited long enough; undefined while all are empty. */
  #dueAt: UnixNanos | undefined;

  constructor(plan: StepAssemblyPlan, state?: ChunkGathererState) {
    this.#plan = plan;
    this.#span = BigInt(plan.chunkSpanMsMax) * NANOS_PER_MILLI;
    this.#open = Array.from({ length: plan.partitions }, (_, partition) => {
      const saved = state?.open[partition];
      const ticks = [...(saved?.ticks ?? [])];
      return { chunk: saved?.chunk ?? 0, prices: ticks.reduce((sum, tick) => sum + pricesOf(tick), 0), ticks };
    });
    this.#dueAt = state?.dueAt;
  }

  put(tick: Tick, step: number, clock: UnixNanos, parts: AssembledPart[]): void {
    let partition = this.#partitions.get(tick.symbol);
    if (partition === undefined) {
      partition = partitionOf(tick.symbol, this.#plan.partitions);
      this.#partitions.set(tick.symbol, partition);
    }
    const open = this.#open[partition]!;
    const prices = pricesOf(tick);
    if (open.prices + prices > this.#plan.chunkPricesMax) this.#tell(partition, step, parts);
    open.ticks.push(tick);
    open.prices += prices;
    this.#dueAt ??= (clock + this.#span) as UnixNanos;
    if (open.prices >= this.#plan.chunkPricesMax) this.#tell(partition, step, parts);
  }

  /** Tells the chunks that have waited long enough. All go together, so that one time is all there is to remember. */
  tellDue(clock: UnixNanos, step: number, parts: AssembledPart[]): void {
    if (this.#dueAt !== undefined && clock >= this.#dueAt) this.#tellAll(step, parts);
  }

  /** Tells what is left of a step that will not end. */
  tellRest(step: number, parts: AssembledPart[]): void {
    this.#tellAll(step, parts);
  }

  /** Tells what is left of a step and begins the next. */
  endStep(step: number, parts: AssembledPart[]): void {
    this.#tellAll(step, parts);
    for (const open of this.#open) open.chunk = 0;
  }

  save(): ChunkGathererState {
    return { open: this.#open.map(({ chunk, ticks }) => ({ chunk, ticks: [...ticks] })), dueAt: this.#dueAt };
  }

  #tellAll(step: number, parts: AssembledPart[]): void {
    for (let partition = 0; partition < this.#open.length; partition += 1) this.#tell(partition, step, parts);
    this.#dueAt = undefined;
  }

  #tell(partition: number, step: number, parts: AssembledPart[]): void {
    const open = this.#open[partition]!;
    if (open.ticks.length === 0) return;
    parts.push({ kind: 'ticks', step, partition, chunk: open.chunk, ticks: open.ticks });
    open.chunk += 1;
    open.prices = 0;
    open.ticks = [];
  }
}
