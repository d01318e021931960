import type { Bar, Quote, Trade } from '@tradewind/market';
import { isoFromNanos, type Price, price, type Quantity, quantity, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

const MINUTE = 60_000_000_000n;
const CENT = 10_000_000n;
const UNIT = 1_000_000_000n;

/** Prices that go up and down by cents, the same on each run. */
const walk = (index: number): bigint => 17_250n + BigInt(((index * 7919) % 41) - 20);

/** Minute bars without a gap, the first of which opens at `from`. */
export const minuteBars = (symbol: Symbol, from: UnixNanos, count: number, source: string): readonly Bar[] =>
  Array.from({ length: count }, (_, index) => {
    const openTime = (from + BigInt(index) * MINUTE) as UnixNanos;
    const closeTime = (openTime + MINUTE) as UnixNanos;
    const [open, close] = [walk(index), walk(index + 1)];
    const top = open > close ? open : close;
    const bottom = open > close ? close : open;
    return {
      id: `bar/${symbol}/1m/${isoFromNanos(closeTime)}`,
      symbol,
      interval: '1m',
      openTime,
      closeTime,
      open: (open * CENT) as Price,
      high: ((top + 3n) * CENT) as Price,
      low: ((bottom - 2n) * CENT) as Price,
      close: (close * CENT) as Price,
      volume: (BigInt(1000 + ((index * 37) % 500)) * UNIT) as Quantity,
      source,
      warmUp: false,
    };
  });

/** Trades a millisecond and some odd nanoseconds apart. */
export const trades = (symbol: Symbol, from: UnixNanos, count: number): readonly Trade[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'trade',
    symbol,
    at: (from + BigInt(index) * 1_000_001n + 123n) as UnixNanos,
    sequence: 0,
    price: price(`172.${String(5001 + index)}`),
    quantity: quantity(String(1 + index * 10)),
    aggressor: 'UNKNOWN',
    conditions: index % 2 === 0 ? [] : ['I'],
    venue: 'V',
  }));

export const quotes = (symbol: Symbol, from: UnixNanos, count: number): readonly Quote[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'quote',
    symbol,
    at: (from + BigInt(index) * 1_000_001n + 456n) as UnixNanos,
    sequence: 0,
    bidPrice: price(`172.4${index % 10}`),
    bidQuantity: quantity(String(100 + index)),
    askPrice: price(`172.6${index % 10}`),
    askQuantity: quantity(String(200 + index)),
    venue: 'V',
  }));
