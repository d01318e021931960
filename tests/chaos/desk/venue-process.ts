import { AlpacaTradingServer } from '@tradewind/venue-servers';
import { INSTRUMENTS } from '@tradewind/market';
import { money } from '@tradewind/vocabulary';

import type { ANSWER_FAULTS } from './plan.js';
import { SYMBOLS, type Quote } from './tape.js';

/** What the rehearsal tells the venue. */
export type VenueOrder =
  | { readonly say: 'quotes'; readonly quotes: readonly Quote[] }
  | { readonly say: 'fail'; readonly fault: (typeof ANSWER_FAULTS)[number]; readonly times: number }
  | { readonly say: 'hold' }
  | { readonly say: 'release'; readonly order: 'SAME' | 'REVERSED' }
  | { readonly say: 'double' }
  | { readonly say: 'cut-streams' }
  | { readonly say: 'skip'; readonly ms: number }
  | { readonly say: 'ask'; readonly id: number; readonly path: string };

export type VenueAnswer = { readonly port: number } | { readonly id: number; readonly body: unknown };

/** The broker in a process of its own, so that it can be stopped as a machine is. */
const server = await AlpacaTradingServer.start({
  instruments: Object.fromEntries(INSTRUMENTS.filter(({ symbol }) => SYMBOLS.includes(symbol)).map((entry) => [entry.symbol, entry])),
  openingCash: money('100000'),
  requestsPerMinuteMax: 1_000_000,
});

const obey = (order: VenueOrder): void => {
  switch (order.say) {
    case 'quotes':
      for (const { symbol, bid, ask } of order.quotes) server.market.quote(symbol, bid, ask);
      return;
    case 'fail':
      server.failCommands(order.fault, order.times);
      return;
    case 'hold':
      server.holdUpdates();
      return;
    case 'release':
      server.releaseUpdates(order.order);
      return;
    case 'double':
      server.doubleUpdates();
      return;
    case 'cut-streams':
      server.cutStreams();
      return;
    case 'skip':
      server.market.skip(BigInt(order.ms) * 1_000_000n);
      return;
    case 'ask':
      process.send!({ id: order.id, body: server.ask('GET', order.path).body } satisfies VenueAnswer);
      return;
    default:
  }
};

process.on('message', (order: VenueOrder) => obey(order));
process.on('disconnect', () => process.exit(0));
process.send!({ port: Number(new URL(server.restUrl).port) } satisfies VenueAnswer);
