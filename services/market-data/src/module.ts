import { type DynamicModule, Module } from '@nestjs/common';
import { type Kit, SettingsError } from '@tradewind/service-kit';
import { SourceSettingsError } from '@tradewind/sources';
import { Gauge } from 'prom-client';

import { UnknownInstrumentsError } from './assembly.js';
import type { Settings } from './config.js';
import { Consumer, serveRequests, STEP_KEEPER, type StepKeeper } from './consumer.js';
import { loadReplay } from './dataset.js';
import { ReplayHandler } from './handler.js';
import { History } from './history.js';
import { openLive } from './live.js';
import { StepPublisher } from './step-publisher.js';
import { ReplayStore } from './store.js';

const observe = (kit: Kit<Settings>, handler: ReplayHandler): void => {
  const steps = new Gauge({
    name: 'tw_replay_steps',
    help: 'Steps of the current replay: released to the bus, finished by the whole pipeline, in all',
    labelNames: ['state'],
    registers: [kit.registry],
    collect: () => {
      const { replay } = handler.status();
      if (replay.status === 'IDLE') return;
      for (const state of ['released', 'finished', 'steps'] as const) steps.set({ state }, replay[state]);
    },
  });
};

@Module({})
export class MarketDataModule {}

const moduleOf = (keeper: StepKeeper): DynamicModule => ({
  module: MarketDataModule,
  controllers: [Consumer],
  providers: [{ provide: STEP_KEEPER, useValue: keeper }],
});

/** Ticks go out as they come, steps when their time is over. */
const buildLive = async (kit: Kit<Settings>): Promise<DynamicModule> => {
  const { bus, config, database, log } = kit;
  const { feed, outlet, run, catchUp, records } = await openLive(kit, new ReplayStore(database));
  await outlet.resume();
  kit.onShutdown('feed', () => feed.stop());
  kit.onReady('feed', async () => {
    await catchUp();
    feed.start();
    records?.start();
    serveRequests(bus, run, { mode: 'paced', paceMs: config.paceMs });
    log.info({ sources: config.feed, symbols: config.symbols, interval: config.interval, run: config.run }, 'the live feed has begun');
  });
  return moduleOf(run);
};

/** Loads data and state; requests are answered and the replay goes on once the subscriptions are open. */
const buildReplay = async (kit: Kit<Settings>): Promise<DynamicModule> => {
  const { bus, config, database, log } = kit;
  const { dataset, content } = await loadReplay(config);
  log.info(
    { dataset: dataset.plan.name, steps: dataset.steps.length, bars: dataset.barCount, faults: dataset.faultCount },
    'dataset loaded',
  );
  const store = new ReplayStore(database);
  const handler = new ReplayHandler({
    dataset,
    store,
    log,
    publisher: new StepPublisher(bus, dataset, content, config.partitions),
    history: (current) => new History(store, dataset, current, log),
  });
  await handler.load();
  observe(kit, handler);
  kit.onShutdown('replay', () => handler.stop());
  kit.onReady('replay', async () => {
    await handler.resume();
    serveRequests(bus, handler, { mode: config.mode === 'realtime' ? 'paced' : 'lockstep', paceMs: config.paceMs });
  });
  return moduleOf(handler);
};

/** What only other settings can mend ends the process for good. */
const settingsErrorOf = (error: unknown, { config }: Kit<Settings>): unknown => {
  if (error instanceof UnknownInstrumentsError) {
    const variable = config.feed.length > 0 ? 'TW_MARKET_DATA_SYMBOLS' : 'TW_MARKET_DATA_SELECTION';
    return new SettingsError([{ variable, rule: 'invalid', message: error.message }]);
  }
  if (!(error instanceof SourceSettingsError)) return error;
  return new SettingsError(error.faults.map(({ variable, problem }) => ({ variable, rule: 'invalid', message: problem })));
};

/** A live feed when sources are named, else a replay. */
export const buildMarketData = async (kit: Kit<Settings>): Promise<DynamicModule> => {
  try {
    return await (kit.config.feed.length > 0 ? buildLive(kit) : buildReplay(kit));
  } catch (error) {
    throw settingsErrorOf(error, kit);
  }
};
