import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

import { INSTRUMENTS } from '@tradewind/market';
import { AlpacaTradingServer } from '@tradewind/venue-servers';
import { money } from '@tradewind/vocabulary';

import { type Quote, SYMBOLS } from '../chaos/desk/tape.js';

/** When an order's request had arrived at the venue and when its answer was handed over, by this machine's clock, in milliseconds. */
export interface OrderTimes {
  readonly cameAt: number;
  readonly answeredAt: number;
}

/** What the benchmark tells the venue, and asks it. */
export type VenueWord = { readonly quotes: readonly Quote[] } | { readonly ask: 'times' };

const times: OrderTimes[] = [];
const came = new WeakMap<IncomingMessage, number>();
const now = (): number => performance.timeOrigin + performance.now();

subscribe('http.server.request.start', (message) => {
  const { request } = message as { readonly request: IncomingMessage };
  if (request.method === 'POST' && request.url === '/v2/orders') came.set(request, now());
});
subscribe('http.server.response.finish', (message) => {
  const { request } = message as { readonly request: IncomingMessage };
  const cameAt = came.get(request);
  if (cameAt !== undefined) times.push({ cameAt, answeredAt: now() });
});

/** The broker in a process of its own, with a clock beside its door. */
const server = await AlpacaTradingServer.start({
  instruments: Object.fromEntries(INSTRUMENTS.filter(({ symbol }) => SYMBOLS.includes(symbol)).map((entry) => [entry.symbol, entry])),
  openingCash: money('100000'),
  requestsPerMinuteMax: 1_000_000,
});
process.on('message', (word: VenueWord) => {
  if ('quotes' in word) for (const { symbol, bid, ask } of word.quotes) server.market.quote(symbol, bid, ask);
  else process.send!({ times });
});
process.on('disconnect', () => process.exit(0));
process.send!({ port: Number(new URL(server.restUrl).port) });
