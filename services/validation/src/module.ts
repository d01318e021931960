import { type DynamicModule, Module } from '@nestjs/common';
import { readFeatureSets } from '@tradewind/feature-sets';
import type { Kit } from '@tradewind/service-kit';
import { signalRulesFor } from '@tradewind/signals';

import type { ValidationSettings } from './config.js';
import { ValidationConsumer } from './consumer.js';
import { ValidationHandler } from './handler.js';
import { SignalMetrics } from './metrics.js';
import { openStages } from './store.js';

@Module({})
class ValidationModule {}

/** Loads the saved signals and wires the service. */
export const buildValidation = async (kit: Kit<ValidationSettings>): Promise<DynamicModule> => {
  const { config, bus, registry } = kit;
  const rules = signalRulesFor(await readFeatureSets(...config.featureSetFolders));
  const handler = new ValidationHandler({
    stages: await openStages(kit),
    bus,
    rules,
    metrics: new SignalMetrics(registry, rules.policy.entry.horizonBars),
    joinWaitMs: config.mode === 'realtime' ? config.joinWaitMs : undefined,
  });
  kit.onLead('joins', () => handler.forget());
  return {
    module: ValidationModule,
    controllers: [ValidationConsumer],
    providers: [{ provide: ValidationHandler, useValue: handler }],
  };
};
