import type { Bus } from '@tradewind/messaging';

import { isBrokenOrder, type MarketInput, type PartitionFeatures } from './partition-features.js';
import type { SavedSnapshot } from './store.js';
import { inputOf, subscriptions } from './wire.js';

export interface Rebuilt {
  readonly fromStep: number;
  readonly toStep: number;
  readonly events: number;
  /** Events that were refused again, as they were when they were delivered. */
  readonly refused: number;
  /** Stream sequence up to which it is taken in. */
  readonly sequence: number;
}

const isTaken = (features: PartitionFeatures, input: MarketInput | undefined): boolean => {
  if (input === undefined) return false;
  try {
    features.accept(input);
    return true;
  } catch (error) {
    if (isBrokenOrder(error)) return false;
    throw error;
  }
};

/** Takes in a part of the stream without publishing. A part that is empty is no error. */
export const takeIn = async (
  bus: Bus,
  partition: number,
  features: PartitionFeatures,
  fromSequence: number,
  untilSequence: number,
): Promise<{ readonly events: number; readonly refused: number }> => {
  let events = 0;
  let refused = 0;
  if (untilSequence < fromSequence) return { events, refused };
  for await (const event of bus.readStream({ event: subscriptions, partition, fromSequence, untilSequence })) {
    events += 1;
    if (!isTaken(features, inputOf(event))) refused += 1;
  }
  return { events, refused };
};

/**
 * Brings a partition's memory to where the service stopped: the snapshot, then everything that was acknowledged after it, taken in
 * without publishing. What was not acknowledged is delivered again by the bus and published then. What went to the dead letters then is
 * left out now.
 */
export const rebuild = async (
  bus: Bus,
  service: string,
  partition: number,
  features: PartitionFeatures,
  snapshot: SavedSnapshot | undefined,
): Promise<Rebuilt> => {
  if (snapshot !== undefined) features.restore(snapshot);
  const fromStep = features.step;
  const acknowledged = await bus.ackFloor(service, 'market.bars', partition);
  const from = (snapshot?.sequence ?? 0) + 1;
  const taken = await takeIn(bus, partition, features, from, acknowledged);
  return { fromStep, toStep: features.step, ...taken, sequence: Math.max(acknowledged, from - 1) };
};
