import type { Bar, Quote, Trade } from '@tradewind/market';
import { toNumber, type UnixNanos } from '@tradewind/vocabulary';

/** A record as the venue writes it; `t` is its instant, kept exact beside it. */
export interface WireRow {
  readonly at: UnixNanos;
  readonly fields: Readonly<Record<string, string | number | readonly string[]>>;
}

/** RFC 3339 in UTC with as many fraction digits as are needed. */
export const wireInstant = (nanos: bigint): string => {
  const second = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  const fraction = (nanos % 1_000_000_000n).toString().padStart(9, '0').replace(/0+$/, '');
  return `${second}${fraction === '' ? '' : `.${fraction}`}Z`;
};

/** A bar is stamped with its beginning; a daily one with midnight in New York of its day. */
export const barRow = (bar: Bar, stamp: UnixNanos): WireRow => ({
  at: stamp,
  fields: {
    c: toNumber(bar.close),
    h: toNumber(bar.high),
    l: toNumber(bar.low),
    n: 1,
    o: toNumber(bar.open),
    v: toNumber(bar.volume),
    vw: toNumber(bar.close),
  },
});

export const tradeRow = (trade: Trade, id: number): WireRow => ({
  at: trade.at,
  fields: { x: trade.venue, p: toNumber(trade.price), s: toNumber(trade.quantity), c: trade.conditions, i: id, z: 'C' },
});

export const quoteRow = (quote: Quote): WireRow => ({
  at: quote.at,
  fields: {
    ax: quote.venue,
    ap: toNumber(quote.askPrice),
    as: toNumber(quote.askQuantity),
    bx: quote.venue,
    bp: toNumber(quote.bidPrice),
    bs: toNumber(quote.bidQuantity),
    c: ['R'],
    z: 'C',
  },
});
