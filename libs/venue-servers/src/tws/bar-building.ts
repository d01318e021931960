import {
  absolute,
  add,
  averagePrice,
  greatest,
  least,
  type Money,
  notional,
  type Quantity,
  type UnixNanos,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import type { TwsBar, TwsTrade } from './market-events.js';
import { civilTimeOf, nanosOfSeconds } from './time-text.js';

const DAY_SECONDS = 86_400;

/** What puts bars or trades into one bar of a size: its start, or the date on the exchange's clocks for a day. */
export type BarKey = (at: UnixNanos) => string;

export const barKeyOf = (seconds: number, zone: string): BarKey =>
  seconds >= DAY_SECONDS ? (at) => civilTimeOf(at, zone).date : (at) => String((at / nanosOfSeconds(seconds)) * nanosOfSeconds(seconds));

const valueOf = (bar: TwsBar): Money => notional(bar.average, bar.volume);

const merge = (left: TwsBar, right: TwsBar): TwsBar => {
  const volume: Quantity = add(left.volume, right.volume);
  return {
    at: left.at,
    open: left.open,
    high: greatest(left.high, right.high),
    low: least(left.low, right.low),
    close: right.close,
    volume,
    average: volume === ZERO_QUANTITY ? right.average : averagePrice(add(valueOf(left), valueOf(right)), absolute(volume)),
    count: left.count + right.count,
  };
};

export const barOfTrade = (trade: TwsTrade): TwsBar => ({
  at: trade.at,
  open: trade.price,
  high: trade.price,
  low: trade.price,
  close: trade.price,
  volume: trade.quantity,
  average: trade.price,
  count: 1,
});

/** Adds bars (or trades as bars) in order of time up to bars of a size; each starts where its bucket starts, a day at its first part. */
export const buildBars = (parts: readonly TwsBar[], seconds: number, zone: string): readonly TwsBar[] => {
  const keyOf = barKeyOf(seconds, zone);
  const bars: TwsBar[] = [];
  let lastKey = '';
  for (const part of parts) {
    const key = keyOf(part.at);
    const last = bars.at(-1);
    if (last !== undefined && key === lastKey) bars[bars.length - 1] = merge(last, part);
    else bars.push(seconds >= DAY_SECONDS ? part : { ...part, at: BigInt(key) as UnixNanos });
    lastKey = key;
  }
  return bars;
};

/** A bar of five seconds in which nothing traded: TWS sends those too. */
export const quietBar = (at: UnixNanos, last: TwsBar | undefined): TwsBar | undefined =>
  last === undefined
    ? undefined
    : { at, open: last.close, high: last.close, low: last.close, close: last.close, volume: ZERO_QUANTITY, average: last.close, count: 0 };
