import type { BackfillKind } from '@tradewind/catalogue';
import { type BarInterval, calendarOf, type TradingCalendar } from '@tradewind/market';
import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { outputOf, type RegisterCommand } from '../command-output.js';
import { CATALOGUE_FOLDER, withPresentCatalogue } from '../data/catalogue-folder.js';
import { BACKFILL_KINDS, dayEnd, dayStart, intervalText, kindList, symbolList, textList } from '../data/data-options.js';
import type { DataFinding, DataReport } from '../data/findings.js';
import { checkCatalogue, checkFiles } from '../data/inspection.js';
import { runBackfill } from '../data/source-backfill.js';
import { CliError, EXIT } from '../exit-codes.js';
import { dateText } from '../option-values.js';
import { table } from '../output.js';
import { registerDataReplay } from './data-replay.js';

const FINDINGS_SHOWN = 40;

const CALENDAR_HELP = 'whose sessions days belong to, by ISO code; 24/7 for what never closes';

const calendarNamed = (name: string): TradingCalendar | undefined => {
  try {
    return name === '24/7' ? undefined : calendarOf(name);
  } catch (error) {
    throw new CliError(EXIT.usage, 'CALENDAR', (error as Error).message);
  }
};

interface BackfillFlags {
  readonly source: string;
  readonly symbols: readonly Symbol[];
  readonly interval: BarInterval;
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly BackfillKind[];
  readonly series?: readonly string[];
  readonly path?: string;
  readonly calendar: string;
  readonly catalogue: string;
}

const bytesText = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
const instant = (at: UnixNanos): string => isoFromNanos(at).slice(0, 16).replace('T', ' ');

const registerLs: RegisterCommand = (data, config) => {
  data
    .command('ls')
    .description('what the catalogue holds')
    .option('--catalogue <folder>', 'folder of the catalogue', CATALOGUE_FOLDER)
    .action(async (flags: { readonly catalogue: string }, command) => {
      const entries = await withPresentCatalogue(config, flags.catalogue, (catalogue) => catalogue.ls());
      const shown = entries.map((entry) => ({ ...entry, firstAt: isoFromNanos(entry.firstAt), lastAt: isoFromNanos(entry.lastAt) }));
      outputOf(command, config).result(shown, () =>
        entries.length === 0
          ? 'the catalogue is empty: `tradewind data backfill` fills it'
          : table(
              ['what', 'items', 'from', 'to', 'size', 'replaced', 'sources'],
              entries.map((entry) => [
                entry.name,
                entry.items.toLocaleString('en-US'),
                instant(entry.firstAt),
                instant(entry.lastAt),
                bytesText(entry.bytes),
                String(entry.superseded),
                entry.sources.length > 2 ? `${entry.sources[0]!} and ${entry.sources.length - 1} more` : entry.sources.join(', '),
              ]),
            ),
      );
    });
};

const registerBackfill: RegisterCommand = (data, config) => {
  data
    .command('backfill')
    .description('fetch history from a source into the catalogue; stop and go on at any time')
    .requiredOption('--source <name>', 'recorded, alpaca, interactive-brokers, alpha-vantage, yahoo, finnhub or questrade')
    .option('--symbols <list>', 'comma-separated, e.g. SPY,AAPL', symbolList, [] as readonly Symbol[])
    .option('--interval <interval>', 'of bars: 1d, 1h, 5m, 1m, 1s', intervalText, '1d' as BarInterval)
    .requiredOption('--from <date>', 'first day (UTC)', dateText)
    .requiredOption('--to <date>', 'last day (UTC)', dateText)
    .option('--kinds <list>', `comma-separated: ${BACKFILL_KINDS.join(', ')}`, kindList, ['bars'] as readonly BackfillKind[])
    .option('--series <list>', "of records, e.g. macro/DGS10; all the source's without it", textList)
    .option('--path <folder>', 'recorded: folder of the files, or one file')
    .option('--calendar <exchange>', CALENDAR_HELP, 'XNYS')
    .option('--catalogue <folder>', 'folder of the catalogue', CATALOGUE_FOLDER)
    .action(async (flags: BackfillFlags, command) => {
      const output = outputOf(command, config);
      const { symbols, interval, kinds, series } = flags;
      if (dayStart(flags.from) >= dayEnd(flags.to)) throw new CliError(EXIT.usage, 'DATES', `${flags.from} is after ${flags.to}`);
      if (symbols.length === 0 && kinds.some((kind) => kind !== 'records'))
        throw new CliError(EXIT.usage, 'SYMBOLS', 'name the symbols: --symbols SPY,AAPL');
      const request = { symbols, interval, kinds, series: series ?? [], from: dayStart(flags.from), until: dayEnd(flags.to) };
      const result = await runBackfill(config, output, {
        source: flags.source,
        catalogue: flags.catalogue,
        calendar: calendarNamed(flags.calendar),
        request,
        ...(flags.path !== undefined && { path: flags.path }),
      });
      const { skipped } = result;
      output.result(result, () =>
        [
          `${result.fetched} of ${result.chunks} chunks fetched: ${result.added.toLocaleString('en-US')} new, ${result.superseded} corrected, ${result.duplicates.toLocaleString('en-US')} there already`,
          `left out: ${skipped.done} stored before, ${skipped.covered} complete in the catalogue, ${skipped.closed} without a session, ${skipped.future} in the future`,
          ...result.failed.map(({ chunk, message }) => `failed: ${chunk}: ${message}`),
          ...(result.stopped ? ['stopped; the same command goes on'] : []),
        ].join('\n'),
      );
      if (result.stopped) process.exitCode = EXIT.interrupted;
      else if (result.failed.length > 0)
        throw new CliError(EXIT.failure, 'CHUNKS_FAILED', `${result.failed.length} chunks could not be fetched`);
    });
};

