import { createHash } from 'node:crypto';

import type { PointInTimeRecord } from '@tradewind/market';
import { isoFromNanos, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

/** What a decoder knows of a record; the id follows. */
export interface RecordParts {
  readonly series: string;
  readonly symbol: Symbol | undefined;
  /** A date `YYYY-MM-DD` when the record is about a day. */
  readonly eventDate?: string;
  readonly eventTime: UnixNanos;
  readonly knownAt: UnixNanos;
  readonly value: number;
  readonly text: string;
  readonly source: string;
  /** Tells apart what has one series, symbol and time, e.g. the address of a story. */
  readonly mark?: string;
}

const MARK_LENGTH = 12;

/** A record with its id, `<series>/<symbol or *>/<event>/<known at>`, and `#<digest>` for stories, of which several may share an instant. */
export const recordOf = ({ eventDate, mark, ...parts }: RecordParts): PointInTimeRecord => {
  const event = eventDate ?? isoFromNanos(parts.eventTime);
  const suffix = mark === undefined ? '' : `#${createHash('sha256').update(mark).digest('hex').slice(0, MARK_LENGTH)}`;
  return { id: `${parts.series}/${parts.symbol ?? '*'}/${event}/${isoFromNanos(parts.knownAt)}${suffix}`, ...parts };
};

/** Order in which the public came to know. */
export const byKnownAt = (left: PointInTimeRecord, right: PointInTimeRecord): number => {
  if (left.knownAt !== right.knownAt) return left.knownAt < right.knownAt ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
};

const PAGE_RECORDS = 500;

/**
 * Pages of the records that answer a request: those of the series (or of every series with the prefix, when it ends in `/`) that were known in
 * [from, until) and not later than now, in the order in which they were.
 */
export const recordPages = (
  records: readonly PointInTimeRecord[],
  request: { readonly series: string; readonly from: UnixNanos; readonly until: UnixNanos },
  now: UnixNanos,
): readonly (readonly PointInTimeRecord[])[] => {
  const wanted = records
    .filter(({ series }) => isSeries(series, request.series))
    .filter(({ knownAt }) => knownAt >= request.from && knownAt < request.until && knownAt <= now)
    .sort(byKnownAt);
  const pages: (readonly PointInTimeRecord[])[] = [];
  for (let start = 0; start < wanted.length; start += PAGE_RECORDS) pages.push(wanted.slice(start, start + PAGE_RECORDS));
  return pages;
};

/** True when the series is the one asked for, or has the prefix asked for. */
export const isSeries = (series: string, asked: string): boolean => series === asked || (asked.endsWith('/') && series.startsWith(asked));
