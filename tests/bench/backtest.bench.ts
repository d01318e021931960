import { fileURLToPath } from 'node:url';

import { createFeatureEngine, BASELINE_SET } from '@tradewind/features';
import { DEMO_PLAN, type MarketStep, replayDataset } from '@tradewind/market';
import { readDemoSources } from '@tradewind/replay-files';

import { trainOn } from '../../services/cli/src/baseline-model.js';
import { runInProcess } from '../../services/cli/src/in-process-run.js';
import { backtestSetting } from '../../services/cli/src/run-context.js';
import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const ROUNDS = 20;
/** Replays in one measured stretch, each with an account of its own: above 100,000 bars, collector and all, in a warm process. */
const ACCOUNTS = 12;
const root = fileURLToPath(new URL('../..', import.meta.url));

const barsOf = (steps: readonly MarketStep[]): number => steps.reduce((sum, step) => sum + step.bars.length, 0);

/** The floor: every bar is touched and nothing is decided. */
const featuresOnly = (steps: readonly MarketStep[]): number => {
  const engine = createFeatureEngine(BASELINE_SET);
  let warm = 0;
  for (const step of steps) for (const bar of step.bars) if (engine.onBar(bar).warm) warm += 1;
  return warm;
};

const run = async (report: Report): Promise<void> => {
  const dataset = replayDataset(DEMO_PLAN, await readDemoSources());
  const bars = barsOf(dataset.steps);
  const trainingSeconds = await fastestSeconds(1, () => trainOn(dataset));
  const trained = trainOn(dataset);
  const setting = await backtestSetting(root, { run: 'bench', profile: 'demo', partitions: 1 });
  const features = await fastestSeconds(ROUNDS, () => featuresOnly(dataset.steps));
  const model = { ...trained, version: 1 };
  const replay = (facts: 'all' | 'decisions'): Promise<void> => runInProcess({ ...setting, facts }, dataset.steps, model, () => undefined);
  const first = await fastestSeconds(1, () => replay('decisions'));
  const whole = await fastestSeconds(ROUNDS, () => replay('decisions'));
  const steady = await fastestSeconds(1, async () => {
    for (let account = 0; account < ACCOUNTS; account += 1) await replay('decisions');
  });
  const told = await fastestSeconds(ROUNDS, () => replay('all'));
  report.row('bars', bars, '');
  report.row('features alone', bars / features, 'bars/s');
  report.row('features, model, analyst, validation, risk, paper venue', bars / whole, 'bars/s');
  report.row('  the same, first replay of a process', bars / first, 'bars/s');
  report.row(`  the same, ${ACCOUNTS} accounts one after another, mean of all`, (bars * ACCOUNTS) / steady, 'bars/s');
  report.row('  the same, with vectors, predictions and analyses told', bars / told, 'bars/s');
  report.row('a bar', (whole / bars) * 1e6, 'us');
  report.ratio('against 200,000 bars/s', bars / whole, 200_000, 'above 1');
  report.row('training the baseline', trainingSeconds, 's');
};

export const benchmark: Benchmark = { name: 'backtest in process', run };
