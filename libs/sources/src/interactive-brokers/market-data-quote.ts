import type { Quote } from '@tradewind/market';
import { type RequestMessage, TICK } from '@tradewind/tws';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { quoteOf } from './past-ticks.js';

type Values = Pick<Quote, 'bidPrice' | 'bidQuantity' | 'askPrice' | 'askQuantity'>;

/** The best bid and offer out of the single ticks of market data: each price and size comes alone. */
export class MarketDataQuote {
  #values: Values = { bidPrice: 0n as never, bidQuantity: 0n as never, askPrice: 0n as never, askQuantity: 0n as never };
  #changed = false;

  constructor(private readonly symbol: Symbol) {}

  apply(message: RequestMessage): void {
    if (message.kind === 'tick-price') {
      if (message.type === TICK.bid) this.#set({ bidPrice: message.price, bidQuantity: message.size });
      else this.#set({ askPrice: message.price, askQuantity: message.size });
    } else if (message.kind === 'tick-size')
      this.#set(message.type === TICK.bidSize ? { bidQuantity: message.size } : { askQuantity: message.size });
  }

  /** The quote after all messages that arrived together; undefined when it is the same as before. */
  take(at: UnixNanos): Quote | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    const { bidPrice, bidQuantity, askPrice, askQuantity } = this.#values;
    // A side without an offer has no size either, whatever the last size was.
    const none = 0n as typeof bidQuantity;
    return quoteOf(this.symbol, {
      at,
      bidPrice,
      askPrice,
      bidQuantity: bidPrice === 0n ? none : bidQuantity,
      askQuantity: askPrice === 0n ? none : askQuantity,
    });
  }

  #set(change: Partial<Values>): void {
    const next = { ...this.#values, ...change };
    const keys = Object.keys(change) as (keyof Values)[];
    if (keys.every((key) => this.#values[key] === next[key])) return;
    this.#values = next;
    this.#changed = true;
  }
}
