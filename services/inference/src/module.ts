import { fileURLToPath } from 'node:url';

import { type DynamicModule, Module } from '@nestjs/common';
import { readFeatureSets } from '@tradewind/feature-sets';
import { openModelStore } from '@tradewind/model-store';
import type { Kit } from '@tradewind/service-kit';

import { Champion } from './champion.js';
import type { InferenceSettings } from './config.js';
import { FeaturesConsumer } from './consumer.js';
import { ModelGate } from './gate.js';
import { PredictionHandler } from './handler.js';
import { InferenceMetrics } from './metrics.js';
import { RegistryRequests } from './registry-requests.js';
import { openRegistry, RegistryStore } from './store.js';
import { untilDone } from './until-done.js';

@Module({})
class InferenceModule {}

const PROGRAM = fileURLToPath(new URL('./session-child.js', import.meta.url));

/** Loads the registry, starts the champion and only then takes steps, so that a restart never answers without its model. */
export const buildInference = async (kit: Kit<InferenceSettings>): Promise<DynamicModule> => {
  const { bus, clock, config, database, health, log, registry, stopping } = kit;
  const metrics = new InferenceMetrics(registry);
  const featureSets = await readFeatureSets(...config.featureSetFolders);
  const store = new RegistryStore(database);
  const blobs = await untilDone('the object store', { log, stopping }, () => openModelStore(bus.connection));
  const stage = await openRegistry(kit);
  const champion = new Champion({
    store,
    blobs,
    featureSets,
    program: PROGRAM,
    limits: { ...config, waitsForCrashes: config.mode === 'lockstep' },
    metrics,
    log,
  });
  const gate = new ModelGate({
    blobs,
    program: PROGRAM,
    limits: {
      ...config,
      sizeBytesMax: config.modelBytesMax,
      featureSets: new Map(featureSets.all.map(({ hash, names }) => [hash, names])),
    },
  });
  const requests = new RegistryRequests({ stage, store, gate, champion, bus, clock, metrics, log });
  kit.onShutdown('registry', () => store.close());
  kit.onShutdown('champion', () => champion.stop());
  await untilDone('the champion', { log, stopping }, () => champion.follow(stage));
  health.register('champion', () => (champion.fault === undefined ? Promise.resolve() : Promise.reject(new Error(champion.fault))));
  kit.onReady('requests', () => requests.listen());
  kit.onReady('registry poll', () => {
    const look = (): void => {
      store
        .saved()
        .then((saved) => champion.follow(saved))
        .catch((err: unknown) => log.warn({ err }, 'the registry could not be looked at'));
    };
    const timer = setInterval(look, config.registryPollMs);
    kit.onShutdown('registry poll', () => clearInterval(timer));
  });
  return {
    module: InferenceModule,
    controllers: [FeaturesConsumer],
    providers: [{ provide: PredictionHandler, useValue: new PredictionHandler({ champion, bus, metrics, log }) }],
  };
};
