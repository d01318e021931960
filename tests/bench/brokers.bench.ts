import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Broker, type BrokerEnvironment, type BrokerSink, discoverBrokers } from '@tradewind/brokers';
import type { VenueReport } from '@tradewind/venue';
import { AlpacaTradingServer } from '@tradewind/venue-servers';
import { type Instrument, money, nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';

import { type Benchmark, quantile, type Report } from './harness.js';

const TRADES = 1000;
const WARM_UP = 100;
const AAPL = symbolOf('AAPL');
const INSTRUMENT: Instrument = {
  symbol: AAPL,
  name: 'Apple',
  assetClass: 'STOCK',
  category: 'CORE',
  sector: 'Technology',
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: true,
  shortable: true,
};
const environment: BrokerEnvironment = {
  clock: { now: () => nanosFromMillis(Date.now()) },
  log: { info: () => undefined, warn: () => undefined },
};
/** An answer as long as Alpaca's to an order. */
const ANSWER = JSON.stringify({ id: 'x'.repeat(900) });

/** Milliseconds of bare HTTP round trips on one kept connection, with bodies as long as those of an order. */
const floorOf = async (): Promise<readonly number[]> => {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => response.end(ANSWER));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = server.address() as AddressInfo;
  const once = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request({ port, agent, method: 'POST' }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      sent.on('error', reject);
      sent.end('x'.repeat(180));
    });
  const samples = await timed(once);
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return samples;
};

const timed = async (once: (round: number) => Promise<unknown>): Promise<readonly number[]> => {
  const samples: number[] = [];
  for (let round = 0; round < WARM_UP + TRADES; round += 1) {
    const started = performance.now();
    await once(round);
    if (round >= WARM_UP) samples.push(performance.now() - started);
  }
  return samples;
};

/** Hears reports and wakes whoever waits for one. */
class Ear implements BrokerSink {
  private readonly waiting = new Map<string, () => void>();
  report(report: VenueReport): void {
    this.waiting.get(`${report.type} ${report.clientOrderId}`)?.();
  }
  link(): void {}
  fault(error: Error): void {
    throw error;
  }
  next(type: VenueReport['type'], clientOrderId: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(`${type} ${clientOrderId}`, resolve));
  }
}

const tell = (report: Report, label: string, samples: readonly number[], floor: readonly number[]): void => {
  report.row(`${label} p50`, quantile(samples, 0.5), 'ms');
  report.row(`${label} p99`, quantile(samples, 0.99), 'ms');
  report.ratio(`${label} p50 against the bare round trip`, quantile(samples, 0.5), quantile(floor, 0.5));
};

const measure = async (report: Report, name: string, broker: Broker, floor: readonly number[]): Promise<void> => {
  const ear = new Ear();
  await broker.connect(ear, AbortSignal.timeout(10_000));
  const order = (clientOrderId: string, round: number) =>
    ({
      clientOrderId,
      symbol: AAPL,
      side: round % 2 === 0 ? 'BUY' : 'SELL',
      type: 'MARKET',
      quantity: quantity('1'),
      timeInForce: 'DAY',
    }) as const;
  tell(
    report,
    `${name}: market order to acknowledgement`,
    await timed((round) => broker.submit(order(`ack-${name.length}-${round}`, round))),
    floor,
  );
  const filled = await timed(async (round) => {
    const id = `fill-${name.length}-${round}`;
    await Promise.all([ear.next('FILLED', id), broker.submit(order(id, round))]);
  });
  tell(report, `${name}: market order to the report of its fill`, filled, floor);
  const cancelled: number[] = [];
  for (let round = 0; round < TRADES / 5; round += 1) {
    const id = `cancel-${name.length}-${round}`;
    const limit = { ...order(id, 0), type: 'LIMIT', limitPrice: price('90') } as const;
    await Promise.all([ear.next('ACCEPTED', id), broker.submit(limit)]);
    const started = performance.now();
    await Promise.all([ear.next('CANCELED', id), broker.cancel({ clientOrderId: id, symbol: AAPL })]);
    cancelled.push(performance.now() - started);
  }
  tell(report, `${name}: cancel to the report of it`, cancelled, floor);
  await broker.close();
};

export const benchmark: Benchmark = {
  name: 'brokers: an order to its acknowledgement and its fill at the local Alpaca server, against a bare HTTP round trip of the same run',
  async run(report) {
    const floor = await floorOf();
    report.row('bare HTTP round trip p50', quantile(floor, 0.5), 'ms');
    report.row('bare HTTP round trip p99', quantile(floor, 0.99), 'ms');
    const brokers = await discoverBrokers();
    const alpaca = await AlpacaTradingServer.start({
      instruments: { AAPL: INSTRUMENT },
      openingCash: money('1000000'),
      requestsPerMinuteMax: 1_000_000,
    });
    alpaca.market.quote(AAPL, '100', '100.1', '1000000');
    const settings = {
      keyId: 'local-key-id',
      secret: 'local-secret',
      restUrl: alpaca.restUrl,
      streamUrl: alpaca.streamUrl,
      requestsPerMinute: '1000000',
    };
    const definition = brokers.get('alpaca')!;
    await measure(report, 'alpaca', definition.open(definition.settings.parse(settings), environment), floor);
    await alpaca.down();
  },
};
