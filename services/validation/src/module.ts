import { type DynamicModule, Module } from '@nestjs/common';
import type { Kit } from '@tradewind/service-kit';
import { BASELINE_SIGNAL_RULES } from '@tradewind/signals';

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
  const handler = new ValidationHandler({
    stages: await openStages(kit),
    bus,
    rules: BASELINE_SIGNAL_RULES,
    metrics: new SignalMetrics(registry, BASELINE_SIGNAL_RULES.policy.entry.horizonBars),
    joinWaitMs: config.mode === 'realtime' ? config.joinWaitMs : undefined,
  });
  kit.onLead('joins', () => handler.forget());
  return {
    module: ValidationModule,
    controllers: [ValidationConsumer],
    providers: [{ provide: ValidationHandler, useValue: handler }],
  };
};
