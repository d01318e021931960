import { INSTRUMENTS } from '@tradewind/market';
import { type AlpacaTradingFault, AlpacaTradingServer } from '@tradewind/venue-servers';
import { money, quantity, symbolOf } from '@tradewind/vocabulary';

import type { Rehearsal, RehearsedVenue, VenueBooks } from './rehearsed-venue.js';
import { SYMBOLS } from './tape.js';
import { plainDecimal, type VenueFillLine } from './verdict.js';

interface WireOrder {
  readonly id: string;
  readonly client_order_id: string;
  readonly replaces: string | null;
  readonly symbol: string;
  readonly filled_qty: string;
  readonly status: string;
}
interface WireFill {
  readonly id: string;
  readonly order_id: string;
  readonly qty: string;
  readonly price: string;
  readonly cum_qty: string;
}

const PAGE = 100;
const ENDED: ReadonlySet<string> = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);

class AlpacaVenue implements RehearsedVenue {
  #byHand = 0;

  constructor(private readonly server: AlpacaTradingServer) {}

  get port(): number {
    return Number(new URL(this.server.restUrl).port);
  }
  quote({ symbol, bid, ask, size }: Parameters<RehearsedVenue['quote']>[0]): void {
    this.server.market.quote(symbol, bid, ask, size);
  }
  fail(fault: string, times: number): void {
    this.server.failCommands(fault as AlpacaTradingFault, times);
  }
  hold(): void {
    this.server.holdUpdates();
  }
  release(order: 'SAME' | 'REVERSED'): void {
    this.server.releaseUpdates(order);
  }
  double(): void {
    this.server.doubleUpdates();
  }
  cutReports(): void {
    this.server.cutStreams();
  }
  silence(): void {
    this.server.silenceStreams();
  }
  away(): Promise<void> {
    return this.server.down();
  }
  back(): Promise<void> {
    return this.server.up();
  }
  /** Alpaca's answers to that: nobody is known for a while. */
  lose(): void {
    this.server.failCommands('server-error', 2);
    this.server.failQuestions('server-error', 2);
  }
  find(): void {
    this.server.hideExecutions(500);
  }
  skip(ms: number): void {
    this.server.market.skip(BigInt(ms) * 1_000_000n);
  }
  buyByHand(symbol: string, shares: number): void {
    this.#byHand += 1;
    const order = { symbol, qty: String(shares), side: 'buy', type: 'market', time_in_force: 'day' };
    this.server.ask('POST', '/v2/orders', { ...order, client_order_id: `by-hand-${this.#byHand}` });
  }

  books(): VenueBooks {
    const read = <T>(path: string): T => this.server.ask('GET', path).body as T;
    return {
      orders: read<readonly WireOrder[]>('/v2/orders?status=all&limit=500&direction=asc').map((order) => ({
        clientOrderId: order.client_order_id,
        replaces: order.replaces,
        id: order.id,
        symbol: order.symbol,
        filled: order.filled_qty,
        status: order.status,
        open: !ENDED.has(order.status),
        byHand: order.client_order_id.startsWith('by-hand-'),
      })),
      fills: this.#fills(),
      positions: Object.fromEntries(
        read<readonly { readonly symbol: string; readonly qty: string }[]>('/v2/positions').map(({ symbol, qty }) => [
          symbol,
          plainDecimal(qty),
        ]),
      ),
      cash: plainDecimal(read<{ readonly cash: string }>('/v2/account').cash),
    };
  }

  #fills(): readonly VenueFillLine[] {
    const fills: VenueFillLine[] = [];
    for (let token = ''; ;) {
      const path = `/v2/account/activities/FILL?direction=asc&page_size=${PAGE}${token}`;
      const page = this.server.ask('GET', path).body as readonly WireFill[];
      for (const { order_id: orderId, qty, price, cum_qty: cumulative } of page)
        fills.push({ id: `${orderId}/${quantity(cumulative)}`, orderId, quantity: plainDecimal(qty), price: plainDecimal(price) });
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) return fills;
      token = `&page_token=${encodeURIComponent(last.id)}`;
    }
  }
}

/** Alpaca's REST and stream formats over our simulated venue. */
export const alpaca: Rehearsal = {
  broker: 'alpaca',
  start: async () =>
    new AlpacaVenue(
      await AlpacaTradingServer.start({
        instruments: Object.fromEntries(
          INSTRUMENTS.filter(({ symbol }) => SYMBOLS.includes(symbolOf(symbol))).map((entry) => [entry.symbol, entry]),
        ),
        openingCash: money('100000'),
        requestsPerMinuteMax: 1_000_000,
      }),
    ),
};
