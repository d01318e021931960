import type { Bus } from '@tradewind/messaging';

import type { PartitionFeatures } from './partition-features.js';
import type { SavedSnapshot } from './store.js';
import { barsOf } from './wire.js';

export interface Rebuilt {
  readonly fromStep: number;
  readonly toStep: number;
  readonly events: number;
}

/**
 * Brings a partition's memory to where the service stopped: the snapshot, then every batch of bars that was acknowledged after it, taken in
 * without publishing. What was not acknowledged is delivered again by the bus and published then. Rejects with StepGapError when the
 * stream no longer holds what the memory needs.
 */
export const rebuild = async (
  bus: Bus, service: string, partition: number, features: PartitionFeatures, snapshot: SavedSnapshot | undefined,
): Promise<Rebuilt> => {
  if (snapshot !== undefined) features.restore(snapshot);
  const fromStep = features.step;
  const acknowledged = await bus.ackFloor(service, 'market.bars', partition);
  const from = (snapshot?.sequence ?? 0) + 1;
  let events = 0;
  if (acknowledged >= from) {
    for await (const event of bus.readStream({ event: 'market.bars', partition, fromSequence: from, untilSequence: acknowledged })) {
      features.accept(barsOf(event));
      events += 1;
    }
  }
  return { fromStep, toStep: features.step, events };
};
