import type { FeaturesComputed, FeatureSet } from '@tradewind/features';
import type { Bus } from '@tradewind/messaging';
import type { Logger } from '@tradewind/service-kit';

import type { FeaturesMetrics } from './metrics.js';
import { type MarketInput, PartitionFeatures, StepGapError } from './partition-features.js';
import { rebuild, takeIn } from './rebuild.js';
import type { SnapshotStore } from './store.js';

const STEP_KEY = 'step';
/** About a second of reading again. */
const SNAPSHOT_TICKS = 200_000;

export interface FeaturesParts {
  readonly bus: Bus;
  readonly store: SnapshotStore;
  readonly set: FeatureSet;
  readonly service: string;
  readonly snapshotSteps: number;
  readonly metrics: FeaturesMetrics;
  readonly log: Logger;
}

/** One partition from the moment this instance began to act on it. What is under way of an earlier time keeps to its own. */
interface Memory {
  readonly features: PartitionFeatures;
  /** Stream sequence of the last bars that were looked at. */
  sequence: number;
  /** Computed, but its publication failed: it is published when the bars come again. */
  unpublished: FeaturesComputed | undefined;
}

/** Takes in, computes, publishes, and now and then saves its memory beside the path. */
export class FeaturesHandler {
  readonly #memories = new Map<number, Memory>();
  #saving: Promise<void> = Promise.resolve();

  constructor(private readonly parts: FeaturesParts) {}

  /** Restores a partition from what is saved and published, whatever is remembered. Call before any message of it is handled. */
  async load(partition: number): Promise<void> {
    const { bus, store, set, service, metrics, log } = this.parts;
    const features = new PartitionFeatures(set, (report) => metrics.sampled(report));
    const { sequence, ...rebuilt } = await rebuild(bus, service, partition, features, await store.load(partition, set.hash));
    this.#memories.set(partition, { features, sequence, unpublished: undefined });
    log.info({ partition, ...rebuilt, set: set.name, version: set.version }, 'features are where they were');
  }

  /** Resolves when what it leads to is in the stream: the vectors, for a step's bars. `sequence` is that of the message in its stream. */
  async take(input: MarketInput, sequence: number): Promise<void> {
    const { partition, step } = input.fact.header;
    const memory = this.#memories.get(partition);
    if (memory === undefined) throw new RangeError(`partition ${partition} is not one of this instance's`);
    // 1. Compute. A step that was taken in before was also published before, unless its publication failed.
    const accepted = await this.#accept(memory, input, sequence);
    if (input.event === 'market.ticks') this.parts.metrics.ticks.inc(input.fact.ticks.length);
    if (input.event !== 'market.bars') return;
    const computed = accepted ?? (memory.unpublished?.header.step === step ? memory.unpublished : undefined);
    if (computed === undefined) return;
    // 2. Publish.
    const { bus } = this.parts;
    memory.unpublished = computed;
    await bus.publish(bus.envelope('features.vectors', computed, { id: computed.header.id, partition, key: STEP_KEY }));
    memory.unpublished = undefined;
    // 3. Save the memory, which now holds nothing unpublished.
    if (this.#isTimeToSave(memory.features)) this.#save(partition, memory.features, sequence);
  }

  /**
   * The last leader's acknowledgement may come after we asked how far it had got. What is missing between our memory and this message is in the stream, was
   * acknowledged, so published, and is taken in without publishing.
   */
  async #accept(memory: Memory, input: MarketInput, sequence: number): Promise<FeaturesComputed | undefined> {
    try {
      return memory.features.accept(input);
    } catch (error) {
      if (!(error instanceof StepGapError)) throw error;
      await takeIn(this.parts.bus, input.fact.header.partition, memory.features, memory.sequence + 1, sequence - 1);
      return memory.features.accept(input);
    } finally {
      memory.sequence = Math.max(memory.sequence, sequence);
    }
  }

  /** Ticks count as well: a start must not take longer for a busy day. */
  #isTimeToSave({ step, ticksUnsaved }: PartitionFeatures): boolean {
    const { snapshotSteps } = this.parts;
    return step % snapshotSteps === snapshotSteps - 1 || ticksUnsaved >= SNAPSHOT_TICKS;
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
    this.#saving = this.#saving
      .then(() => store.save(partition, { ...snapshot, sequence }))
      .catch((err: unknown) => {
        log.warn({ err, partition, step: snapshot.step }, 'the snapshot could not be saved; the next one will be');
      });
  }
}
