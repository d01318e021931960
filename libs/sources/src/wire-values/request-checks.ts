import type { BarInterval } from '@tradewind/market';
import { NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import { SourceError } from '../source.js';

interface Span {
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

export const unsupported = (source: string, what: string): SourceError => new SourceError('UNSUPPORTED', source, `there is no ${what}`);

/** Throws INVALID_REQUEST for a span that ends before it begins, ABORTED when the call is aborted already. */
export const checkSpan = (source: string, { from, until }: Span, signal: AbortSignal): void => {
  if (until < from)
    throw new SourceError('INVALID_REQUEST', source, 'the interval ends before it begins', { field: 'until', rule: 'not before from' });
  if (signal.aborted) throw new SourceError('ABORTED', source, 'the call was aborted');
};

/** Throws UNSUPPORTED for an interval that is not among the source's. */
export const checkInterval = (source: string, interval: BarInterval, intervals: readonly BarInterval[]): void => {
  if (!intervals.includes(interval)) throw unsupported(source, `history of bars of ${interval}`);
};

/** Vendors finish a day's bar some minutes after the close. */
export const SETTLED_AFTER_MS = 15 * 60_000;

/** The latest close of a bar that is final in an answer that was fetched at an instant. */
export const finalUntil = (interval: BarInterval, fetchedAt: UnixNanos): UnixNanos =>
  interval === '1d' ? ((fetchedAt - BigInt(SETTLED_AFTER_MS) * NANOS_PER_MILLI) as UnixNanos) : fetchedAt;

/** Rows whose close lies in [from, until) and is not after `last`. */
export const closedWithin = <T extends { readonly closeTime: UnixNanos }>(
  rows: readonly T[],
  { from, until }: Span,
  last: UnixNanos,
): readonly T[] => rows.filter(({ closeTime }) => closeTime >= from && closeTime < until && closeTime <= last);

/** An iterable that rejects when it is read: what a source without the capability gives. */
export const refusing = <T>(error: SourceError): AsyncIterable<readonly T[]> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
});
