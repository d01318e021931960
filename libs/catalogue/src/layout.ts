import { type BarInterval, parseBarInterval } from '@tradewind/market';
import { isoFromNanos, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { CatalogueError } from './catalogue-error.js';
import type { TickKind } from './selection.js';

/** What one file is about. Its period is a year (bars, records) or a day (ticks), in UTC. */
export type PartKey =
  | { readonly kind: 'bars'; readonly symbol: Symbol; readonly interval: BarInterval; readonly period: string }
  | { readonly kind: TickKind; readonly symbol: Symbol; readonly period: string }
  | { readonly kind: 'records'; readonly series: string; readonly period: string };

export type PartKind = PartKey['kind'];

export const TICK_KINDS: readonly TickKind[] = ['book', 'samples', 'quotes', 'trades'];
export const PART_KINDS: readonly PartKind[] = ['bars', ...TICK_KINDS, 'records'];

const SERIES_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_.:^=-]*(\/[A-Za-z0-9_.:^=-]+)*$/;
const SERIES_LENGTH_MAX = 120;
const PERIOD_PATTERN = /^\d{4}(-\d{2}-\d{2})?$/;

/** A series as a folder's name: its slashes are the only characters that a folder can't carry. */
export const seriesFolder = (series: string): string => {
  if (!SERIES_PATTERN.test(series) || series.length > SERIES_LENGTH_MAX)
    throw new CatalogueError(
      'UNSTORABLE',
      `series '${series}' must match ${SERIES_PATTERN.source} and have at most ${SERIES_LENGTH_MAX} characters`,
    );
  return series.replaceAll('/', '+');
};

/** Folder of a part below the catalogue's: `name=value`, so that any reader of Parquet knows them as columns. */
export const folderOf = (key: PartKey): string => {
  if (key.kind === 'records') return `records/series=${seriesFolder(key.series)}`;
  return key.kind === 'bars' ? barFolder(key.symbol, key.interval) : tickFolder(key.kind, key.symbol);
};

export const barFolder = (symbol: Symbol, interval: BarInterval): string => `bars/symbol=${symbol}/interval=${interval}`;
export const tickFolder = (kind: TickKind, symbol: Symbol): string => `${kind}/symbol=${symbol}`;

/** Name of a part for people, e.g. `bars/SPY/1m/2013`. */
export const nameOf = (key: PartKey): string => {
  if (key.kind === 'records') return `records/${key.series}/${key.period}`;
  return key.kind === 'bars' ? `bars/${key.symbol}/${key.interval}/${key.period}` : `${key.kind}/${key.symbol}/${key.period}`;
};

const intervalOf = (text: string | undefined): BarInterval | undefined =>
  text !== undefined && parseBarInterval(text).ok ? (text as BarInterval) : undefined;

/** The key of `<folder>/<period>`; undefined when no part has that place. */
export const keyAt = (folder: string, period: string): PartKey | undefined => {
  const [kind, ...levels] = folder.split('/');
  const [first, second, ...rest] = levels.map((level) => level.slice(level.indexOf('=') + 1));
  if (first === undefined || rest.length > 0 || !PERIOD_PATTERN.test(period)) return undefined;
  if (kind === 'records') return second === undefined ? { kind, series: first.replaceAll('+', '/'), period } : undefined;
  try {
    const symbol = symbolOf(first);
    const interval = intervalOf(second);
    if (kind === 'bars') return interval === undefined ? undefined : { kind, symbol, interval, period };
    const tickKind = TICK_KINDS.find((one) => one === kind);
    return tickKind === undefined || second !== undefined ? undefined : { kind: tickKind, symbol, period };
  } catch {
    return undefined;
  }
};

export const yearOf = (at: UnixNanos): string => isoFromNanos(at).slice(0, 4);
export const dayOf = (at: UnixNanos): string => isoFromNanos(at).slice(0, 10);

/** Periods as text sort like their times: does any instant of [from, until) lie in one? */
export const periodMeets = (period: string, from: UnixNanos, until: UnixNanos): boolean => {
  const last = (until - 1n) as UnixNanos;
  const length = period.length;
  return period >= isoFromNanos(from).slice(0, length) && period <= isoFromNanos(last).slice(0, length);
};
