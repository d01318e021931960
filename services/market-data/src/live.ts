import { join } from 'node:path';

import { CHUNK_PRICES_MAX, type StepAssemblyPlan } from '@tradewind/market';
import { type Kit, SettingsError } from '@tradewind/service-kit';
import {
  discoverSources,
  FailoverFeed,
  type FeedSink,
  type MarketSource,
  openSources,
  pause,
  type SourceEnvironment,
} from '@tradewind/sources';
import { NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import { assembledSymbols } from './assembly.js';
import { type Settings, sourceVariables } from './config.js';
import { catchUpSteps } from './live-catch-up.js';
import { LiveFeed } from './live-feed.js';
import { LiveHistory } from './live-history.js';
import { LiveMetrics } from './live-metrics.js';
import { LiveOutlet } from './live-outlet.js';
import { LiveRun } from './live-run.js';
import type { ReplayStore } from './store.js';

const SECOND_NANOS = 1_000n * NANOS_PER_MILLI;
const CHUNK_SPAN_MS = 100;
const AHEAD_MS_MAX = 5_000;
const EVENTS_REMEMBERED = 16_384;
/** Everything but the staleness, which depends on what is traded. */
const POLICY = { toleranceNanos: 3n * SECOND_NANOS, qualityMin: 0.95, restNanos: 300n * SECOND_NANOS, returnNanos: 60n * SECOND_NANOS };
const FEED_LIMITS = {
  pollsPerMinute: 60,
  watchMs: 250,
  reconnectMs: 5_000,
  fillRetryMs: 2_000,
  fillTriesMax: 10,
  fillPatienceMs: 30_000,
  heldMax: 200_000,
};

const refusedSetting = (variable: string, message: string): SettingsError => new SettingsError([{ variable, rule: 'invalid', message }]);

export interface LiveParts {
  readonly feed: LiveFeed;
  readonly outlet: LiveOutlet;
  readonly run: LiveRun;
  /** Tells the bars that closed since the run was last told, or before it began, as warm-up steps. */
  readonly catchUp: () => Promise<void>;
}

interface FeedSources {
  readonly sources: readonly MarketSource[];
  /** Their names, as bars and chunks tell them. */
  readonly source: string;
  readonly simulated: boolean;
  readonly environmentOf: (name: string) => SourceEnvironment;
}

/** Throws SettingsError naming the first setting that does not go with the others. */
const checkSettings = ({ symbols, kinds }: Settings): void => {
  if (symbols.length === 0) throw refusedSetting('TW_MARKET_DATA_SYMBOLS', 'is required with TW_MARKET_DATA_FEED');
  if (!kinds.some((kind) => kind !== 'book')) throw refusedSetting('TW_MARKET_DATA_KINDS', 'must have trades or quotes to make bars of');
};

const openFeedSources = async ({ clock, config, log }: Kit<Settings>): Promise<FeedSources> => {
  const environmentOf = (name: string): SourceEnvironment => ({
    clock,
    log: log.child({ source: name }),
    pause,
    directory: join(config.sourceDirectory, name),
  });
  const sources = openSources(await discoverSources(), config.feed, sourceVariables(), environmentOf);
  const simulated = sources.some(({ capabilities }) => capabilities.simulated);
  const source = sources.map(({ name }) => name).join(', ');
  if (simulated && !sources.every(({ capabilities }) => capabilities.simulated))
    throw refusedSetting('TW_MARKET_DATA_FEED', `${source}: simulated and real sources can't stand in for each other`);
  return { sources, source, simulated, environmentOf };
};

const planOf = (config: Settings & { readonly partitions: number }, { source, simulated }: FeedSources): StepAssemblyPlan => ({
  symbols: assembledSymbols(config.symbols, simulated ? 'NONE' : 'TAPE'),
  interval: config.interval,
  barsFrom: config.kinds.includes('trades') ? 'trades' : 'quotes',
  partitions: config.partitions,
  graceMs: config.graceMs,
  clock: 'TOLD',
  aheadMsMax: AHEAD_MS_MAX,
  chunkPricesMax: CHUNK_PRICES_MAX,
  chunkSpanMsMax: CHUNK_SPAN_MS,
  eventsRemembered: EVENTS_REMEMBERED,
  source,
});

/** Makes the feed that speaks to a sink. */
const feedOpener = (
  { clock, config }: Kit<Settings>,
  { sources, environmentOf }: FeedSources,
  plan: StepAssemblyPlan,
): ((sink: FeedSink) => FailoverFeed) => {
  const isOpen = (at: UnixNanos): boolean => plan.symbols.some(({ hours }) => hours.spanEndingAfter(at).openTime <= at);
  return (sink) =>
    new FailoverFeed(
      {
        ...FEED_LIMITS,
        sources,
        request: { symbols: config.symbols, kinds: config.kinds, interval: config.interval },
        policy: { ...POLICY, staleNanos: BigInt(config.staleMs) * NANOS_PER_MILLI },
        from: clock.now(),
        dataExpected: isOpen,
      },
      environmentOf('feed'),
      sink,
    );
};

/** Puts the live feed of the settings together. Rejects with SettingsError, UnknownInstrumentsError and SourceSettingsError. */
export const openLive = async (kit: Kit<Settings>, store: ReplayStore): Promise<LiveParts> => {
  const { bus, clock, config, log, registry } = kit;
  checkSettings(config);
  const feedSources = await openFeedSources(kit);
  const { sources, source, simulated } = feedSources;
  const plan = planOf(config, feedSources);
  const metrics = new LiveMetrics(registry);
  const history = new LiveHistory(store, source, log, (samples) => metrics.samples.inc(samples));
  const outlet = new LiveOutlet({
    bus,
    log,
    partitions: config.partitions,
    run: config.run,
    source,
    simulated,
    onDropped: ({ ticks }) => metrics.droppedTicks.inc(ticks.length),
    onStep: (step) => {
      metrics.step.set(step.step);
      history.addStep(step);
      run.told(step);
    },
  });
  const run = new LiveRun(config.run, source, outlet);
  const open = feedOpener(kit, feedSources, plan);
  const feed = new LiveFeed({ clock, log, plan, outlet, history, metrics, bookSampleMs: config.bookSampleMs, open });
  kit.onShutdown('sources', async () => {
    for (const each of sources) await each.close();
  });
  const catchUp = async (): Promise<void> => {
    const { symbols, interval, warmUpSessions: stepsMax } = config;
    const steps = await catchUpSteps({ sources, symbols, interval, after: outlet.toldAt, now: clock.now(), stepsMax, log });
    log.info({ run: config.run, steps: steps.length }, 'history before the feed');
    for (const step of steps) outlet.offer(step);
    await outlet.settled();
  };
  return { feed, outlet, run, catchUp };
};
