import { type Symbol, type UnixNanos } from '@tradewind/vocabulary';

import { type DataKind, freshUntil } from '../cache/freshness.js';
import type { CallPurpose } from '../keys/key-ledger.js';
import { NEW_YORK, zonedInstant } from '../wire-values/zoned-time.js';
import { RECORD_FEEDS } from './record-feeds.js';

/** The routines of a trading day that ask for data, in New York: pre-market, every half an hour of the session, the end of the day, the training. */
export const STANDARD_DAY: readonly string[] = [
  '06:00',
  '09:30',
  '10:00',
  '10:30',
  '11:00',
  '11:30',
  '12:00',
  '12:30',
  '13:00',
  '13:30',
  '14:00',
  '14:30',
  '15:00',
  '15:30',
  '16:00',
  '17:00',
  '20:00',
];
/** What each routine asks for each symbol, beside its daily bars. */
export const STANDARD_SERIES: readonly string[] = ['fundamental/', 'insider/', 'action/', 'news/'];

/** What a plan needs of the keys. */
export interface DayPlan {
  /** Questions that routines ask, each of which would be a call. */
  readonly asked: number;
  readonly calls: Readonly<Record<CallPurpose, number>>;
  /** In [0, 1]. */
  readonly saved: number;
}

interface Question {
  readonly name: string;
  readonly kind: DataKind;
  readonly purpose: CallPurpose;
}

const questionsOf = (symbols: readonly Symbol[]): readonly Question[] => [
  ...symbols.flatMap((symbol) => [
    { name: `TIME_SERIES_DAILY/${symbol}`, kind: 'daily-bars' as const, purpose: 'market-data' as const },
    ...RECORD_FEEDS.filter(({ ofSymbol }) => ofSymbol).map(({ series, kind, purpose }) => ({
      name: `${series.join()}/${symbol}`,
      kind,
      purpose,
    })),
  ]),
  ...RECORD_FEEDS.filter(({ ofSymbol }) => !ofSymbol).map(({ series, kind, purpose }) => ({ name: series.join(), kind, purpose })),
];

/**
 * Counts the calls that a day of routines makes from an empty cache: a question is a call only when what the last one gave is no longer what the vendor would
 * say. The statements' questions for EARNINGS are not counted as asked, for the series of EARNINGS already is.
 */
export const planDay = (date: string, symbols: readonly Symbol[], routines: readonly string[] = STANDARD_DAY): DayPlan => {
  const questions = questionsOf(symbols);
  const freshness = new Map<string, UnixNanos>();
  const calls: Record<CallPurpose, number> = { 'market-data': 0, sentiment: 0 };
  for (const time of routines) {
    const at = zonedInstant(NEW_YORK, `${date} ${time}`)!;
    for (const { name, kind, purpose } of questions) {
      if ((freshness.get(name) ?? 0n) > at) continue;
      freshness.set(name, freshUntil(kind, at));
      calls[purpose] += 1;
    }
  }
  const asked = questions.length * routines.length;
  return { asked, calls, saved: 1 - (calls['market-data'] + calls.sentiment) / asked };
};

/** True when the day's calls fit free keys of one purpose each. */
export const fitsFreeKeys = ({ calls }: DayPlan, perDay: number, marketDataKeys: number, sentimentKeys: number): boolean =>
  calls['market-data'] <= perDay * marketDataKeys && calls.sentiment <= perDay * sentimentKeys;
