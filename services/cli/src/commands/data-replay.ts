import { relative, resolve } from 'node:path';

import { renderReportText } from '@tradewind/backtest';
import { formatLogLine, isAtLeast } from '@tradewind/local';
import { type BarInterval, findInstrument } from '@tradewind/market';
import { isoFromNanos, type Symbol } from '@tradewind/vocabulary';
import { InvalidArgumentError } from 'commander';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CATALOGUE_FOLDER } from '../data/catalogue-folder.js';
import { dayEnd, dayStart, intervalText, symbolList } from '../data/data-options.js';
import { runDemo } from '../demo-run.js';
import { CliError, EXIT } from '../exit-codes.js';
import { dateText, wholeNumber } from '../option-values.js';
import { Progress } from '../progress.js';
import { replayedParts } from '../run-context.js';
import { TICK_FEATURES } from '../tick-features.js';
import { stopOnInterrupt } from './demo.js';

const TICKS = ['trades', 'quotes', 'book'] as const;
const STATE = 'replay';
const PACE_MS_MAX = 86_400_000;

interface ReplayFlags {
  readonly symbols: readonly Symbol[];
  readonly interval: BarInterval;
  readonly from: string;
  readonly to: string;
  readonly tradingFrom?: string;
  readonly ticks: readonly string[];
  readonly records: readonly string[];
  readonly paceMs: number;
  readonly steps: number;
  readonly partitions: number;
  readonly name: string;
  readonly catalogue: string;
  readonly logs: boolean;
}

const tickList = (text: string): readonly string[] =>
  text.split(',').map((kind) => {
    if (!TICKS.some((known) => known === kind)) throw new InvalidArgumentError(`ticks are ${TICKS.join(', ')}`);
    return kind;
  });

/** What market-data is told: the catalogue and what of it. */
const settingsOf = (root: string, flags: ReplayFlags): Readonly<Record<string, string>> => ({
  ...(flags.ticks.length > 0 && { TW_FEATURES_SET: TICK_FEATURES }),
  TW_MARKET_DATA_CATALOGUE: resolve(root, flags.catalogue),
  TW_MARKET_DATA_SELECTION: JSON.stringify({
    symbols: flags.symbols,
    interval: flags.interval,
    from: isoFromNanos(dayStart(flags.from)),
    until: isoFromNanos(dayEnd(flags.to)),
    ticks: flags.ticks,
    records: flags.records,
    ...(flags.tradingFrom !== undefined && { tradingFrom: isoFromNanos(dayStart(flags.tradingFrom)) }),
  }),
});

export const registerDataReplay: RegisterCommand = (data, config) => {
  data
    .command('replay')
    .description(
      'replay a selection of the catalogue through every service, like the demo; with --ticks the bars are made of ticks as in a live feed',
    )
    .requiredOption('--symbols <list>', 'comma-separated, e.g. AIG', symbolList)
    .option('--interval <interval>', 'of the bars', intervalText, '1d' as BarInterval)
    .requiredOption('--from <date>', 'first day (UTC)', dateText)
    .requiredOption('--to <date>', 'last day (UTC)', dateText)
    .option('--trading-from <date>', 'first day that may be traded on; days before it warm features up', dateText)
    .option('--ticks <list>', `comma-separated: ${TICKS.join(', ')}`, tickList, [] as readonly string[])
    .option('--records <list>', 'series of records, e.g. action/,macro/DGS10', (text: string) => text.split(','), [] as readonly string[])
    .option('--pace-ms <ms>', 'time between steps (0: as fast as the pipeline is)', wholeNumber(0, PACE_MS_MAX), 0)
    .option('--steps <n>', 'stop after so many steps (0: all)', wholeNumber(0, 10_000_000), 0)
    .option('--partitions <n>', 'partitions of the bus', wholeNumber(1, 64), 1)
    .option('--name <state>', 'keep the state in var/<state>, which is deleted first', STATE)
    .option('--catalogue <folder>', 'folder of the catalogue', CATALOGUE_FOLDER)
    .option('--logs', 'show what the services log, not only their errors', false)
    .action(async (flags: ReplayFlags, command) => {
      const output = outputOf(command, config);
      const progress = new Progress(output);
      if (dayStart(flags.from) >= dayEnd(flags.to)) throw new CliError(EXIT.usage, 'DATES', `${flags.from} is after ${flags.to}`);
      if (flags.ticks.length === 1 && flags.ticks[0] === 'book')
        throw new CliError(EXIT.usage, 'TICKS', 'bars are made of trades or quotes: --ticks trades,book');
      const say = (text: string): void => {
        progress.end();
        output.news('replay', { text }, text);
      };
      say(`starting from nothing: var/${flags.name} is deleted first`);
      const { run, files } = await runDemo({
        root: config.root,
        name: flags.name,
        partitions: flags.partitions,
        stepLimit: flags.steps,
        environment: config.environment,
        data: {
          settings: settingsOf(config.root, flags),
          instruments: flags.symbols.flatMap((symbol) => findInstrument(symbol) ?? []),
          simulated: (analysts) => replayedParts(analysts, flags.ticks.length > 0),
          interval: flags.interval,
          paceMs: flags.paceMs,
        },
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
        ].join('\n'),
      );
      if (run.report.audit?.verified !== true)
        throw new CliError(EXIT.data, 'AUDIT_BROKEN', 'the audit chain of this run does not verify', 'run `tradewind audit verify`');
    });
};
