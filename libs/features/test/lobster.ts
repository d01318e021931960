import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import type { Quote, Trade } from '@tradewind/market';
import type { Price, Quantity, UnixNanos } from '@tradewind/vocabulary';
import { symbolOf } from '@tradewind/vocabulary';

const symbol = symbolOf('AAPL');
const TEN_THOUSANDTH = 100_000n;
const UNIT = 1_000_000_000n;
const VISIBLE_EXECUTION = '4';

const rowsOf = (path: string): string[][] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

const price = (text: string): Price => (BigInt(text) * TEN_THOUSANDTH) as Price;
const quantity = (text: string): Quantity => (BigInt(text) * UNIT) as Quantity;

/** Seconds after midnight with up to nine decimals, exactly. */
const timeOf = (text: string): UnixNanos => {
  const [whole, fraction = ''] = text.split('.');
  return (BigInt(whole!) * UNIT + BigInt(fraction.padEnd(9, '0'))) as UnixNanos;
};

export interface LobsterTick {
  /** Seconds after midnight. */
  readonly seconds: number;
  /** A visible execution with the side that took it; it comes before the quote that shows it. */
  readonly trade: Trade | undefined;
  readonly quote: Quote;
}

/** Messages and the best prices after each, as trades and quotes. */
export const readLobster = (messagePath: string, bestPath: string): readonly LobsterTick[] => {
  const messages = rowsOf(messagePath);
  return rowsOf(bestPath).map((best, index) => {
    const [time, type, , size, at, direction] = messages[index]!;
    const origin = { symbol, at: timeOf(time!), sequence: index + 1 };
    const [askPrice, askSize, bidPrice, bidSize] = best;
    return {
      seconds: Number(time),
      trade:
        type === VISIBLE_EXECUTION
          ? {
              ...origin,
              kind: 'trade',
              price: price(at!),
              quantity: quantity(size!),
              // A sell order that was executed was taken by a buyer.
              aggressor: direction === '-1' ? 'BUYER' : 'SELLER',
              conditions: [],
              venue: 'XNAS',
            }
          : undefined,
      quote: {
        ...origin,
        kind: 'quote',
        bidPrice: price(bidPrice!),
        bidQuantity: quantity(bidSize!),
        askPrice: price(askPrice!),
        askQuantity: quantity(askSize!),
        venue: 'XNAS',
      },
    };
  });
};
