import { readFile } from 'node:fs/promises';

import {
  type BacktestSetting,
  type FactListener,
  ReportCollector,
  reportEvents,
  type ReportFacts,
  type RunReport,
} from '@tradewind/backtest';
import { BASELINE_SET } from '@tradewind/features';
import { civilDate, DEMO_PLAN, findInstrument, replayDataset, type ReplayDataset } from '@tradewind/market';
import { parseManifest } from '@tradewind/models';
import { readDemoSources, readDirectorySources } from '@tradewind/replay-files';

import { trainOn } from './baseline-model.js';
import { manifestPathOf } from './commands/model.js';
import { CliError, EXIT } from './exit-codes.js';
import { type ModelFile, runInProcess } from './in-process-run.js';
import { backtestSetting, COSTS, folderParts, RUN_DEFAULTS, simulatedParts } from './run-context.js';
import { programVersion } from './versions.js';

export interface BacktestOptions {
  readonly root: string;
  readonly run?: string;
  readonly profile?: string;
  readonly partitions?: number;
  readonly stepLimit?: number;
  /** ONNX file as `tradewind model train` writes it, its manifest beside it; the baseline, trained on the spot, without it. */
  readonly model?: string;
  /** Folder of `<SYMBOL>.csv`; the demo's prices without it. */
  readonly data?: string;
  /** First session that may be traded on, with `data`. */
  readonly tradingFrom?: string;
  readonly onStep?: (done: number, total: number) => void;
  /** Told every fact, beside the report. */
  readonly onFact?: FactListener;
}

const WARM_UP_SESSIONS = 260;

const datasetOf = async ({ data, tradingFrom }: BacktestOptions): Promise<ReplayDataset> => {
  if (data === undefined) return replayDataset(DEMO_PLAN, await readDemoSources());
  const plan = { name: 'directory', tradingFrom: civilDate(tradingFrom ?? DEMO_PLAN.tradingFrom), warmUpSessions: WARM_UP_SESSIONS };
  return replayDataset(plan, await readDirectorySources(data));
};

/** Says why, by the first findings: a folder whose every row was refused looks like an empty one otherwise. */
const nothingToTrade = ({ symbols, faults, faultCount }: ReplayDataset): CliError => {
  const first = [...faults.values()].flatMap((found) => found.faults).slice(0, 3);
  const reasons = first.map(({ source, field, rule }) => `${source}${field === '' ? '' : ` ${field}`}: ${rule}`);
  return new CliError(
    EXIT.data,
    'NOTHING_TO_TRADE',
    `${symbols.join(', ')} have no bar that could be traded on; ${faultCount} findings${reasons.length === 0 ? '' : `, the first: ${reasons.join('; ')}`}`,
    'see `tradewind data check` and --trading-from',
  );
};

const readModel = async (path: string): Promise<ModelFile> => {
  const manifestPath = manifestPathOf(path);
  try {
    const [onnx, manifest] = await Promise.all([readFile(path), readFile(manifestPath, 'utf8')]);
    return { onnx, manifest: parseManifest(manifest), version: 1 };
  } catch (error) {
    throw new CliError(
      EXIT.configuration,
      'MODEL_UNREADABLE',
      `${path} and ${manifestPath} are not a usable model: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

/** The demo's baseline is trained before 2000 whatever data is tested on. */
const modelOf = async (options: BacktestOptions, dataset: ReplayDataset): Promise<ModelFile> => {
  if (options.model !== undefined) return readModel(options.model);
  const { onnx, manifest } = trainOn(options.data === undefined ? dataset : replayDataset(DEMO_PLAN, await readDemoSources()));
  return { onnx, manifest, version: 1 };
};

const isReported = (event: string): event is keyof ReportFacts => (reportEvents as readonly string[]).includes(event);

/** Runs a backtest in this process. Rejects with CliError, DailyFileError and ReportError. */
export const runBacktest = async (options: BacktestOptions): Promise<RunReport> => {
  const dataset = await datasetOf(options);
  if (dataset.from === undefined) throw nothingToTrade(dataset);
  const model = await modelOf(options, dataset);
  const run = options.run ?? RUN_DEFAULTS.run;
  const setting: BacktestSetting = {
    ...(await backtestSetting(options.root, {
      run,
      profile: options.profile ?? RUN_DEFAULTS.profile,
      partitions: options.partitions ?? 1,
    })),
    facts: options.onFact === undefined ? 'decisions' : 'all',
  };
  const steps = options.stepLimit === undefined || options.stepLimit === 0 ? dataset.steps : dataset.steps.slice(0, options.stepLimit);
  const collector = new ReportCollector();
  const startedAt = performance.now();
  const tell: FactListener = (event, fact) => {
    if (isReported(event)) collector.observe(event, fact as never);
    options.onFact?.(event, fact);
  };
  await runInProcess(setting, steps, model, tell, (done) => options.onStep?.(done, steps.length));
  const seconds = (performance.now() - startedAt) / 1_000;
  return collector.finish({
    kind: 'backtest',
    run,
    instruments: dataset.symbols.flatMap((symbol) => findInstrument(symbol) ?? []),
    costs: COSTS,
    replaySeconds: seconds,
    audit: null,
    latencyMs: null,
    versions: {
      tradewind: await programVersion(options.root),
      node: process.versions.node,
      model: `${model.manifest.model}@${model.version} ${model.manifest.digest.slice(0, 12)}`,
      features: `${BASELINE_SET.name}@${BASELINE_SET.version} ${BASELINE_SET.hash.slice(0, 12)}`,
    },
    simulated: options.data === undefined ? simulatedParts(['rules@1'], false) : folderParts(['rules@1']),
  });
};
