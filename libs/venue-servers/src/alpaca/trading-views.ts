import { civilDate, nyseCalendar } from '@tradewind/market';
import type { SessionPhase } from '@tradewind/venue';
import { formatDecimal, type Instrument, type Money, type Symbol, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { wireSymbol } from './data-store.js';
import type { TradingExecution } from './trading-book.js';
import { uuidOf } from './trading-orders.js';
import { wireInstant } from './wire.js';

/** What Alpaca booked beside trades. */
export interface TradingBooking {
  readonly id: string;
  readonly type: string;
  readonly at: UnixNanos;
  readonly symbol: Symbol | undefined;
  readonly amount: Money;
  readonly description: string;
}

type Body = Readonly<Record<string, unknown>>;

const COMPACT = /[-:T.Z]/g;

/** `20190801011955195::<uuid>` */
const activityId = ({ at, id }: { readonly at: UnixNanos; readonly id: string }): string =>
  `${new Date(Number(at / 1_000_000n)).toISOString().replaceAll(COMPACT, '')}::${id}`;

export const wireExecution = (execution: TradingExecution): Body => ({
  id: activityId(execution),
  activity_type: 'FILL',
  transaction_time: wireInstant(execution.at),
  type: execution.leaves === 0n ? 'fill' : 'partial_fill',
  price: formatDecimal(execution.price),
  qty: formatDecimal(execution.quantity),
  side: execution.order.side === 'BUY' ? 'buy' : 'sell',
  symbol: wireSymbol(execution.order.symbol),
  leaves_qty: formatDecimal(execution.leaves),
  order_id: execution.order.id,
  cum_qty: formatDecimal(execution.cumulative),
  order_status: execution.leaves === 0n ? 'filled' : 'partially_filled',
});

export const wireBooking = (booking: TradingBooking): Body => ({
  id: activityId(booking),
  activity_type: booking.type,
  date: utcDateOf(booking.at),
  net_amount: formatDecimal(booking.amount),
  ...(booking.symbol === undefined ? {} : { symbol: wireSymbol(booking.symbol) }),
  description: booking.description,
  status: 'executed',
});

/** The venue's clock with the next opening and close of New York. */
export const wireClock = (now: UnixNanos, phase: SessionPhase): Body => {
  const today = utcDateOf(now);
  const next = (pick: (date: string) => UnixNanos | undefined): string => {
    for (let day = 0; day < 15; day += 1) {
      const at = pick(utcDateOf((BigInt(Date.parse(today) + day * 86_400_000) * 1_000_000n) as UnixNanos));
      if (at !== undefined && at > now) return wireInstant(at);
    }
    throw new RangeError('the exchange has no session within 15 days');
  };
  return {
    timestamp: wireInstant(now),
    is_open: phase === 'REGULAR',
    next_open: next((date) => nyseCalendar.sessionOf(civilDate(date))?.openTime),
    next_close: next((date) => nyseCalendar.sessionOf(civilDate(date))?.closeTime),
  };
};

/** Sessions from `start` to `end`, both dates in. */
export const wireCalendar = (start: string, end: string): readonly Body[] => {
  const local = (at: UnixNanos): string =>
    new Date(Number(at / 1_000_000n)).toLocaleTimeString('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' });
  const days: Body[] = [];
  for (let at = Date.parse(start); at <= Date.parse(end) && days.length < 10_000; at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10);
    const session = nyseCalendar.sessionOf(civilDate(date));
    if (session !== undefined)
      days.push({ date, open: local(session.openTime), close: local(session.closeTime), session_open: '0400', session_close: '2000' });
  }
  return days;
};

export const wireAsset = ({ symbol, name, shortable, fractional }: Instrument): Body => {
  return {
    id: uuidOf(`asset/${symbol}`),
    class: 'us_equity',
    exchange: 'NASDAQ',
    symbol: wireSymbol(symbol),
    name,
    status: 'active',
    tradable: true,
    marginable: true,
    shortable,
    easy_to_borrow: shortable,
    fractionable: fractional,
    attributes: [],
  };
};
