import type { Report } from '@tradewind/backtest';

import { type BacktestOptions, runBacktest } from './backtest-run.js';
import { type DemoOptions, runDemo as runDemoWithFiles } from './demo-run.js';

/** Demo options with the progress in plain numbers. */
export interface DemoRunOptions extends Omit<DemoOptions, 'onStep'> {
  readonly onStep?: (step: number, steps: number) => void;
}

/** The whole demo: starts the platform, replays, reports, stops. The report's files are in `var/<name>`. */
export const runDemo = async ({ onStep, ...options }: DemoRunOptions): Promise<Report> => {
  const result = await runDemoWithFiles({
    ...options,
    ...(onStep && { onStep: ({ done, total }: { done: number; total: number }) => onStep(done, total) }),
  });
  return result.run.report;
};

/** The demo's bars through the same pure code in this process, without the bus. */
export const backtestDemo = async (options: BacktestOptions): Promise<Report> => (await runBacktest(options)).report;

export type { BacktestOptions } from './backtest-run.js';
