import { barsClosedOf, faultsFoundAt, type MarketStep, type ReplayDataset } from '@tradewind/market';
import type { Bus } from '@tradewind/messaging';

import type { ReplayRun } from './replay.js';

const STEP_KEY = 'step';

/** Puts steps on the bus. Ids are derived from run, step and partition, so that publishing a step again changes nothing. */
export class StepPublisher {
  constructor(
    private readonly bus: Bus,
    private readonly dataset: ReplayDataset,
    private readonly partitions: number,
  ) {}

  /** Resolves when the faults told with the step and the bars of every partition are stored in the stream. */
  async publish(replay: ReplayRun, step: number): Promise<void> {
    const found = faultsFoundAt(replay.run, this.dataset, step);
    if (found !== undefined)
      await this.bus.publish(this.bus.envelope('market.faults', found, { id: found.id, partition: 0, key: STEP_KEY }));
    const market = this.#stepOf(replay, step);
    await Promise.all(
      Array.from({ length: this.partitions }, async (_value, partition) => {
        const closed = barsClosedOf(replay.run, market, partition, this.partitions);
        await this.bus.publish(this.bus.envelope('market.bars', closed, { id: closed.header.id, partition, key: STEP_KEY }));
      }),
    );
  }

  /** A run that was cut short ends with its own last step. Throws RangeError on a step beyond the data. */
  #stepOf({ steps }: ReplayRun, step: number): MarketStep {
    const found = this.dataset.steps[step];
    if (found === undefined || step >= steps) throw new RangeError(`step ${step} is beyond the run's ${steps}`);
    return step === steps - 1 ? { ...found, final: true } : found;
  }
}
