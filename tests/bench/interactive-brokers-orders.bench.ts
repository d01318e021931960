import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

import { EventName, IBApi, OrderAction, OrderType, SecType, TimeInForce } from '@stoqey/ib';
import { type Broker, discoverBrokers, openBroker } from '@tradewind/brokers';
import { twsContract, TwsServer } from '@tradewind/venue-servers';
import type { VenueReport } from '@tradewind/venue';
import { money, nanosFromMillis, quantity, symbolOf } from '@tradewind/vocabulary';

import { type Benchmark, quantile, type Report } from './harness.js';

const TRADES = 1000;
const PACED_TRADES = 150;
/** What TWS takes of an account without more lines of market data. */
const PACE = 48;
/** The setting's greatest: no pace at all here. */
const PACE_MAX = 10_000;
const REQUEST_BYTES = 250;
const AAPL = symbolOf('AAPL');

const startServer = async (): Promise<TwsServer> => {
  const server = new TwsServer({
    contracts: [twsContract({ conId: 265598, symbol: 'AAPL' })],
    serverVersionMax: 178,
    limits: { messagesPerSecondMax: 1_000_000 },
    trading: { openingCash: money('1000000') },
  });
  await server.listen();
  return server;
};

/** A round trip of as many bytes as an order has, over a bare socket: nothing that asks anything is faster. */
const bareRoundTrips = async (): Promise<readonly number[]> => {
  const echo = createServer({ noDelay: true }, (socket) => socket.pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const socket = connect({ port: (echo.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const samples: number[] = [];
  for (let trip = 0; trip < TRADES; trip += 1) {
    const began = performance.now();
    socket.write(Buffer.alloc(REQUEST_BYTES));
    await once(socket, 'data');
    samples.push(performance.now() - began);
  }
  socket.destroy();
  echo.close();
  return samples;
};

/** The other library, from the order to the first status of it. */
const theirOrders = async (server: TwsServer): Promise<readonly number[]> => {
  const api = new IBApi({ host: '127.0.0.1', port: server.port, clientId: 9, maxReqPerSec: 1_000_000 });
  api.on(EventName.error, () => undefined);
  const ready = new Promise<void>((resolve) => void api.once(EventName.nextValidId, () => resolve()));
  api.connect();
  await ready;
  const contract = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
  const samples: number[] = [];
  for (let trade = 1; trade <= TRADES; trade += 1) {
    server.trading.quote('AAPL', '100', '100.1');
    const answered = new Promise<void>((resolve) => {
      const hear = (id: number): void => {
        if (id !== trade) return;
        api.off(EventName.orderStatus, hear);
        resolve();
      };
      api.on(EventName.orderStatus, hear);
    });
    const began = performance.now();
    const action = trade % 2 === 0 ? OrderAction.BUY : OrderAction.SELL;
    api.placeOrder(trade, contract, { action, orderType: OrderType.MKT, totalQuantity: 10, tif: TimeInForce.DAY, transmit: true });
    await answered;
    samples.push(performance.now() - began);
  }
  api.disconnect();
  return samples;
};

interface Traded {
  readonly samples: readonly number[];
  readonly seconds: number;
  readonly fills: number;
}

const ourOrders = async (server: TwsServer, messagesPerSecond: number, trades: number, name: string): Promise<Traded> => {
  const variables = {
    TW_BROKER_INTERACTIVE_BROKERS_PORT: String(server.port),
    TW_BROKER_INTERACTIVE_BROKERS_MESSAGES_PER_SECOND: String(messagesPerSecond),
  };
  const ignored = (): void => undefined;
  const broker: Broker = openBroker(await discoverBrokers(), 'interactive-brokers', variables, {
    clock: { now: () => nanosFromMillis(Date.now()) },
    log: { info: ignored, warn: ignored },
  });
  const reports: VenueReport[] = [];
  await broker.connect({ report: (report) => void reports.push(report), link: ignored, fault: ignored }, AbortSignal.timeout(5000));
  const samples: number[] = [];
  const start = performance.now();
  for (let trade = 0; trade < trades; trade += 1) {
    server.trading.quote('AAPL', '100', '100.1');
    const began = performance.now();
    const answer = await broker.submit({
      clientOrderId: `${name}-${trade}`,
      symbol: AAPL,
      side: trade % 2 === 0 ? 'BUY' : 'SELL',
      type: 'MARKET',
      quantity: quantity('10'),
      timeInForce: 'DAY',
    });
    samples.push(performance.now() - began);
    if (answer.status !== 'TAKEN') throw new Error(`trade ${trade} was not taken: ${JSON.stringify(answer)}`);
  }
  const seconds = (performance.now() - start) / 1000;
  await broker.close();
  return { samples, seconds, fills: reports.filter(({ type }) => type === 'FILLED').length };
};

const spread = (report: Report, label: string, samples: readonly number[]): void => {
  report.row(`${label}, p50`, quantile(samples, 0.5), 'ms');
  report.row(`${label}, p99`, quantile(samples, 0.99), 'ms');
  report.row(`${label}, longest`, Math.max(...samples), 'ms');
};

export const benchmark: Benchmark = {
  name: 'interactive-brokers-orders: from an order to the word of a TWS of ours that it was taken',
  run: async (report) => {
    const floor = await bareRoundTrips();
    const server = await startServer();
    try {
      await ourOrders(server, PACE_MAX, TRADES, 'warm');
      const ours = await ourOrders(server, PACE_MAX, TRADES, 'free');
      const theirs = await theirOrders(server);
      const paced = await ourOrders(server, PACE, PACED_TRADES, 'paced');
      spread(report, `${TRADES} trades one after the other, ${ours.fills} filled`, ours.samples);
      report.row('trades a second, one at a time', TRADES / ours.seconds, '/s');
      spread(report, '@stoqey/ib, the same orders', theirs);
      spread(report, `at the pace that TWS takes (${PACE} messages a second)`, paced.samples);
      report.row('trades a second at that pace', PACED_TRADES / paced.seconds, '/s');
      report.ratio('p50 against a bare round trip of as many bytes', quantile(ours.samples, 0.5), quantile(floor, 0.5));
      report.ratio('p50 against @stoqey/ib', quantile(ours.samples, 0.5), quantile(theirs, 0.5), 'below 1');
      report.note(
        'the aim of the platform is 500 ms; what waits longer than that waits for the pace: a burst of 48 goes at once, the rest a second later',
      );
    } finally {
      await server.close();
    }
  },
};
