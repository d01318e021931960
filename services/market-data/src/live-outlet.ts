import {
  type AssembledPart,
  type AssembledStep,
  barsClosedOf,
  chunkId,
  chunkOf,
  type PointInTimeRecord,
  type TickChunk,
} from '@tradewind/market';
import { type Bus, BusStoppedError } from '@tradewind/messaging';
import type { Logger } from '@tradewind/service-kit';
import { stepMessageId, type UnixNanos } from '@tradewind/vocabulary';

import type { DueRecords } from './record-queue.js';
import { placeOf, recordsOf } from './wire.js';

const STEP_KEY = 'step';
/** Parts that wait while the bus is away. Beyond it chunks of ticks are dropped, oldest first; steps never are. */
const PARTS_WAITING_MAX = 20_000;

/** What became known beside the feed. */
export interface RecordSupply {
  /** The run goes on: the records that were last told to each partition, or the run begins and nothing was told yet. */
  resume(told: readonly (readonly PointInTimeRecord[])[] | 'NEW_RUN'): Promise<void>;
  /** What goes out before the bars of a step that ends at `at`. */
  due(partition: number, at: UnixNanos): DueRecords;
  /** These are on the bus. */
  told(partition: number, due: DueRecords): void;
}

/** Of a feed without records. */
export const NO_RECORDS: RecordSupply = {
  resume: () => Promise.resolve(),
  due: () => ({ records: [], toldBelow: 0 }),
  told: () => undefined,
};

export interface LiveOutletParts {
  readonly bus: Bus;
  readonly log: Logger;
  readonly partitions: number;
  readonly run: string;
  readonly source: string;
  readonly simulated: boolean;
  readonly records: RecordSupply;
  /** A chunk of ticks is on the bus. */
  readonly onTicks: (chunk: TickChunk) => void;
  readonly onDropped: (chunk: TickChunk) => void;
  readonly onStep: (step: AssembledStep) => void;
}

/**
 * Puts the parts of a live feed on the bus in their order. The stream itself remembers how far a run has come: after a start the numbering goes on where
 * the last process stopped, so that steps and chunks have neither holes nor doubles whatever was killed.
 */
export class LiveOutlet {
  readonly #waiting: AssembledPart[] = [];
  /** Ids of the chunks of the step under way, by partition. */
  #told: string[][];
  /** The last step whose records were told, by partition: features take one message of a step. */
  #recordedStep: number[];
  #step = 0;
  #toldAt: UnixNanos | undefined;
  #sending: Promise<void> | undefined;

  constructor(private readonly parts: LiveOutletParts) {
    this.#told = this.#nothingTold();
    this.#recordedStep = this.#each(() => -1);
  }

  /** The step that is being told. */
  get step(): number {
    return this.#step;
  }

  /** Event time of the last step that was told; undefined before the first. */
  get toldAt(): UnixNanos | undefined {
    return this.#toldAt;
  }

