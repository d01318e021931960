import { type BarInterval, parseBarInterval } from '@tradewind/market';
import { nanosFromMillis, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { z } from 'zod';

const SYMBOLS_MAX = 500;

const instant = z.iso.datetime({ offset: true }).or(z.iso.date());
export const symbolSetting = z.string().transform((text, context): Symbol => {
  try {
    return symbolOf(text);
  } catch (error) {
    context.addIssue((error as Error).message);
    return z.NEVER;
  }
});
export const intervalSetting = z.string().transform((text, context): BarInterval => {
  const parsed = parseBarInterval(text);
  if (parsed.ok) return text as BarInterval;
  context.addIssue(`must be ${parsed.error.rule}`);
  return z.NEVER;
});
const nanosOf = (text: string): UnixNanos => nanosFromMillis(Date.parse(text));

/**
 * What of a catalogue is replayed: `{"symbols":["AIG"],"interval":"1m","from":"2013-10-07","until":"2013-10-08","ticks":["trades","quotes","book"]}`.
 * With ticks, the bars are made of them as in a live feed: of the trades, or of the quotes' mid prices when there are no trades among them. Without,
 * the catalogue's own bars are replayed.
 */
export const replaySelection = z
  .strictObject({
    symbols: z.array(symbolSetting).min(1).max(SYMBOLS_MAX),
    interval: intervalSetting,
    from: instant.transform(nanosOf),
    until: instant.transform(nanosOf),
    ticks: z.array(z.enum(['trades', 'quotes', 'book'])).default([]),
    /** Series of records, whole or as prefixes that end in `/`. */
    records: z.array(z.string().min(1)).default([]),
    /** Bars that close before it only warm features up; `from` without it. */
    tradingFrom: instant.transform(nanosOf).optional(),
  })
  .refine(({ from, until }) => from < until, { path: ['until'], message: 'must be after from' })
  .refine(({ ticks }) => ticks.length !== 1 || ticks[0] !== 'book', {
    path: ['ticks'],
    message: 'must have trades or quotes to make bars of',
  });

export type ReplaySelection = z.output<typeof replaySelection>;
