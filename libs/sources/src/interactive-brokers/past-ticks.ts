import type { Quote, Tick, Trade } from '@tradewind/market';
import { ask, cancelHistoricalData, historicalTicks, type PastQuote, type PastTrade, type RoutedContract } from '@tradewind/tws';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { TickRequest } from '../source.js';
import { type HistoryAccess, utcText } from './history-access.js';

type Kind = 'TRADES' | 'BID_ASK';

const PAGE_TICKS = 1000;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

/** IB counts nothing: no tick of it has a number. */
const UNCOUNTED = 0;

export const tradeOf = (symbol: Symbol, { at, price, quantity, conditions, venue }: PastTrade): Trade => ({
  kind: 'trade',
  symbol,
  at,
  sequence: UNCOUNTED,
  price,
  quantity,
  aggressor: 'UNKNOWN',
  conditions,
  venue,
});

export const quoteOf = (symbol: Symbol, { at, bidPrice, bidQuantity, askPrice, askQuantity }: PastQuote): Quote => ({
  kind: 'quote',
  symbol,
  at,
  sequence: UNCOUNTED,
  bidPrice,
  bidQuantity,
  askPrice,
  askQuantity,
  venue: '',
});

/** Ticks of the past in order of time, kinds merged; of one second the quotes come first. */
export async function* pastTicks(
  { symbol, kinds, from, until }: TickRequest,
  contract: RoutedContract,
  access: HistoryAccess,
  timeoutMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Tick[]> {
  const wanted: readonly Kind[] = [
    ...(kinds.includes('quotes') ? (['BID_ASK'] as const) : []),
    ...(kinds.includes('trades') ? (['TRADES'] as const) : []),
  ];
  const fetch = (kind: Kind, start: UnixNanos): Promise<readonly Tick[]> =>
    access.attempt(async (client) => {
      const subject = `${contract.conId}/${contract.exchange}/${kind}`;
      await access.turn({ subject, identity: `${subject}/ticks/${start}`, weight: kind === 'BID_ASK' ? 2 : 1 });
      return ask<readonly Tick[]>(
        client,
        {
          fields: (requestId) =>
            historicalTicks(requestId, contract, { start: utcText(start), count: PAGE_TICKS, kind, regularHours: access.regularHours }),
          cancel: cancelHistoricalData,
          take: (message, resolve) => {
            if (message.kind === 'past-trades') resolve(message.trades.map((trade) => tradeOf(symbol, trade)));
            if (message.kind === 'past-quotes') resolve(message.quotes.map((quote) => quoteOf(symbol, quote)));
          },
        },
        timeoutMs,
        signal,
      );
    });
  const series = wanted.map((kind) => new Series(symbol, kind, from, until, (start) => fetch(kind, start)));
  for (;;) {
    for (const one of series) await one.fill();
    // What every series has been read up to can be given: nothing earlier comes any more.
    const complete = series.map(({ readUntil }) => readUntil).reduce((least, end) => (end < least ? end : least), until);
    const page = series
      .flatMap((one) => one.takeBefore(complete))
      .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
    if (page.length > 0) yield page;
    if (complete >= until) return;
  }
}

/** One kind of ticks, page by page. TWS never cuts a second in two, so the next page starts with the second after the last. */
class Series {
  #waiting: Tick[] = [];
  #next: UnixNanos;
  #filledUntil: UnixNanos;

  constructor(
    readonly symbol: Symbol,
    readonly kind: Kind,
    private readonly from: UnixNanos,
    private readonly until: UnixNanos,
    private readonly fetch: (start: UnixNanos) => Promise<readonly Tick[]>,
  ) {
    this.#next = from;
    this.#filledUntil = from;
  }

  /** Everything before this instant has been read. */
  get readUntil(): UnixNanos {
    return this.#filledUntil;
  }

  /** Reads one page unless there is still one waiting. */
  async fill(): Promise<void> {
    if (this.#waiting.length > 0 || this.#filledUntil >= this.until) return;
    const page = await this.fetch(this.#next);
    const last = page.at(-1);
    // A page without ticks speaks of its day only.
    const end = last === undefined ? (this.#next / DAY) * DAY + DAY : (last.at / SECOND) * SECOND + SECOND;
    this.#next = end as UnixNanos;
    this.#filledUntil = (end < this.until ? end : this.until) as UnixNanos;
    this.#waiting.push(...page.filter(({ at }) => at >= this.from && at < this.until));
  }

  takeBefore(end: UnixNanos): readonly Tick[] {
    const first = this.#waiting.findIndex(({ at }) => at >= end);
    return this.#waiting.splice(0, first < 0 ? this.#waiting.length : first);
  }
}
