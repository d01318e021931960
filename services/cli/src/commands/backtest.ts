import { relative, resolve } from 'node:path';

import { renderReportText } from '@tradewind/backtest';

import { runBacktest } from '../backtest-run.js';
import { outputOf, type RegisterCommand } from '../command-output.js';
import { dateText, wholeNumber } from '../option-values.js';
import { writeReport } from '../report-files.js';
import { RUN_DEFAULTS } from '../run-context.js';

interface BacktestFlags {
  readonly run: string;
  readonly profile: string;
  readonly partitions: number;
  readonly steps: number;
  readonly out: string;
  readonly model?: string;
  readonly data?: string;
  readonly tradingFrom?: string;
}

export const registerBacktest: RegisterCommand = (program, config) => {
  program
    .command('backtest')
    .description("run the services' own code in this process, without the bus; its orders hash equals the demo's")
    .option('--data <folder>', "folder of <SYMBOL>.csv files; the demo's prices without it")
    .option('--trading-from <date>', 'first day that may be traded on, with --data', dateText)
    .option('--model <file>', 'ONNX model as `tradewind model train` writes it; the baseline, trained on the spot, without it')
    .option('--profile <name>', 'risk profile: demo, paper, trial, live', RUN_DEFAULTS.profile)
    .option('--run <id>', 'name of the run; ids of facts carry it', RUN_DEFAULTS.run)
    .option('--partitions <n>', 'partitions, as on the bus', wholeNumber(1, 64), 1)
    .option('--steps <n>', 'stop after so many steps (0: all)', wholeNumber(0, 10_000_000), 0)
    .option('--out <folder>', 'where the report goes', 'var/backtest')
    .action(async (flags: BacktestFlags, command) => {
      const output = outputOf(command, config);
      const run = await runBacktest({
        root: config.root,
        run: flags.run,
        profile: flags.profile,
        partitions: flags.partitions,
        stepLimit: flags.steps,
        ...(flags.model !== undefined && { model: flags.model }),
        ...(flags.data !== undefined && { data: flags.data }),
        ...(flags.tradingFrom !== undefined && { tradingFrom: flags.tradingFrom }),
      });
      const files = await writeReport(resolve(config.root, flags.out), run);
      const pace = run.report.barsReplayed / run.report.replaySeconds;
      output.result({ ...run.report, files, barsPerSecond: pace }, () =>
        [
          renderReportText(run, config),
          `${run.report.barsReplayed.toLocaleString('en-US')} bars at ${Math.round(pace).toLocaleString('en-US')} a second`,
          `Files: ${[files.page, files.json, files.equity, files.trades].map((path) => relative(config.root, path)).join(', ')}`,
        ].join('\n'),
      );
    });
};
