import { afterEach } from 'vitest';
import type { TwsServer, TwsServerOptions } from '@tradewind/venue-servers';

import type { LiveRequest, LiveSession, MarketSource } from '../../src/source.js';
import { RecordingSink, type Surroundings, surroundings } from '../acceptance/surroundings.js';
import { AAPL, openAgainst, startServer } from './tws-venue.js';

/** A server, the source against it and what it says; gone after the test. */
export interface Bench {
  readonly server: TwsServer;
  readonly source: MarketSource;
  readonly sink: RecordingSink;
  readonly around: Surroundings;
  readonly live: (request?: Partial<LiveRequest>) => Promise<LiveSession>;
}

const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of running.splice(0)) await end();
});

export const startBench = async (settings: object = {}, options: Partial<TwsServerOptions> = {}): Promise<Bench> => {
  const around = await surroundings();
  const server = await startServer(options);
  const source = openAgainst(
    server,
    options.clock === undefined ? around.environment : { ...around.environment, clock: options.clock },
    settings,
  );
  const sink = new RecordingSink();
  running.push(async () => {
    await source.close();
    await server.close();
    await around.end();
  });
  const live = (request: Partial<LiveRequest> = {}): Promise<LiveSession> =>
    source.live({ symbols: [AAPL], kinds: ['trades', 'quotes'], interval: '5s', ...request }, sink);
  return { server, source, sink, around, live };
};
