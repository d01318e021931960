import { join } from 'node:path';

import type { AuditLine, RunReport } from '@tradewind/backtest';
import { BASELINE_SET, type FeatureSet } from '@tradewind/features';
import { readFeatureSets } from '@tradewind/feature-sets';
import { type LogLine, Platform, resetState, stateDirectory } from '@tradewind/local';
import { type BarInterval, DEMO_FILES, DEMO_PLAN, instrumentOf, replayDataset } from '@tradewind/market';
import type { TrainedModel } from '@tradewind/models';
import type { Bus } from '@tradewind/messaging';
import { readDemoSources } from '@tradewind/replay-files';
import type { Instrument } from '@tradewind/vocabulary';

import { AUDIT_SCHEMA, AuditTrail } from './audit-trail.js';
import { trainOn } from './baseline-model.js';
import { reportFromBus } from './bus-report.js';
import { type PublishedModel, publishAsChampion } from './model-publishing.js';
import type { ProgressPoint } from './progress.js';
import { withBus, withDatabase } from './reach.js';
import { waitForAudit, watchReplay } from './replay-watch.js';
import { type ReportFiles, writeReport } from './report-files.js';
import { askPatiently } from './requests.js';
import { COSTS, RUN_DEFAULTS, simulatedParts } from './run-context.js';
import { DEMO_STATE } from './state-names.js';
import { programVersion } from './versions.js';

export interface DemoOptions {
  readonly root: string;
  /** State directory var/<name>, deleted first; `demo` without it. */
  readonly name?: string;
  readonly partitions?: number;
  /** Steps at most; all of them without it. */
  readonly stepLimit?: number;
  /** What is replayed instead of the demo's bars. */
  readonly data?: ReplayedData;
  readonly environment?: NodeJS.ProcessEnv;
  readonly onPlatform?: (platform: Platform) => void;
  readonly onStep?: (point: ProgressPoint) => void;
  readonly onLog?: (line: LogLine) => void;
  /** Told what is being done, in words. */
  readonly onProgress?: (text: string) => void;
}

/** A selection of the catalogue, replayed like the demo. */
export interface ReplayedData {
  /** Of market-data: where its bars and ticks come from. */
  readonly settings: Readonly<Record<string, string>>;
  readonly instruments: readonly Instrument[];
  /** Of the bars. */
  readonly interval: BarInterval;
  /** What of it is not the real world, in plain words. */
  readonly simulated: (analysts: readonly string[]) => readonly string[];
  /** Time between steps; 0 for as fast as the pipeline is. */
  readonly paceMs: number;
}

export interface DemoResult {
  readonly run: RunReport;
  readonly files: ReportFiles;
}

const READ_ATTEMPTS_MAX = 5;
const READ_RETRY_MS = 1_000;

/** Reading may be repeated: a store that restarts meanwhile only delays it. */
const patiently = async <T>(read: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === READ_ATTEMPTS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, READ_RETRY_MS));
    }
  }
};

/** Reads the chain that was just written and verifies it from the first record on. */
const verifyAudit = (databaseUrl: string): Promise<{ readonly line: AuditLine; readonly analysts: readonly string[] }> =>
  withDatabase(databaseUrl, AUDIT_SCHEMA, async (client) => {
    const trail = new AuditTrail(client);
    const result = await trail.verify({}, () => undefined);
    const line = { records: result?.records ?? 0, verified: result?.ok === true, head: result?.head ?? '' };
    return { line, analysts: await trail.analysts() };
  });

/** The set that the features service was told to compute. */
const featureSetOf = async ({ data }: DemoOptions): Promise<FeatureSet> => {
  const reference = data?.settings['TW_FEATURES_SET'];
  return reference === undefined ? BASELINE_SET : (await readFeatureSets()).named(reference);
};

const featureSetLine = ({ name, version, hash }: FeatureSet): string => `${name}@${version} ${hash.slice(0, 12)}`;

