import type { Bar } from '@tradewind/market';
import { isoFromNanos, type Price, type Quantity, type Symbol, type UnixNanos } from '@tradewind/vocabulary';

const MINUTE = 60_000_000_000n;
const CENT = 10_000_000n;
const UNIT = 1_000_000_000n;

/** A whole number in [0, below), the same for the same words. */
const drawn = (below: number, ...words: readonly (string | number)[]): number => {
  let hash = 2_166_136_261;
  for (const character of words.join('/')) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return (hash >>> 8) % below;
};

const tradesIn = (symbol: Symbol, minute: number): boolean => drawn(10, symbol, 'quiet', minute) > 0;

/** The minute bars of one symbol: in about one minute of ten nothing trades, so that a hole in time is no sign of a loss. */
export const tapeOf = (symbol: Symbol, start: UnixNanos, minutes: number): ReadonlyMap<number, Bar> => {
  const bars = new Map<number, Bar>();
  let cents = 5000 + drawn(20_000, symbol);
  for (let minute = 0; minute < minutes; minute += 1) {
    if (!tradesIn(symbol, minute)) continue;
    const open = cents;
    cents += drawn(21, symbol, 'move', minute) - 10;
    const openTime = (start + BigInt(minute) * MINUTE) as UnixNanos;
    const closeTime = (openTime + MINUTE) as UnixNanos;
    bars.set(minute, {
      id: `bar/${symbol}/1m/${isoFromNanos(closeTime)}`,
      symbol,
      interval: '1m',
      openTime,
      closeTime,
      open: (BigInt(open) * CENT) as Price,
      high: (BigInt(Math.max(open, cents) + 2) * CENT) as Price,
      low: (BigInt(Math.min(open, cents) - 2) * CENT) as Price,
      close: (BigInt(cents) * CENT) as Price,
      volume: (BigInt(100 + drawn(900, symbol, 'volume', minute)) * UNIT) as Quantity,
      source: '',
      warmUp: false,
    });
  }
  return bars;
};
