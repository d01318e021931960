import type { UnixNanos } from '@tradewind/vocabulary';

import type { SeenTicks, TickPolicy } from './tick-policy.js';

const ALERT_RATIO = 0.05;
const TENS = 6;
const NANOS_PER_TEN_SECONDS = 10_000_000_000n;
const NANOS_PER_MINUTE = 60_000_000_000n;

const remember = (seen: SeenTicks, ten: number, price: number): void => {
  const place = ten % TENS;
  if (seen.tens[place] === ten) {
    if (price < seen.lows[place]!) seen.lows[place] = price;
    if (price > seen.highs[place]!) seen.highs[place] = price;
  } else if ((seen.tens[place] ?? -1) < ten) {
    seen.tens[place] = ten;
    seen.lows[place] = price;
    seen.highs[place] = price;
  }
};

/** The greatest move to `price` from any price of the last minute, as a ratio with its sign. */
const moveTo = (seen: SeenTicks, ten: number, price: number): number => {
  let move = 0;
  for (let place = 0; place < TENS; place += 1) {
    if ((seen.tens[place] ?? -1) <= ten - TENS) continue;
    const up = price / seen.lows[place]! - 1;
    const down = price / seen.highs[place]! - 1;
    if (up > Math.abs(move)) move = up;
    if (-down > Math.abs(move)) move = down;
  }
  return move;
};

/** A move of 5% within a minute (by tens of seconds) raises an alert, at most one a minute (MD7). It is the market's doing, so it costs no quality. */
export const minuteMove: TickPolicy = {
  name: 'minute-move',
  checkTrade({ at }, price, seen) {
    const ten = Number(at / NANOS_PER_TEN_SECONDS);
    const move = moveTo(seen, ten, price);
    remember(seen, ten, price);
    if (Math.abs(move) < ALERT_RATIO || at < ((seen.alertedAt + NANOS_PER_MINUTE) as UnixNanos)) return undefined;
    seen.alertedAt = at;
    const rule = `a move of ${(100 * move).toFixed(1)}% within a minute`;
    return { code: 'VOLATILITY_ALERT', field: 'price', rule, dropped: false, penalty: 0 };
  },
};