const versionsOf = async (bus: Bus, platform: Platform, options: DemoOptions, model: PublishedModel): Promise<Record<string, string>> => ({
  tradewind: await programVersion(options.root),
  node: process.versions.node,
  'nats-server': bus.connection.info?.version ?? 'unknown',
  postgres: await withDatabase(
    platform.databaseUrl,
    'public',
    async (client) => (await client.query<{ server_version: string }>('SHOW server_version')).rows[0]!.server_version,
  ),
  model: `${model.model}@${model.version} ${model.digest.slice(0, 12)}`,
  features: featureSetLine(await featureSetOf(options)),
});

const train = async (): Promise<TrainedModel> => trainOn(replayDataset(DEMO_PLAN, await readDemoSources()));

const replayAndReport = async (platform: Platform, bus: Bus, options: DemoOptions, trained: TrainedModel): Promise<RunReport> => {
  const say = options.onProgress ?? (() => undefined);
  const { run } = RUN_DEFAULTS;
  // 1. A model to decide with.
  const model = await publishAsChampion(bus, trained, 'tradewind demo', 'baseline of the demo');
  say(`model ${model.model}@${model.version} is the champion (${model.digest.slice(0, 12)})`);
  // 2. The bars, step by step.
  const paceMs = options.data?.paceMs ?? 0;
  const mode = paceMs > 0 ? 'paced' : 'lockstep';
  await askPatiently(bus, 'market.replay-start', { run, mode, paceMs, stepLimit: BigInt(options.stepLimit ?? 0) });
  const replay = await watchReplay(bus, { onStep: options.onStep ?? (() => undefined), gaveUp: () => platform.failure });
  // 3. The record of it, complete and verified.
  say('waiting for the audit trail, then verifying it');
  await waitForAudit(bus);
  const { line, analysts } = await patiently(() => verifyAudit(platform.databaseUrl));
  // 4. What it was worth.
  return reportFromBus(bus, {
    kind: options.data === undefined ? 'demo' : 'replay',
    run,
    ...(options.data && { interval: options.data.interval }),
    instruments:
      options.data?.instruments ??
      DEMO_FILES.map(({ symbol }) => instrumentOf(symbol)).sort((left, right) => (left.symbol < right.symbol ? -1 : 1)),
    costs: COSTS,
    replaySeconds: replay.seconds,
    audit: line,
    versions: await patiently(() => versionsOf(bus, platform, options, model)),
    simulated: [...(options.data?.simulated(analysts) ?? simulatedParts(analysts, true))],
  });
};

/**
 * Starts the whole platform on an empty state, replays the demo's bars through it, reports, stops it. Everything it started has ended when
 * it resolves or rejects. Rejects with LaunchError and CliError.
 */
export const runDemo = async (options: DemoOptions): Promise<DemoResult> => {
  const name = options.name ?? DEMO_STATE;
  const say = options.onProgress ?? (() => undefined);
  resetState(options.root, name);
  const platform = await Platform.start({
    root: options.root,
    name,
    mode: (options.data?.paceMs ?? 0) > 0 ? 'realtime' : 'lockstep',
    partitions: options.partitions ?? 1,
    account: RUN_DEFAULTS.account,
    // The demo's limits, as the backtest has them, whatever the profile of the machine is.
    settings: { TW_RISK_PROFILE: RUN_DEFAULTS.profile, ...options.data?.settings },
    ...(options.environment && { environment: options.environment }),
    ...(options.onLog && { onLog: options.onLog }),
    onProgress: say,
  });
  try {
    options.onPlatform?.(platform);
    say('training the baseline on NASDAQ-100 bars before 2000');
    const trained = await train();
    const run = await withBus(platform.natsUrl, (bus) => replayAndReport(platform, bus, options, trained));
    return { run, files: await writeReport(join(stateDirectory(options.root, name)), run) };
  } finally {
    await platform.stop();
  }
};
