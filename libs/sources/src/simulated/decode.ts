import type { SimulatedInstrument } from '@tradewind/market';
import { failed, type Result, succeeded, type Symbol, symbolOf } from '@tradewind/vocabulary';

const CENTS = 100;
const PRICE_MIN = 0.1;
const PRICE_MAX = 1_000_000;
const RULE = `must be SYMBOL=price, separated by commas, prices from ${PRICE_MIN} to ${PRICE_MAX}`;

/** Reads `SPY=580,AAPL=230.5`. Fails with the entry that breaks the rule. */
export const pricesOf = (text: string): Result<ReadonlyMap<Symbol, number>, string> => {
  const prices = new Map<Symbol, number>();
  for (const entry of text.split(',').filter((part) => part.trim() !== '')) {
    const match = /^\s*([^=\s]+)\s*=\s*(\d{1,7}(?:\.\d{1,2})?)\s*$/.exec(entry);
    const price = Number(match?.[2]);
    if (match === null || price < PRICE_MIN || price > PRICE_MAX) return failed(`'${entry.trim()}' ${RULE}`);
    try {
      prices.set(symbolOf(match[1]!), price);
    } catch {
      return failed(`'${entry.trim()}' ${RULE}`);
    }
  }
  return succeeded(prices);
};

/** What the venue simulates for a symbol: its price in cents and its pace. */
export const instrumentOf = (
  symbol: Symbol,
  { prices, price, activity }: { readonly prices: ReadonlyMap<Symbol, number>; readonly price: number; readonly activity: number },
): SimulatedInstrument => ({ symbol, startPrice: Math.round((prices.get(symbol) ?? price) * CENTS), activity });
