import { connect } from 'node:net';
import { BarSizeSetting, EventName, SecType, WhatToShow } from '@stoqey/ib';
import { afterEach, describe, expect, it } from 'vitest';

import type { TwsServer, TwsServerOptions } from '../../src/index.js';
import { AAPL, listeningServer, minuteBars, OPENING, SteppedClock, trade } from './market-of-apple.js';
import { StoqeyClient } from './stoqey-client.js';

const APPLE = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const running: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of running.splice(0).toReversed()) await end();
});

const start = async (options: Partial<TwsServerOptions> = {}): Promise<TwsServer> => {
  const server = await listeningServer(options);
  running.push(() => server.close());
  return server;
};
const join = async (server: TwsServer, clientId = 7): Promise<StoqeyClient> => {
  const client = new StoqeyClient(server.port, clientId);
  running.push(() => client.close());
  await client.connect();
  return client;
};
const settled = async (client: StoqeyClient): Promise<void> => {
  const before = client.of(EventName.currentTime).length;
  client.api.reqCurrentTime();
  await client.next(EventName.currentTime, () => client.of(EventName.currentTime).length > before);
};

describe('faults of the TWS server, as @stoqey/ib meets them', () => {
  it('sends a second client with the same id away (326), and takes it once the first is gone', async () => {
    const server = await start();
    const first = await join(server, 5);
    const second = new StoqeyClient(server.port, 5);
    second.api.connect();
    expect(await second.next(EventName.info, ([, code]) => code === 326)).toBeDefined();
    await second.next(EventName.disconnected);
    first.close();
    await first.next(EventName.disconnected);
    await join(server, 5);
    expect(server.clientIds).toEqual([5]);
  });

  it('publishes nothing between 1100 and 1102, and goes on with the same subscriptions after it', async () => {
    const server = await start();
    const client = await join(server);
    client.api.reqTickByTickData(1, APPLE, 'Last' as never, 0, false);
    await settled(client);
    const apple = server.market.instrument(AAPL);
    server.loseConnectivity();
    apple.publishTrade(trade(OPENING, '170', '1'));
    client.api.reqMktData(2, APPLE, '', false, false);
    expect((await client.error(2)).code).toBe(504);
    server.restoreConnectivity('maintained');
    apple.publishTrade(trade(OPENING + 1, '171', '1'));
    await client.next(EventName.tickByTickAllLast);
    expect(client.of(EventName.tickByTickAllLast).map((values) => values[3])).toEqual([171]);
    expect(
      client
        .of(EventName.info)
        .map(([, code]) => code)
        .slice(-2),
    ).toEqual([1100, 1102]);
  });

  it('has forgotten every subscription after 1101', async () => {
    const server = await start();
    const client = await join(server);
    client.api.reqTickByTickData(1, APPLE, 'Last' as never, 0, false);
    await settled(client);
    server.loseConnectivity();
    server.restoreConnectivity('lost');
    await client.next(EventName.info, ([, code]) => code === 1101);
    expect(server.subscriptions).toEqual([]);
    client.api.cancelTickByTickData(1);
    expect((await client.error(1)).code).toBe(300);
  });

  it('comes back on the same port after a restart', async () => {
    const server = await start();
    const { port } = server;
    const client = await join(server);
    await server.stop();
    await client.next(EventName.disconnected);
    await server.listen();
    expect(server.port).toBe(port);
    await join(server);
  });

  it('cuts a message in half and the connection with it', async () => {
    const server = await start();
    const client = await join(server);
    server.market.instrument(AAPL).loadBars(60, minuteBars(100));
    server.dropInMidMessage();
    client.api.reqHistoricalData(3, APPLE, '20240309-00:00:00', '1 D', BarSizeSetting.MINUTES_ONE, WhatToShow.TRADES, 0, 2, false);
    await client.next(EventName.disconnected);
    expect(client.of(EventName.historicalData)).toEqual([]);
  });

  it('is understood though it writes byte by byte', async () => {
    const server = await start();
    server.setBytesPerWrite(1);
    const client = await join(server);
    client.api.reqContractDetails(4, APPLE);
    expect((await client.next(EventName.contractDetails))[1]).toMatchObject({ longName: 'APPLE INC' });
    expect(client.complaints).toEqual([]);
  });

  it('refuses requests for history that break the pacing rules (162), for small bars alone', async () => {
    const clock = new SteppedClock();
    const server = await start({ paced: true, clock, limits: { messagesPerSecondMax: 1000 } });
    const client = await join(server);
    server.market.instrument(AAPL).loadBars(60, minuteBars(10));
    const request = (id: number, size: BarSizeSetting, end: string): void =>
      void client.api.reqHistoricalData(id, APPLE, end, '1800 S', size, WhatToShow.TRADES, 0, 2, false);
    const refused = async (): Promise<readonly (readonly unknown[])[]> => {
      await settled(client);
      return client.of(EventName.error).map(([, code, id]) => [code, id]);
    };
    for (const id of [10, 11]) request(id, BarSizeSetting.MINUTES_ONE, '20240308-15:00:00');
    expect(await refused()).toEqual([]);
    for (const id of [12, 13]) request(id, BarSizeSetting.SECONDS_FIVE, '20240308-15:00:00');
    expect(await refused()).toEqual([[162, 13]]);
    clock.seconds += 16;
    for (const id of [14, 15, 16, 17, 18, 19]) request(id, BarSizeSetting.SECONDS_FIVE, `20240308-14:5${id - 14}:00`);
    expect(await refused()).toEqual([
      [162, 13],
      [162, 19],
    ]);
    // Eight so far; the sixty-first and those after it are too many.
    for (let group = 0; group < 11; group += 1) {
      clock.seconds += 3;
      for (let one = 0; one < 5; one += 1) request(20 + group * 5 + one, BarSizeSetting.SECONDS_FIVE, `20240308-14:${31 + group}:0${one}`);
      await settled(client);
    }
    const all = await refused();
    expect(all.map(([, id]) => id)).toEqual([13, 19, 72, 73, 74]);
    clock.seconds += 601;
    request(80, BarSizeSetting.SECONDS_FIVE, '20240308-15:00:00');
    expect(await refused()).toEqual(all);
  });

  it('answers as scripted, once: an error, nothing, or changed fields', async () => {
    const server = await start();
    const client = await join(server);
    server.failNext('marketData', 10197, 'No market data during competing live session');
    server.ignoreNext('contractDetails');
    server.rewriteNext('currentTime', ([version]) => [version!, 42]);
    client.api.reqMktData(1, APPLE, '', false, false);
    client.api.reqContractDetails(2, APPLE);
    client.api.reqContractDetails(3, APPLE);
    expect((await client.error(1)).code).toBe(10197);
    expect((await client.next(EventName.contractDetailsEnd))[0]).toBe(3);
    client.api.reqCurrentTime();
    expect(await client.next(EventName.currentTime)).toEqual([42]);
  });

  it('refuses more than fifty messages a second (100)', async () => {
    const server = await start({ clock: new SteppedClock() });
    const client = await join(server);
    for (let index = 0; index < 60; index += 1) client.api.reqCurrentTime();
    expect(await client.next(EventName.info, ([, code]) => code === 100)).toBeDefined();
    expect(client.of(EventName.currentTime).length).toBeLessThan(50);
  });

  it('hangs up on what is no greeting, no version and no message', async () => {
    const server = await start();
    const greeting = Buffer.concat([Buffer.from('API\0\0\0\0\x09'), Buffer.from('v100..193')]);
    const endings = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('API\0\0\0\0\x04v1.2'),
      Buffer.concat([greeting, Buffer.from([0x7f, 0xff, 0xff, 0xff])]),
    ];
    for (const bytes of endings) {
      const socket = connect(server.port, '127.0.0.1');
      socket.on('data', () => undefined);
      socket.write(bytes);
      await new Promise((resolve) => socket.once('close', resolve));
    }
    await join(server);
  });
});
