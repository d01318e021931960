import { join } from 'node:path';

import { CHUNK_PRICES_MAX, type StepAssemblyPlan } from '@tradewind/market';
import type { Kit } from '@tradewind/service-kit';
import { FailoverFeed, type FeedSink } from '@tradewind/sources';
import { NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import { assembledSymbols } from './assembly.js';
import type { Settings } from './config.js';
import { catchUpSteps } from './live-catch-up.js';
import { LiveFeed } from './live-feed.js';
import { LiveHistory } from './live-history.js';
import { LiveMetrics } from './live-metrics.js';
import { LiveOutlet, NO_RECORDS } from './live-outlet.js';
import { LiveRecording } from './live-recording.js';
import { LiveRecords } from './live-records.js';
import { LiveRun } from './live-run.js';
import { type FeedSources, openFeedSources } from './live-sources.js';
import { collectorsOf } from './record-collectors.js';
import type { ReplayStore } from './store.js';

const SECOND_NANOS = 1_000n * NANOS_PER_MILLI;
const CHUNK_SPAN_MS = 100;
const AHEAD_MS_MAX = 5_000;
const EVENTS_REMEMBERED = 16_384;
/** Of the folder for what sources keep: what runs collected. */
const RECORDS_FOLDER = 'records';
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

export interface LiveParts {
  readonly feed: LiveFeed;
  readonly outlet: LiveOutlet;
  readonly run: LiveRun;
  /** Tells the bars that closed since the run was last told, or before it began, as warm-up steps. */
  readonly catchUp: () => Promise<void>;
  /** Gathers what becomes known beside the feed; undefined when the settings want nothing of it. */
  readonly records: LiveRecords | undefined;
}

const planOf = (config: Settings & { readonly partitions: number }, { source, simulated, kinds }: FeedSources): StepAssemblyPlan => ({
  symbols: assembledSymbols(config.symbols, simulated ? 'NONE' : 'TAPE'),
  interval: config.interval,
  barsFrom: kinds.includes('trades') ? 'trades' : 'quotes',
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
  { sources, kinds, environmentOf }: FeedSources,
  plan: StepAssemblyPlan,
): ((sink: FeedSink) => FailoverFeed) => {
  const isOpen = (at: UnixNanos): boolean => plan.symbols.some(({ hours }) => hours.spanEndingAfter(at).openTime <= at);
  return (sink) =>
    new FailoverFeed(
      {
        ...FEED_LIMITS,
        sources,
        request: { symbols: config.symbols, kinds, interval: config.interval },
        policy: { ...POLICY, staleNanos: BigInt(config.staleMs) * NANOS_PER_MILLI },
        from: clock.now(),
        dataExpected: isOpen,
      },
      environmentOf('feed'),
      sink,
    );
};

const recordsOf = (kit: Kit<Settings>, { recordSources, environmentOf }: FeedSources, metrics: LiveMetrics): LiveRecords | undefined => {
  const { config, log } = kit;
  if (config.records.length === 0) return undefined;
  const environment = { ...environmentOf('records'), directory: join(config.sourceDirectory, RECORDS_FOLDER) };
  const { symbols, partitions, run } = config;
  return new LiveRecords({
    collectors: collectorsOf(config.records),
    sources: recordSources,
    symbols,
    partitions,
    run,
    environment,
    metrics,
    log,
  });
};

/** Puts the live feed of the settings together. Rejects with SettingsError, UnknownInstrumentsError and SourceSettingsError. */
export const openLive = async (kit: Kit<Settings>, store: ReplayStore): Promise<LiveParts> => {
  const { bus, clock, config, log, registry } = kit;
  const feedSources = await openFeedSources(kit);
  const { sources, source, simulated } = feedSources;
  const plan = planOf(config, feedSources);
  const metrics = new LiveMetrics(registry);
  const history = new LiveHistory(store, source, log, (samples) => metrics.samples.inc(samples));
  const records = recordsOf(kit, feedSources, metrics);
  const { recordTo } = config;
  const recording =
    recordTo === undefined ? undefined : new LiveRecording({ directory: recordTo, source, barsFrom: plan.barsFrom, metrics, log });
  const outlet = new LiveOutlet({
    bus,
    log,
    partitions: config.partitions,
    run: config.run,
    source,
    simulated,
    records: records ?? NO_RECORDS,
    onTicks: (chunk) => recording?.addTicks(chunk),
    onDropped: ({ ticks }) => metrics.droppedTicks.inc(ticks.length),
    onStep: (step) => {
      metrics.step.set(step.step);
      for (const { code } of step.faults) metrics.faults.inc({ code });
      history.addStep(step);
      recording?.addStep(step);
      run.told(step);
    },
  });
  const run = new LiveRun(config.run, source, outlet);
  const open = feedOpener(kit, feedSources, plan);
  const feed = new LiveFeed({ clock, log, plan, outlet, history, metrics, bookSampleMs: config.bookSampleMs, open });
  kit.onShutdown('sources', async () => {
    for (const each of new Set([...sources, ...feedSources.recordSources])) await each.close();
  });
  if (records !== undefined) kit.onShutdown('records', () => records.stop());
  if (recording !== undefined) {
    recording.start();
    kit.onShutdown('recording', () => recording.stop());
  }
  const catchUp = async (): Promise<void> => {
    const { symbols, interval, warmUpSessions: stepsMax } = config;
    const steps = await catchUpSteps({ sources, symbols, interval, after: outlet.toldAt, now: clock.now(), stepsMax, log });
    log.info({ run: config.run, steps: steps.length }, 'history before the feed');
    for (const step of steps) outlet.offer(step);
    await outlet.settled();
  };
  return { feed, outlet, run, catchUp, records };
};
