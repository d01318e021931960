import { EventName, IBApi, SecType } from '@stoqey/ib';
import { discoverSources, type LiveSink, type SourceEnvironment } from '@tradewind/sources';
import { twsContract, TwsServer } from '@tradewind/venue-servers';
import { nanosFromMillis, quantity, symbolOf } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds } from './harness.js';

const MESSAGES = 200_000;
const ROUNDS = 3;
const TURNS = 3;
const TICK_BY_TICK = 99;
const MARKET_DEPTH_L2 = 13;
const LAST_SIZE = 999_999;
const AAPL = { conId: 265598, symbol: 'AAPL' };

const frameOf = (fields: readonly (string | number)[]): Buffer => {
  const body = Buffer.from(`${fields.join('\0')}\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
};

/** Trades and quotes as TWS frames them, for the two requests with these numbers. */
const streamOf = (tradesId: number, quotesId: number): Buffer =>
  Buffer.concat(
    Array.from({ length: MESSAGES }, (_, index) => {
      const price = (170 + (index % 500) / 100).toFixed(2);
      return index % 2 === 0
        ? frameOf([TICK_BY_TICK, tradesId, 1, 1_709_908_200 + (index >> 8), price, String(1 + (index % 300)), 0, 'ARCA', 'T I'])
        : frameOf([
            TICK_BY_TICK,
            quotesId,
            3,
            1_709_908_200 + (index >> 8),
            price,
            (Number(price) + 0.01).toFixed(2),
            '100',
            String(200 + (index % 50)),
            0,
          ]);
    }),
  );

const environment: SourceEnvironment = {
  clock: { now: () => nanosFromMillis(Date.now()) },
  log: { info: () => undefined, warn: () => undefined },
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  directory: '/nonexistent',
};

/** Resolves once so many ticks have been counted from the moment that it is asked. */
class Counter {
  #left = 0;
  #done: () => void = () => undefined;

  readonly count = (): void => {
    this.#left -= 1;
    if (this.#left === 0) this.#done();
  };

  next(count: number): Promise<void> {
    this.#left = count;
    return new Promise((resolve) => (this.#done = resolve));
  }
}

const oursPerSecond = async (server: TwsServer): Promise<number> => {
  const definition = (await discoverSources()).get('interactive-brokers')!;
  const source = definition.open(definition.settings.parse({ port: String(server.port) }), environment);
  const counter = new Counter();
  const sink: LiveSink = {
    tick: counter.count,
    bar: () => undefined,
    status: () => undefined,
    fault: (error) => {
      throw error;
    },
  };
  await source.live({ symbols: [symbolOf('AAPL')], kinds: ['trades', 'quotes'], interval: '1m' }, sink);
  // The first request is for the contract.
  const stream = streamOf(2, 3);
  const seconds = await fastestSeconds(ROUNDS, async () => {
    const all = counter.next(MESSAGES);
    server.sendGarbage(stream);
    await all;
  });
  await source.close();
  return MESSAGES / seconds;
};

/** Rows of a level II book, ten a side, whose sizes change; the last has a size of its own. */
const rowsOf = (bookId: number): Buffer =>
  Buffer.concat(
    Array.from({ length: MESSAGES }, (_, index) => {
      const [position, side] = [index % 10, (index >> 4) & 1];
      const price = (side === 1 ? 170 - position / 100 : 170.01 + position / 100).toFixed(2);
      const size = index === MESSAGES - 1 ? LAST_SIZE : 1 + ((index * 7) % 500);
      return frameOf([MARKET_DEPTH_L2, 1, bookId, position, 'NSDQ', 1, side, price, size, 1]);
    }),
  );

const rowsPerSecond = async (server: TwsServer): Promise<readonly [rows: number, changes: number]> => {
  const definition = (await discoverSources()).get('interactive-brokers')!;
  const source = definition.open(definition.settings.parse({ port: String(server.port), clientId: '90' }), environment);
  const last = quantity(String(LAST_SIZE));
  let done: () => void = () => undefined;
  let changes = 0;
  const tick: LiveSink['tick'] = (book) => {
    changes += 1;
    if (book.kind === 'book-delta' && book.changes.some((change) => change.quantity === last)) done();
  };
  const fault: LiveSink['fault'] = (error) => {
    throw error;
  };
  await source.live(
    { symbols: [symbolOf('AAPL')], kinds: ['book'], interval: '1m' },
    { tick, bar: () => undefined, status: () => undefined, fault },
  );
  const stream = rowsOf(2);
  const seconds = await fastestSeconds(ROUNDS, async () => {
    changes = 0;
    const all = new Promise<void>((resolve) => (done = resolve));
    server.sendGarbage(stream);
    await all;
  });
  const told = changes;
  await source.close();
  return [MESSAGES / seconds, told];
};

const peerPerSecond = async (server: TwsServer): Promise<number> => {
  const api = new IBApi({ host: '127.0.0.1', port: server.port, clientId: 77 });
  const counter = new Counter();
  api
    .on(EventName.tickByTickAllLast, counter.count)
    .on(EventName.tickByTickBidAsk, counter.count)
    .on(EventName.error, () => undefined);
  const ready = new Promise<void>((resolve) => void api.once(EventName.nextValidId, () => resolve()));
  api.connect();
  await ready;
  const contract = { ...AAPL, secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
  api.reqTickByTickData(2, contract, 'Last' as never, 0, false);
  api.reqTickByTickData(3, contract, 'BidAsk' as never, 0, false);
  const stream = streamOf(2, 3);
  const seconds = await fastestSeconds(ROUNDS, async () => {
    const all = counter.next(MESSAGES);
    server.sendGarbage(stream);
    await all;
  });
  api.disconnect();
  return MESSAGES / seconds;
};

export const benchmark: Benchmark = {
  name: 'Interactive Brokers: ticks a second from the socket to trades and quotes',
  async run(report) {
    const server = new TwsServer({ contracts: [twsContract(AAPL)] });
    await server.listen();
    try {
      // In turns, so that whatever else the machine does disturbs both.
      let [peer, ours] = [0, 0];
      for (let turn = 0; turn < TURNS; turn += 1) {
        peer = Math.max(peer, await peerPerSecond(server));
        ours = Math.max(ours, await oursPerSecond(server));
      }
      report.row('@stoqey/ib, to its events (binary floating point)', peer, '1/s');
      report.row('the source, to exact ticks at the sink', ours, '1/s');
      report.ratio('the source against the library', ours, peer, 'above 1');
      const [rows, changes] = await rowsPerSecond(server);
      report.row('rows of a deep book, to changes of its levels', rows, '1/s');
      report.note(`${MESSAGES} rows made ${changes} changes: what arrives together is one`);
    } finally {
      await server.close();
    }
  },
};
