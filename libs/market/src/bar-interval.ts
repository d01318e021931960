import { failed, type Result, succeeded } from '@tradewind/vocabulary';

type TimeUnit = 's' | 'm' | 'h' | 'd' | 'w';

/** What ends a bar: time (`5s`, `1m`, `1d`), a count of trades (`tick-100`), of units (`volume-10000`) or of money (`dollar-1000000`). */
export type BarInterval = `${number}${TimeUnit}` | `tick-${number}` | `volume-${number}` | `dollar-${number}`;

export type BarRule =
  | { readonly kind: 'time'; readonly count: number; readonly unit: TimeUnit }
  | { readonly kind: 'tick' | 'volume' | 'dollar'; readonly count: number };

export interface BarIntervalFault {
  readonly code: 'BAR_INTERVAL_INVALID';
  readonly text: string;
  readonly rule: string;
}

const TIME = /^([1-9]\d{0,4})([smhdw])$/;
const COUNTED = /^(tick|volume|dollar)-([1-9]\d{0,14})$/;
const RULE = 'a count and one of s, m, h, d, w (5s, 1m, 1d), or tick-, volume- or dollar- and a count';

/** The rule behind an interval's text. */
export const parseBarInterval = (text: string): Result<BarRule, BarIntervalFault> => {
  const time = TIME.exec(text);
  if (time !== null) return succeeded({ kind: 'time', count: Number(time[1]), unit: time[2] as TimeUnit });
  const counted = COUNTED.exec(text);
  if (counted !== null) return succeeded({ kind: counted[1] as 'tick' | 'volume' | 'dollar', count: Number(counted[2]) });
  return failed({ code: 'BAR_INTERVAL_INVALID', text, rule: RULE });
};

/** Checks the text of an interval. Throws RangeError. */
export const barInterval = (text: string): BarInterval => {
  const parsed = parseBarInterval(text);
  if (!parsed.ok) throw new RangeError(`bar interval '${text}' must be ${parsed.error.rule}`);
  return text as BarInterval;
};

const BAR_PREFIX = 'bar/';

/** Interval in the id of a bar, `bar/<symbol>/<interval>/<close>`; empty when it is no such id. */
export const intervalOfBar = (barId: string): string => barId.split('/', 3)[2] ?? '';

/** True when a bar of the symbol is of the interval, by its id. Makes no text, for it is asked of every vector. */
export const isBarOf = (barId: string, symbol: string, interval: string): boolean => {
  const start = BAR_PREFIX.length + symbol.length + 1;
  return barId.startsWith(interval, start) && barId[start + interval.length] === '/';
};
