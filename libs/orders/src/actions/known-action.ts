import type { PointInTimeRecord } from '@tradewind/market';
import { priceFromNumber } from '@tradewind/vocabulary';
import type { Price, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { ratioOf } from './split-ratio.js';

interface ActionOf {
  /** `<series>/<symbol>/<ex-date>`: a record that tells it again, or another source's, is the same action. */
  readonly key: string;
  readonly symbol: Symbol;
  readonly recordId: string;
  /** The run that told it. */
  readonly run: string;
  /** Who holds at this instant is concerned: between the last late trade of the day before and the first early one of the ex-date. */
  readonly from: UnixNanos;
  /** Booked, or found to be none of the account's business. */
  readonly taken: boolean;
}

export interface KnownDividend extends ActionOf {
  readonly kind: 'DIVIDEND';
  /** Cash for each share held, unadjusted; before the split, when one shares the date. */
  readonly perShare: Price;
}

export interface KnownSplit extends ActionOf {
  readonly kind: 'SPLIT';
  /** New shares for `denominator` old ones. */
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A split or dividend that was told. */
export type KnownAction = KnownDividend | KnownSplit;

const SPLIT_SERIES = 'action/split';
const DIVIDEND_SERIES: ReadonlySet<string> = new Set(['action/dividend', 'action/special-dividend']);
const NANOS_PER_DAY = 86_400_000_000_000n;
/** Beyond it a figure is a mistake: no split ever was of more than some hundreds to one. */
const RATIO_MOST = 10_000;
const DIVIDEND_MOST = 1_000_000;
/** UTC. Late trading in New York and Toronto ends at 01:00 at the latest, early trading begins at 08:00 at the earliest. */
const TURN_OF_DAY_NANOS = 4n * 3_600_000_000_000n;

/** Days since 1970 of an instant, UTC. */
export const dayOf = (at: UnixNanos): number => Number(at / NANOS_PER_DAY);

/**
 * What a record of a series `action/…` says: the value of a split is new shares for each old one, that of a dividend cash a share, the event time lies on
 * the ex-date. Undefined for other records and for figures that can't be (a ratio or an amount of zero or less, a ratio of one,
 * one of more than 10,000 to one, an amount of more than a million).
 */
export const actionOf = (record: PointInTimeRecord, run: string): KnownAction | undefined => {
  const { id: recordId, series, symbol, eventTime, value } = record;
  const isSplit = series === SPLIT_SERIES;
  if (symbol === undefined || (!isSplit && !DIVIDEND_SERIES.has(series)) || !(value > 0)) return undefined;
  if (isSplit ? value > RATIO_MOST || value < 1 / RATIO_MOST : value > DIVIDEND_MOST) return undefined;
  const day = BigInt(dayOf(eventTime));
  const from = (day * NANOS_PER_DAY + TURN_OF_DAY_NANOS) as UnixNanos;
  const base = { key: `${series}/${symbol}/${day}`, symbol, recordId, run, from, taken: false };
  if (!isSplit) {
    const perShare = priceFromNumber(value);
    return perShare > 0n ? { ...base, kind: 'DIVIDEND', perShare } : undefined;
  }
  const { numerator, denominator } = ratioOf(value);
  return numerator <= 0n || numerator === denominator ? undefined : { ...base, kind: 'SPLIT', numerator, denominator };
};
