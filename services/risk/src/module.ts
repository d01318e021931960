import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { INSTRUMENTS } from '@tradewind/market';
import { ProfileInForce } from '@tradewind/risk';
import type { Kit } from '@tradewind/service-kit';
import { accountIdOf } from '@tradewind/vocabulary';

import { BarHistory } from './bar-history.js';
import { loadRiskProfile } from './config.js';
import type { RiskSettings } from './config.js';
import { RiskConsumer } from './consumer.js';
import { RiskHandler } from './handler.js';
import { RiskMetrics } from './metrics.js';
import { SilenceWatch } from './silence-watch.js';
import { StatusAnswers } from './status-answers.js';
import { openHistoryStage, openRiskStage } from './store.js';

const SILENCE_CHECK_EVERY_MS = 500;

@Module({})
class RiskModule {}

/** Looks at the clock while this instance is the one that acts: bars come to no other, and it would take their absence for silence. */
const watchSilence = (kit: Kit<RiskSettings>, silence: SilenceWatch): void => {
  const { health, log } = kit;
  let isChecking = false;
  const check = async (): Promise<void> => {
    if (isChecking || (await health.ready()).checks['state'] !== 'ok') return;
    isChecking = true;
    try {
      await silence.check();
    } catch (err) {
      log.warn({ err }, 'the halt for silent market data could not be committed; it is tried again');
    } finally {
      isChecking = false;
    }
  };
  const timer = setInterval(() => void check(), SILENCE_CHECK_EVERY_MS);
  kit.onShutdown('silence watch', () => clearInterval(timer));
};

/** Loads profile and state and wires the service. Throws RiskProfileError when a profile that a command put in force is valid no more. */
export const buildRisk = async (kit: Kit<RiskSettings>): Promise<DynamicModule> => {
  const { config, bus, registry, log, clock } = kit;
  const configured = await loadRiskProfile(config);
  const profiles = new ProfileInForce(configured);
  const stage = await openRiskStage(kit);
  const inForce = profiles.of(stage.state);
  log.info(
    { profile: inForce.name, digest: profiles.digestOf(stage.state), autoResume: inForce.autoResume !== 'off' },
    inForce === configured
      ? `the ${inForce.name} profile is in force`
      : `the ${inForce.name} profile that a command put in force goes before the ${configured.name} profile of the settings`,
  );
  const isRealTime = config.mode === 'realtime';
  const instruments = Object.fromEntries(INSTRUMENTS.map((entry) => [entry.symbol, entry]));
  const history = new BarHistory(bus, await openHistoryStage(kit), log);
  const handler = new RiskHandler({
    stage,
    bus,
    profiles,
    instruments,
    history,
    metrics: new RiskMetrics(registry),
    partitions: config.partitions,
    clock: isRealTime ? clock : undefined,
    log,
  });
  const silence = new SilenceWatch({
    accountId: accountIdOf(config.account),
    clock,
    instruments,
    profile: () => profiles.of(stage.state),
    halt: (command) => handler.command(command),
  });
  if (isRealTime) watchSilence(kit, silence);
  const answers = new StatusAnswers(bus, handler, silence, profiles);
  kit.onLead('history', () => history.load());
  kit.onLead('joins', () => handler.forget());
  kit.onShutdown('history', () => history.stop());
  kit.onLead('status', () => answers.open());
  return {
    module: RiskModule,
    controllers: [RiskConsumer],
    providers: [
      { provide: RiskHandler, useValue: handler },
      { provide: SilenceWatch, useValue: silence },
    ],
  };
};
