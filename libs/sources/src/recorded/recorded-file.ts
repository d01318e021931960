import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

import { type BarInterval, type CivilDate, parseBarInterval, parseCivilDate } from '@tradewind/market';
import { type Symbol, symbolOf } from '@tradewind/vocabulary';

import { headOf } from './client.js';

interface Located {
  readonly path: string;
  /** Below the folder that was asked for, for messages and as the source of bars. */
  readonly name: string;
  readonly symbol: Symbol;
}

/** What a file is, by its name, its folder and, for tables, its header. */
export type RecordedFile = Located &
  (
    | { readonly format: 'lean-bars'; readonly resolution: 'daily' | 'hour' }
    | { readonly format: 'lean-bars'; readonly resolution: 'minute' | 'second'; readonly date: CivilDate }
    | { readonly format: 'lean-trades' | 'lean-quotes'; readonly date: CivilDate }
    | { readonly format: 'lean-factors' | 'lean-map' }
    | { readonly format: 'lobster'; readonly date: CivilDate; readonly bookPath: string | undefined }
    | { readonly format: 'databento-csv' | 'databento-dbn'; readonly date: CivilDate }
    | { readonly format: 'csv'; readonly interval: BarInterval }
    | { readonly format: 'parquet'; readonly interval: BarInterval }
  );

const FILES_MAX = 200_000;
const HEAD_BYTES = 16_384;
const LEAN_SPANNING = /(?:^|\/)(daily|hour)\/([a-z0-9.]+)\.zip$/;
const LEAN_DAY = /(?:^|\/)(minute|second|tick)\/([a-z0-9.]+)\/(\d{8})_(trade|quote)\.zip$/;
const LEAN_TABLE = /(?:^|\/)(factor_files|map_files)\/([a-z0-9.]+)\.csv$/;
const LOBSTER = /(?:^|\/)([A-Z0-9.]+)_(\d{4}-\d{2}-\d{2})_(?:\d+_\d+_)?message(?:_\w+)?\.csv(?:\.gz)?$/;
const DATABENTO = /(?:^|\/)([A-Za-z0-9]+)-[a-z0-9-]+-(\d{8})\.mbo\.(?:(csv)(?:\.gz)?|dbn(?:\.zst)?)$/;
const TABLE = /(?:^|\/)([A-Za-z0-9.=^-]+?)(?:[_-](\d{1,5}(?:s|m|min|h|d|w|wk))(?:[_-][\w-]*)?)?\.(csv|csv\.gz|parquet)$/;

/** LEAN writes `tap.a`; no subject can carry a dot. */
const symbolFrom = (text: string): Symbol | undefined => {
  try {
    return symbolOf(text.toUpperCase().replaceAll(/[.=^]/g, '-'));
  } catch {
    return undefined;
  }
};

const dateFrom = (digits: string): CivilDate | undefined =>
  parseCivilDate(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`);

/** The interval of a table: its name's, else `1d` when its column is a date, else the one in the settings. */
const intervalOf = (path: string, told: string | undefined, otherwise: BarInterval | undefined): BarInterval | undefined => {
  const text = told?.replace('min', 'm').replace('wk', 'w');
  if (text !== undefined && parseBarInterval(text).ok) return text as BarInterval;
  if (otherwise !== undefined || path.endsWith('.parquet')) return otherwise;
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const [header = '', first = ''] = headOf(path, head.subarray(0, readSync(file, head)))
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
    const time = header
      .toLowerCase()
      .split(',')
      .map((name) => name.trim().replaceAll('"', ''))
      .indexOf('date');
    const text_ = time < 0 ? undefined : first.split(',')[time]?.trim().replaceAll('"', '');
    return text_ !== undefined && /^(\d{4}-\d{2}-\d{2}|\d{2}\/\d{2}\/\d{4}|\d{8})$/.test(text_) ? '1d' : undefined;
  } finally {
    closeSync(file);
  }
};

const leanFile = (located: { readonly path: string; readonly name: string }, path: string): RecordedFile | undefined => {
  const [, spanning, spanningSymbol] = LEAN_SPANNING.exec(path) ?? [];
  const [, resolution, daySymbol, digits, side] = LEAN_DAY.exec(path) ?? [];
  const [, table, tableSymbol] = LEAN_TABLE.exec(path) ?? [];
  const symbol = symbolFrom(spanningSymbol ?? daySymbol ?? tableSymbol ?? '');
  if (symbol === undefined) return undefined;
  if (spanning !== undefined) return { ...located, symbol, format: 'lean-bars', resolution: spanning as 'daily' | 'hour' };
  if (table !== undefined) return { ...located, symbol, format: table === 'factor_files' ? 'lean-factors' : 'lean-map' };
  const date = dateFrom(digits!);
  if (date === undefined) return undefined;
  if (resolution === 'tick') return { ...located, symbol, format: side === 'trade' ? 'lean-trades' : 'lean-quotes', date };
  return side === 'trade' ? { ...located, symbol, format: 'lean-bars', resolution: resolution as 'minute' | 'second', date } : undefined;
};

const bookFile = (located: { readonly path: string; readonly name: string }, path: string): RecordedFile | undefined => {
  const lobster = LOBSTER.exec(path);
  if (lobster !== null) {
    const [symbol, date] = [symbolFrom(lobster[1]!), parseCivilDate(lobster[2]!)];
    return symbol === undefined || date === undefined ? undefined : { ...located, symbol, format: 'lobster', date, bookPath: undefined };
  }
  const databento = DATABENTO.exec(path);
  if (databento === null) return undefined;
  const [symbol, date] = [symbolFrom(databento[1]!), dateFrom(databento[2]!)];
  if (symbol === undefined || date === undefined) return undefined;
  return { ...located, symbol, format: databento[3] === 'csv' ? 'databento-csv' : 'databento-dbn', date };
};

/** What a file is; undefined when it is none that is known. */
export const recordedFile = (path: string, root: string, interval: BarInterval | undefined): RecordedFile | undefined => {
  const name = relative(root, path).split(sep).join('/') || basename(path);
  const whole = path.split(sep).join('/');
  const known = leanFile({ path, name }, whole) ?? bookFile({ path, name }, whole);
  if (known !== undefined) return known;
  const table = TABLE.exec(whole);
  const symbol = table === null ? undefined : symbolFrom(table[1]!);
  if (table === null || symbol === undefined || /(?:^|\/)(factor_files|map_files)\//.test(whole)) return undefined;
  const found = intervalOf(path, table[2], interval);
  return found === undefined ? undefined : { path, name, symbol, format: table[3] === 'parquet' ? 'parquet' : 'csv', interval: found };
};

/** A LOBSTER book file lies beside its messages under the same name. */
const withBook = (file: RecordedFile, paths: ReadonlySet<string>): RecordedFile => {
  if (file.format !== 'lobster') return file;
  const bookPath = file.path.replace('_message_', '_orderbook_');
  return bookPath !== file.path && paths.has(bookPath) ? { ...file, bookPath } : file;
};

/** Every known file below a folder (or the one file), in order of their paths. Throws what the file system says. */
export const recordedFiles = (root: string, interval: BarInterval | undefined): readonly RecordedFile[] => {
  const paths = statSync(root).isFile()
    ? [root]
    : readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .slice(0, FILES_MAX)
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
  const all = new Set(paths);
  return paths.flatMap((path) => {
    const file = recordedFile(path, root, interval);
    return file === undefined ? [] : [withBook(file, all)];
  });
};
