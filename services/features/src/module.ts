import { type DynamicModule, Module } from '@nestjs/common';
import { readFeatureSets } from '@tradewind/feature-sets';
import type { Kit } from '@tradewind/service-kit';

import type { Settings } from './config.js';
import { Consumer } from './consumer.js';
import { FeaturesHandler } from './handler.js';
import { FeaturesMetrics } from './metrics.js';
import { SnapshotStore } from './store.js';

@Module({})
export class FeaturesModule {}

/** Restores the memory of a partition each time this instance begins to act on it. */
export const buildFeatures = async (kit: Kit<Settings>): Promise<DynamicModule> => {
  const { bus, config, database, log } = kit;
  const sets = await readFeatureSets(...config.setFolders);
  const handler = new FeaturesHandler({
    bus,
    log,
    metrics: new FeaturesMetrics(kit.registry, log),
    store: new SnapshotStore(database),
    set: sets.named(config.set),
    service: kit.name,
    snapshotSteps: config.snapshotSteps,
  });
  kit.onLead('memory', (partition) => handler.load(partition));
  kit.onShutdown('snapshots', () => handler.stop());
  return { module: FeaturesModule, controllers: [Consumer], providers: [{ provide: FeaturesHandler, useValue: handler }] };
};
