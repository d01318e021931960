import type { BackfillKind } from '@tradewind/catalogue';
import { type BarInterval, parseBarInterval } from '@tradewind/market';
import { nanosFromMillis, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { InvalidArgumentError } from 'commander';

export const BACKFILL_KINDS = ['bars', 'trades', 'quotes', 'book', 'records'] as const;
const DAY_MS = 86_400_000;

const listOf = <T>(text: string, read: (one: string) => T): readonly T[] =>
  text.split(',').map((one) => {
    try {
      return read(one.trim());
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  });

export const symbolList = (text: string): readonly Symbol[] => listOf(text, (one) => symbolOf(one.toUpperCase()));
export const intervalText = (text: string): BarInterval => {
  if (!parseBarInterval(text).ok) throw new InvalidArgumentError('an interval such as 1d, 1h, 5m or 1s is needed');
  return text as BarInterval;
};
export const kindList = (text: string): readonly BackfillKind[] =>
  listOf(text, (one) => {
    const kind = BACKFILL_KINDS.find((known) => known === one);
    if (kind === undefined) throw new InvalidArgumentError(`kinds are ${BACKFILL_KINDS.join(', ')}`);
    return kind;
  });
export const textList = (text: string): readonly string[] => listOf(text, (one) => one);

/** Midnight in UTC with which a day begins, and the one with which it ends. */
export const dayStart = (date: string): UnixNanos => nanosFromMillis(Date.parse(date));
export const dayEnd = (date: string): UnixNanos => nanosFromMillis(Date.parse(date) + DAY_MS);
