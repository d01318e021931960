import {
  barsClosedOf,
  CHUNK_PRICES_MAX,
  chunkOf,
  cutTicks,
  faultsFoundAt,
  type MarketStep,
  type PointInTimeRecord,
  type ReplayDataset,
  ticksOfPartition,
} from '@tradewind/market';
import type { Bus } from '@tradewind/messaging';
import { partitionOf, stepMessageId } from '@tradewind/vocabulary';

import type { ReplayRun } from './replay.js';
import type { StepContent } from './step-content.js';

const STEP_KEY = 'step';

/** Puts steps on the bus. Ids are derived from run, step, partition and chunk, so that publishing a step again changes nothing. */
export class StepPublisher {
  constructor(
    private readonly bus: Bus,
    private readonly dataset: ReplayDataset,
    private readonly content: StepContent,
    private readonly partitions: number,
  ) {}

  /** Resolves when everything told with the step is stored in the stream, the bars of each partition last. */
  async publish(replay: ReplayRun, step: number): Promise<void> {
    const found = faultsFoundAt(replay.run, this.dataset, step);
    if (found !== undefined)
      await this.bus.publish(this.bus.envelope('market.faults', found, { id: found.id, partition: 0, key: STEP_KEY }));
    const market = this.#stepOf(replay, step);
    const { source, simulated } = this.content;
    const [records, ticks] = await Promise.all([this.content.records(step), this.content.ticks(step)]);
    await Promise.all(
      Array.from({ length: this.partitions }, async (_value, partition) => {
        await this.#publishRecords(replay.run, market, partition, records);
        const causes: string[] = [];
        for (const run of cutTicks(ticksOfPartition(ticks, partition, this.partitions), CHUNK_PRICES_MAX)) {
          const chunk = chunkOf({ run: replay.run, step, partition, chunk: causes.length }, run, { source, simulated });
          await this.bus.publish(this.bus.envelope('market.ticks', chunk, { id: chunk.header.id, partition, key: STEP_KEY }));
          causes.push(chunk.header.id);
        }
        const closed = barsClosedOf(replay.run, market, partition, this.partitions, causes);
        await this.bus.publish(this.bus.envelope('market.bars', closed, { id: closed.header.id, partition, key: STEP_KEY }));
      }),
    );
  }

  async #publishRecords(run: string, { step, at }: MarketStep, partition: number, all: readonly PointInTimeRecord[]): Promise<void> {
    const records = all.filter(({ symbol }) => symbol === undefined || partitionOf(symbol, this.partitions) === partition);
    if (records.length === 0) return;
    const id = stepMessageId('market.records', run, step, partition);
    const known = { header: { id, run, step, partition, at, causes: [], degraded: [] }, records };
    await this.bus.publish(this.bus.envelope('market.records', known, { id, partition, key: STEP_KEY }));
  }

  /** A run that was cut short ends with its own last step. Throws RangeError on a step beyond the data. */
  #stepOf({ steps }: ReplayRun, step: number): MarketStep {
    const found = this.dataset.steps[step];
    if (found === undefined || step >= steps) throw new RangeError(`step ${step} is beyond the run's ${steps}`);
    return step === steps - 1 ? { ...found, final: true } : found;
  }
}