  /** Finds where the run stands. A step that was told to some partitions alone is completed for the others, without bars. */
  async resume(): Promise<void> {
    const { bus, run, partitions, log, records } = this.parts;
    const places = await Promise.all(
      this.#each(async (partition) => ({
        bars: placeOf(run, await bus.lastOf('market.bars', partition)),
        ticks: placeOf(run, await bus.lastOf('market.ticks', partition)),
        records: recordsOf(run, await bus.lastOf('market.records', partition)),
      })),
    );
    this.#recordedStep = places.map(({ records: told }) => told?.step ?? -1);
    const isNew = places.every((place) => place.bars === undefined && place.records === undefined);
    await records.resume(isNew ? 'NEW_RUN' : places.map(({ records: told }) => told?.records ?? []));
    const last = Math.max(...places.map(({ bars }) => bars?.step ?? -1));
    this.#step = Math.max(0, last);
    for (const [partition, { bars, ticks }] of places.entries()) {
      if ((bars?.step ?? -1) === last) continue;
      this.#told[partition] = this.#chunksOf(partition, last, ticks);
      log.warn({ run, step: last, partition }, 'the last process ended in the middle of a step: it is completed without bars');
      await this.#publishBars(await this.#emptyStep(last), partition);
    }
    this.#step = last + 1;
    this.#toldAt = places.find(({ bars }) => bars?.step === last)?.bars?.at;
    this.#told = places.map(({ ticks }, partition) => this.#chunksOf(partition, this.#step, ticks));
    log.info({ run, step: this.#step, partitions }, 'the live run goes on from here');
  }

  /** Never waits. What can't be published rejects from `settled`, or unheard ends the process. */
  offer(part: AssembledPart): void {
    this.#waiting.push(part);
    if (this.#waiting.length > PARTS_WAITING_MAX) this.#dropOldestChunk();
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  /** Resolves when everything offered is on the bus, or the bus has stopped. Rejects when something can't be published. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #send(): Promise<void> {
    for (let part = this.#waiting.shift(); part !== undefined; part = this.#waiting.shift()) {
      try {
        if (part.kind === 'ticks') await this.#publishChunk(part);
        else await this.#publishStep(part);
      } catch (err) {
        this.#waiting.length = 0;
        if (err instanceof BusStoppedError) return;
        // A step may be told in part, and its number must not be given to another: the process ends, and the next one asks the stream how far it came.
        this.parts.log.error({ err }, 'the feed can publish no more');
        throw err;
      }
    }
  }

  async #publishChunk(part: TickChunk): Promise<void> {
    const { partition, ticks } = part;
    const { bus, run, source, simulated, onTicks } = this.parts;
    const told = this.#told[partition]!;
    const chunk = chunkOf({ run, step: this.#step, partition, chunk: told.length }, ticks, { source, simulated });
    await bus.publish(bus.envelope('market.ticks', chunk, { id: chunk.header.id, partition, key: STEP_KEY }));
    told.push(chunk.header.id);
    onTicks(part);
  }

  async #publishStep(assembled: AssembledStep): Promise<void> {
    const { bus, run, onStep } = this.parts;
    const step = { ...assembled, step: this.#step };
    if (step.faults.length > 0) {
      const id = stepMessageId('market.faults', run, step.step, 0);
      const found = { id, at: step.at, faults: step.faults, scores: step.lowQuality };
      await bus.publish(bus.envelope('market.faults', found, { id, partition: 0, key: STEP_KEY }));
    }
    await Promise.all(
      this.#each(async (partition) => {
        await this.#publishRecords(step, partition);
        await this.#publishBars(step, partition);
      }),
    );
    this.#step += 1;
    this.#toldAt = step.at;
    this.#told = this.#nothingTold();
    onStep(step);
  }

  /** Those of a step that was under way when the last process ended may be on the bus already: then the rest waits for the next step. */
  async #publishRecords({ step, at }: AssembledStep, partition: number): Promise<void> {
    const { bus, run, records: supply } = this.parts;
    if (this.#recordedStep[partition]! >= step) return;
    const due = supply.due(partition, at);
    if (due.records.length > 0) {
      const id = stepMessageId('market.records', run, step, partition);
      const known = { header: { id, run, step, partition, at, causes: [], degraded: [] }, records: due.records };
      await bus.publish(bus.envelope('market.records', known, { id, partition, key: STEP_KEY }));
      this.#recordedStep[partition] = step;
    }
    supply.told(partition, due);
  }

  async #publishBars(step: AssembledStep, partition: number): Promise<void> {
    const { bus, run, partitions } = this.parts;
    const closed = barsClosedOf(run, { ...step, final: false }, partition, partitions, this.#told[partition]);
    await bus.publish(bus.envelope('market.bars', closed, { id: closed.header.id, partition, key: STEP_KEY }));
  }

  async #emptyStep(step: number): Promise<AssembledStep> {
    const { bus, partitions } = this.parts;
    for (let partition = 0; partition < partitions; partition += 1) {
      const stored = await bus.lastOf('market.bars', partition);
      const place = placeOf(this.parts.run, stored);
      if (place?.step === step) return { kind: 'step', step, at: place.at, bars: [], faults: [], lowQuality: [] };
    }
    throw new RangeError(`step ${step} is in no partition`);
  }

  #chunksOf(partition: number, step: number, ticks: ReturnType<typeof placeOf>): string[] {
    if (ticks?.step !== step) return [];
    return Array.from({ length: ticks.chunk + 1 }, (_value, chunk) => chunkId({ run: this.parts.run, step, partition, chunk }));
  }

  #dropOldestChunk(): void {
    const index = this.#waiting.findIndex(({ kind }) => kind === 'ticks');
    const [dropped] = index < 0 ? [] : this.#waiting.splice(index, 1);
    if (dropped?.kind === 'ticks') this.parts.onDropped(dropped);
  }

  #nothingTold(): string[][] {
    return this.#each(() => []);
  }

  #each<T>(make: (partition: number) => T): T[] {
    return Array.from({ length: this.parts.partitions }, (_value, partition) => make(partition));
  }
}
