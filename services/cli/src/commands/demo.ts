import { relative } from 'node:path';

import { renderReportText } from '@tradewind/backtest';
import { formatLogLine, isAtLeast, type Platform } from '@tradewind/local';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { runDemo } from '../demo-run.js';
import { CliError, EXIT } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { Progress } from '../progress.js';
import { DEMO_STATE } from '../state-names.js';

interface DemoFlags {
  readonly name: string;
  readonly partitions: number;
  readonly steps: number;
  readonly logs: boolean;
}

const PARTITIONS_MAX = 64;
const STEPS_MAX = 10_000_000;

/** Ctrl-C stops the platform in order; a second one ends the launcher, and its children end with it. */
export const stopOnInterrupt = (platform: Platform, say: (text: string) => void): void => {
  process.once('SIGINT', () => {
    say('stopping (Ctrl-C again: at once)');
    process.once('SIGINT', () => process.exit(EXIT.interrupted));
    void platform.stop().finally(() => process.exit(EXIT.interrupted));
  });
  process.once('SIGTERM', () => void platform.stop().finally(() => process.exit(EXIT.interrupted)));
};

export const registerDemo: RegisterCommand = (program, config) => {
  program
    .command('demo')
    .description('replay twenty years of real prices through every service, trade on paper, report')
    .option('--name <state>', 'keep the state in var/<state>, which is deleted first', DEMO_STATE)
    .option('--partitions <n>', 'partitions of the bus', wholeNumber(1, PARTITIONS_MAX), 1)
    .option('--steps <n>', 'stop after so many steps (0: all)', wholeNumber(0, STEPS_MAX), 0)
    .option('--logs', 'show what the services log, not only their errors', false)
    .action(async (flags: DemoFlags, command) => {
      const output = outputOf(command, config);
      const progress = new Progress(output);
      const say = (text: string): void => {
        progress.end();
        output.news('demo', { text }, text);
      };
      say(`starting from nothing: var/${flags.name} is deleted first`);
      const { run, files } = await runDemo({
        root: config.root,
        name: flags.name,
        partitions: flags.partitions,
        stepLimit: flags.steps,
        environment: config.environment,
        onPlatform: (platform) => stopOnInterrupt(platform, say),
        onStep: (point) => {
          progress.show(point);
          if (point.done === point.total) progress.end();
        },
        onProgress: say,
        onLog: (line) => {
          if (!isAtLeast(line.level, flags.logs ? 'info' : 'error')) return;
          progress.end();
          output.news('log', { ...line }, formatLogLine(line, config.colour));
        },
      });
      output.result({ ...run.report, files }, () =>
        [
          renderReportText(run, config),
          `Files: ${[files.page, files.json, files.equity, files.trades].map((path) => relative(config.root, path)).join(', ')}`,
          'Next: `tradewind lineage last` explains the last fill, `tradewind audit verify` checks the trail, `tradewind backtest` repeats the run in process.',
        ].join('\n'),
      );
      if (run.report.audit?.verified !== true)
        throw new CliError(EXIT.data, 'AUDIT_BROKEN', 'the audit chain of this run does not verify', 'run `tradewind audit verify`');
    });
};
