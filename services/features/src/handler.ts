import type { FeaturesComputed, FeatureSet } from '@tradewind/features';
import type { BarsClosed } from '@tradewind/market';
import type { Bus } from '@tradewind/messaging';
import type { Logger } from '@tradewind/service-kit';

import { PartitionFeatures } from './partition-features.js';
import { rebuild } from './rebuild.js';
import type { SnapshotStore } from './store.js';

const STEP_KEY = 'step';

export interface FeaturesParts {
  readonly bus: Bus;
  readonly store: SnapshotStore;
  readonly set: FeatureSet;
  readonly service: string;
  readonly partitions: number;
  readonly snapshotSteps: number;
  readonly log: Logger;
}

/** Computes, publishes, and now and then saves its memory beside the path. */
export class FeaturesHandler {
  readonly #partitions: readonly PartitionFeatures[];
  /** Computed, but its publication failed: it is published when the bars come again. */
  readonly #unpublished = new Map<number, FeaturesComputed>();
  #saving: Promise<void> = Promise.resolve();

  constructor(private readonly parts: FeaturesParts) {
    this.#partitions = Array.from({ length: parts.partitions }, () => new PartitionFeatures(parts.set));
  }

  /** Restores every partition. Call before any message is handled. */
  async load(): Promise<void> {
    const { bus, store, set, service, log } = this.parts;
    await Promise.all(this.#partitions.map(async (features, partition) => {
      const rebuilt = await rebuild(bus, service, partition, features, await store.load(partition, set.hash));
      log.info({ partition, ...rebuilt, set: set.name, version: set.version }, 'features are where they were');
    }));
  }

  /** Resolves when the step's vectors are in the stream. `sequence` is that of the bars in theirs. */
  async onBars(closed: BarsClosed, sequence: number): Promise<void> {
    const { partition, step } = closed.header;
    const features = this.#partitions[partition];
    if (features === undefined) throw new RangeError(`partition ${partition} is not one of this service's ${this.#partitions.length}`);
    // 1. Compute. A step that was taken in before was also published before, unless its publication failed.
    const waiting = this.#unpublished.get(partition);
    const computed = features.accept(closed) ?? (waiting?.header.step === step ? waiting : undefined);
    if (computed === undefined) return;
    // 2. Publish.
    const { bus, snapshotSteps } = this.parts;
    this.#unpublished.set(partition, computed);
    await bus.publish(bus.envelope('features.vectors', computed, { id: computed.header.id, partition, key: STEP_KEY }));
    this.#unpublished.delete(partition);
    // 3. Save the memory, which now holds nothing unpublished.
    if (step % snapshotSteps === snapshotSteps - 1) this.#save(partition, features, sequence);
  }

  async stop(): Promise<void> {
    await this.#saving;
    await this.parts.store.close();
  }

  /** A snapshot that can't be saved only makes the next start longer. */
  #save(partition: number, features: PartitionFeatures, sequence: number): void {
    const snapshot = features.snapshot();
    if (snapshot === undefined) return;
    const { store, log } = this.parts;
    this.#saving = this.#saving.then(() => store.save(partition, { ...snapshot, sequence })).catch((err: unknown) => {
      log.warn({ err, partition, step: snapshot.step }, 'the snapshot could not be saved; the next one will be');
    });
  }
}
