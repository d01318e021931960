import {
  cancelMarketData,
  cancelTickByTick,
  marketData,
  type RequestMessage,
  type RoutedContract,
  tickByTick,
  type TwsClient,
} from '@tradewind/tws';

import type { Symbol } from '@tradewind/vocabulary';

import { isTickByTickRefused } from './errors.js';
import { type LiveStream, type StreamOutput, StreamRequests } from './live-stream.js';
import { MarketDataQuote } from './market-data-quote.js';
import { quoteOf, tradeOf } from './past-ticks.js';

export type TickKind = 'trades' | 'quotes';

const TICK_BY_TICK = { trades: 'Last', quotes: 'BidAsk' } as const;

/**
 * Trades and quotes of one instrument: tick by tick as far as TWS allows (by default three streams in all), the rest as market data, whose quotes
 * are samples every 250 ms and whose trades (real-time volume) are all there but for those that a sample passed over.
 */
export class TickStream implements LiveStream {
  readonly refreshable = false;
  readonly #requests: StreamRequests;
  /** Kinds that come as market data. */
  #sampled = new Set<TickKind>();
  #quote: MarketDataQuote;
  /** Of the last trade as market data: a new subscription begins by repeating it. */
  #lastMark = '';

  constructor(
    readonly symbol: Symbol,
    private readonly kinds: readonly TickKind[],
    private readonly output: StreamOutput,
  ) {
    this.#requests = new StreamRequests(symbol, output);
    this.#quote = new MarketDataQuote(symbol);
  }

  begin(client: TwsClient, contract: RoutedContract): void {
    this.#sampled = new Set();
    this.#quote = new MarketDataQuote(this.symbol);
    for (const kind of this.kinds) {
      const refused = (code: number): boolean => isTickByTickRefused(code) && this.#sample(kind, client, contract);
      const fields = (requestId: number): ReturnType<typeof tickByTick> => tickByTick(requestId, contract, TICK_BY_TICK[kind]);
      this.#requests.start(kind, client, fields, cancelTickByTick, (message) => this.#take(message), refused);
    }
  }

  settled(): void {
    const quote = this.#quote.take(this.output.now());
    if (quote !== undefined) this.output.tick(quote);
  }

  stop(): void {
    this.#requests.stop();
  }

  cancel(): void {
    this.stop();
  }

  #sample(kind: TickKind, client: TwsClient, contract: RoutedContract): true {
    const begun = this.#sampled.size > 0;
    this.#sampled.add(kind);
    if (!begun) {
      const fields = (requestId: number): ReturnType<typeof marketData> => marketData(requestId, contract);
      this.#requests.start('market data', client, fields, cancelMarketData, (message) => this.#takeSample(message));
    }
    return true;
  }

  #take(message: RequestMessage): void {
    if (message.kind === 'trade') this.output.tick(tradeOf(this.symbol, message.trade));
    if (message.kind === 'quote') this.output.tick(quoteOf(this.symbol, message.quote));
  }

  #takeSample(message: RequestMessage): void {
    if (message.kind === 'trade') {
      if (this.#sampled.has('trades') && message.mark !== this.#lastMark) this.#take(message);
      this.#lastMark = message.mark;
    } else if (this.#sampled.has('quotes')) this.#quote.apply(message);
  }
}
