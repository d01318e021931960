import { fileURLToPath } from 'node:url';

import { createFeatureEngine, BASELINE_SET } from '@tradewind/features';
import { DEMO_PLAN, type MarketStep, replayDataset } from '@tradewind/market';
import { readDemoSources } from '@tradewind/replay-files';

import { trainOn } from '../../services/cli/src/baseline-model.js';
import { runInProcess } from '../../services/cli/src/in-process-run.js';
import { backtestSetting } from '../../services/cli/src/run-context.js';
import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const ROUNDS = 20;
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
  const whole = await fastestSeconds(ROUNDS, () => runInProcess(setting, dataset.steps, { ...trained, version: 1 }, () => undefined));
  report.row('bars', bars, '');
  report.row('features alone', bars / features, 'bars/s');
  report.row('features, model, analyst, validation, risk, paper venue', bars / whole, 'bars/s');
  report.row('a bar', (whole / bars) * 1e6, 'us');
  report.ratio('against 200,000 bars/s', bars / whole, 200_000, 'above 1');
  report.row('training the baseline', trainingSeconds, 's');
};

export const benchmark: Benchmark = { name: 'backtest in process', run };
