import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { INSTRUMENTS } from '@tradewind/market';
import type { Kit } from '@tradewind/service-kit';

import { loadRiskProfile } from './config.js';
import type { RiskSettings } from './config.js';
import { RiskConsumer } from './consumer.js';
import { RiskHandler } from './handler.js';
import { RiskMetrics } from './metrics.js';
import { openRiskStage } from './store.js';

@Module({})
class RiskModule {}

/** Loads profile and state and wires the service. */
export const buildRisk = async (kit: Kit<RiskSettings>): Promise<DynamicModule> => {
  const { config, bus, registry, log } = kit;
  const profile = await loadRiskProfile(config);
  log.info({ profile: profile.name, autoResume: profile.autoResume !== undefined }, `the ${profile.name} profile is in force`);
  const handler = new RiskHandler({
    stage: await openRiskStage(kit),
    bus,
    setting: { profile, instruments: Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry])) },
    metrics: new RiskMetrics(registry),
    partitions: config.partitions,
    log,
  });
  kit.onLead('joins', () => handler.forget());
  return { module: RiskModule, controllers: [RiskConsumer], providers: [{ provide: RiskHandler, useValue: handler }] };
};