const findingLine = ({ severity, code, file, line, symbol, at, field, rule, proposal }: DataFinding): string =>
  `${severity.padEnd(7)} ${code.padEnd(20)} ${file}${line > 0 ? `:${line}` : ''} ${[symbol, at, field].filter((text) => text !== '').join(' ')}: ${rule}${proposal === '' ? '' : ` (${proposal})`}`;

const reportText = (what: string, { bars, ticks, errors, warnings, byCode, scores, findings }: DataReport): string =>
  [
    ...findings.slice(0, FINDINGS_SHOWN).map(findingLine),
    ...(errors + warnings > FINDINGS_SHOWN ? [`… ${(errors + warnings - FINDINGS_SHOWN).toLocaleString('en-US')} more`] : []),
    ...(findings.length > 0
      ? [
          '',
          table(
            ['finding', 'times'],
            Object.entries(byCode).map(([code, times]) => [code, times.toLocaleString('en-US')]),
          ),
          '',
        ]
      : []),
    ...(scores.length > 0
      ? [
          table(
            ['series', 'score', ''],
            scores.map(({ series, score, tradable }) => [series, score.toFixed(3), tradable ? '' : 'trading would stop']),
          ),
          '',
        ]
      : []),
    `${what}: ${bars.toLocaleString('en-US')} bars, ${ticks.toLocaleString('en-US')} ticks, ${errors} errors, ${warnings} warnings`,
  ].join('\n');

interface CheckFlags {
  readonly catalogue: string;
  readonly calendar: string;
  readonly timeZone?: string;
  readonly stamps?: string;
  readonly interval?: BarInterval;
  readonly columns?: string;
}

const registerCheck: RegisterCommand = (data, config) => {
  data
    .command('check')
    .description('judge a file, a folder of files, or a selection of the catalogue such as bars/SPY/1d; 65 when there are errors')
    .argument('<what>', 'path, or name of catalogue entries as `tradewind data ls` shows them (`all` for everything)')
    .option('--catalogue <folder>', 'folder of the catalogue', CATALOGUE_FOLDER)
    .option('--calendar <exchange>', CALENDAR_HELP, 'XNYS')
    .option('--time-zone <zone>', 'of times in tables that say none')
    .option('--stamps <which>', 'intraday times are the start or the end of a bar')
    .option('--interval <interval>', 'of tables whose name does not say it', intervalText)
    .option('--columns <json>', 'which columns are which, e.g. {"time":"ts"}')
    .action(async (what: string, flags: CheckFlags, command) => {
      const calendar = calendarNamed(flags.calendar);
      const { catalogue, ...settings } = flags;
      const report =
        (await checkFiles(what, settings, calendar)) ??
        (await withPresentCatalogue(config, catalogue, (one) => checkCatalogue(one, what, calendar)));
      outputOf(command, config).result({ what, ...report }, () => reportText(what, report));
      if (report.errors > 0) throw new CliError(EXIT.data, 'DATA_FAULTY', `${report.errors} errors in ${what}`);
    });
};

export const registerData: RegisterCommand = (program, config) => {
  const data = program.command('data').description('market history: catalogue, backfill, quality, replay');
  registerLs(data, config);
  registerBackfill(data, config);
  registerCheck(data, config);
  registerDataReplay(data, config);
};
