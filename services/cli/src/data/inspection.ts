import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { Catalogue, CatalogueEntry } from '@tradewind/catalogue';
import type { TradingCalendar } from '@tradewind/market';
import { inspectRecorded, type InspectionSettings } from '@tradewind/sources';
import { isoFromNanos, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { CliError, EXIT } from '../exit-codes.js';
import { dataError } from './catalogue-folder.js';
import { DataInspector, type DataReport } from './findings.js';
import { proposalsFor } from './vendor-history.js';

/** Judging looks back: whatever is known by now may be known. */
const END_OF_TIME = nanosFromMillis(Date.UTC(2200, 0, 1));

/** Judges a file, or those of a folder; undefined when there is no such path. Rejects with CliError. */
export const checkFiles = async (
  path: string,
  settings: InspectionSettings,
  calendar: TradingCalendar | undefined,
): Promise<DataReport | undefined> => {
  if (!existsSync(path)) return undefined;
  const inspector = new DataInspector(calendar);
  try {
    const files = new Set<string>();
    for await (const { file, bars, lines, ticks, faults } of inspectRecorded(path, settings)) {
      files.add(file);
      for (const fault of faults) inspector.lostRow({ ...fault, file: basename(fault.file) }, file);
      for (const [index, bar] of bars.entries()) inspector.bar(bar, file, lines[index] ?? 0);
      for (const tick of ticks) inspector.tick(tick, file, tick.sequence);
    }
    const folder = statSync(path).isDirectory();
    for (const file of files)
      for (const { proposal, line } of await proposalsFor(folder ? join(path, file) : path)) inspector.repair(proposal, file, line);
  } catch (error) {
    throw dataError(error);
  }
  return inspector.finish();
};

/** Judges entries of the catalogue by name, and first whether their files are whole. Rejects with CliError when no entry has the name. */
export const checkCatalogue = async (catalogue: Catalogue, what: string, calendar: TradingCalendar | undefined): Promise<DataReport> => {
  const entries = (await catalogue.ls()).filter(({ name }) => what === 'all' || name === what || name.startsWith(`${what}/`));
  if (entries.length === 0)
    throw new CliError(
      EXIT.usage,
      'NOTHING_THERE',
      `'${what}' is neither a file nor in the catalogue`,
      '`tradewind data ls` shows what there is',
    );
  const inspector = new DataInspector(calendar);
  const names = new Set(entries.map(({ name }) => name));
  for await (const { part, file, rule } of catalogue.verify())
    if (names.has(part.slice(0, part.lastIndexOf('/'))))
      inspector.lostRow({ file: part, line: 0, code: 'FILE_DAMAGED', field: file, rule }, part);
  for (const entry of entries) await judgeEntry(catalogue, entry, inspector);
  return inspector.finish(await knownSplits(catalogue));
};

/** `<symbol>/<date>` of every split in the catalogue. */
const knownSplits = async (catalogue: Catalogue): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for await (const records of catalogue.records({ asOf: END_OF_TIME, series: ['action/split'] }))
    for (const { symbol, eventTime } of records) found.add(`${symbol ?? ''}/${isoFromNanos(eventTime).slice(0, 10)}`);
  return found;
};

const judgeEntry = async (
  catalogue: Catalogue,
  { name, kind, symbol, interval, firstAt, lastAt }: CatalogueEntry,
  inspector: DataInspector,
): Promise<void> => {
  if (symbol === undefined) return;
  const span = { symbols: [symbol], from: firstAt, until: (lastAt + 1n) as UnixNanos };
  if (kind === 'bars') {
    for await (const bars of catalogue.bars({ ...span, interval: interval! })) for (const bar of bars) inspector.bar(bar, name, 0);
  } else if (kind !== 'records') {
    for await (const { ticks } of catalogue.ticks({ ...span, kinds: [kind] })) for (const tick of ticks) inspector.tick(tick, name, 0);
  }
};
