import { AlpacaServer, YahooServer } from '@tradewind/venue-servers';
import type { Bar } from '@tradewind/market';
import type { Symbol } from '@tradewind/vocabulary';

/** What the rehearsal tells a venue's process. `publish` reaches whoever listens and is history from then on; `load` is history alone. */
export interface VenueOrder {
  readonly publish: readonly Bar[];
  readonly load: readonly Bar[];
}

export interface VenueReady {
  readonly url: string;
  readonly port: number;
}

/** A venue in a process of its own, so that it can be killed as a machine is: `venue-process.ts alpaca|yahoo <port>`. */
const [kind, port] = process.argv.slice(2);

const carry = async (): Promise<(order: VenueOrder) => void> => {
  if (kind === 'alpaca') {
    const server = await AlpacaServer.start({ port: Number(port), requestsPerMinuteMax: 1_000_000, streamSymbolsMax: 100 });
    process.send!({ url: server.restUrl, port: Number(new URL(server.restUrl).port) } satisfies VenueReady);
    return ({ publish, load }) => {
      server.load(...load);
      for (const bar of publish) server.publish(bar);
    };
  }
  const server = await YahooServer.start();
  process.send!({ url: server.url, port: Number(new URL(server.url).port) } satisfies VenueReady);
  return ({ publish, load }) => {
    for (const bar of [...load, ...publish]) server.load(bar.symbol satisfies Symbol, { bars: [bar] });
  };
};

const obey = await carry();
process.on('message', (order: VenueOrder) => obey(order));
process.on('disconnect', () => process.exit(0));
