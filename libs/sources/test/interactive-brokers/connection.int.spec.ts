import { type AddressInfo, createServer } from 'node:net';

import { describe, expect, it } from 'vitest';

import { twsContract } from '@tradewind/venue-servers';
import { price, quantity, symbolOf } from '@tradewind/vocabulary';

import { definition } from '../../src/interactive-brokers/index.js';
import { NEVER, refusal } from '../acceptance/request-cases.js';
import { collect, until } from '../acceptance/surroundings.js';
import { startBench } from './bench-of-one.js';
import { AAPL, at, CONTRACTS, instrumentOf, publish, quotes, SPY, trades } from './tws-venue.js';

const NOON = Date.parse('2024-03-08T17:00Z') / 1000;
const someBars = (symbol = AAPL): { symbol: typeof AAPL; interval: '1m'; from: ReturnType<typeof at>; until: ReturnType<typeof at> } => ({
  symbol,
  interval: '1m',
  from: at(NOON),
  until: at(NOON + 3600),
});

describe('connections to TWS', () => {
  it('takes the next client id when one is in use, and gives up when all are', async () => {
    const { server, live } = await startBench({ clientId: '30', clientIds: '2' });
    server.holdClientId(30);
    const session = await live();
    expect(server.clientIds).toEqual([31]);
    await session.close();
    server.holdClientId(31);
    expect(await refusal(live())).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('client ids 30 to 31 are in use') as string,
    });
    server.releaseClientId(30);
    await live();
    expect(server.clientIds).toEqual([30]);
  });

  it('asks history over the connection that live data has', async () => {
    const { server, source, live } = await startBench();
    await live();
    await collect(source.bars(someBars(), NEVER));
    expect(server.connections).toBe(1);
    expect(server.countOf('historicalData')).toBe(1);
  });

  it('refuses an account of real money unless it is told to take it', async () => {
    const accounts = ['DU1234567', 'U7654321'];
    expect((await refusal((await startBench({}, { accounts })).live())).code).toBe('AUTHENTICATION');
    await (await startBench({ live: 'true' }, { accounts })).live();
  });

  it('refuses the ports of real money unless it is told to take them', () => {
    for (const port of ['7496', '4001']) {
      expect(definition.settings.safeParse({ port }).success).toBe(false);
      expect(definition.settings.safeParse({ port, live: 'true' }).success).toBe(true);
    }
    expect(definition.settings.parse({})).toMatchObject({ port: 4002, live: false });
  });

  it('refuses a TWS that is too old to tell sizes in shares', async () => {
    const { live } = await startBench({}, { serverVersionMax: 175 });
    // Such a TWS finds no version in common and hangs up.
    expect((await refusal(live())).code).toBe('UNAVAILABLE');
  });

  it('gives up on a listener that accepts and never answers', async () => {
    const listener = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { around } = await startBench();
    const source = definition.open(
      definition.settings.parse({ port: String((listener.address() as AddressInfo).port), connectTimeoutMs: '60', attemptsMax: '2' }),
      around.environment,
    );
    expect(await refusal(collect(source.bars(someBars(), NEVER)))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('no handshake within 60 ms') as string,
    });
    await source.close();
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe('contracts', () => {
  it('names the listing of a symbol that is several contracts', async () => {
    const contracts = [
      ...CONTRACTS,
      twsContract({ conId: 4391, symbol: 'TWICE' }),
      twsContract({ conId: 4392, symbol: 'TWICE', primaryExchange: 'NYSE' }),
    ];
    const { source } = await startBench({}, { contracts });
    const error = await refusal(collect(source.bars(someBars(symbolOf('TWICE')), NEVER)));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('NASDAQ USD, NYSE USD') as string });
  });

  it('finds Toronto by currency and listing, and a share class by its blank', async () => {
    const contracts = [
      ...CONTRACTS,
      twsContract({ conId: 1, symbol: 'RY', primaryExchange: 'NYSE' }),
      twsContract({ conId: 2, symbol: 'RY', primaryExchange: 'TSE', currency: 'CAD', validExchanges: ['SMART', 'TSE'] }),
      twsContract({ conId: 3, symbol: 'BRK B', primaryExchange: 'NYSE' }),
    ];
    const { server, source, sink } = await startBench({}, { contracts });
    await source.live({ symbols: [symbolOf('RY-TO'), symbolOf('BRK-B')], kinds: ['trades'], interval: '1m' }, sink);
    server.market.instrument(2).publishTrade({
      at: at(NOON),
      price: price('140.5'),
      quantity: quantity('7'),
      exchange: 'TSE',
      conditions: '',
      pastLimit: false,
      unreported: false,
    });
    server.market.instrument(3).publishTrade({
      at: at(NOON),
      price: price('410'),
      quantity: quantity('1'),
      exchange: 'NYSE',
      conditions: '',
      pastLimit: false,
      unreported: false,
    });
    await until('both arrive', () => sink.ticks.length === 2);
    expect(sink.ticks.map(({ symbol }) => symbol)).toEqual(['RY-TO', 'BRK-B']);
  });

  it('takes the contract that a setting names for a symbol', async () => {
    const contracts = [
      ...CONTRACTS,
      twsContract({ conId: 7, symbol: 'ESZ5', secType: 'FUT', primaryExchange: '', validExchanges: ['CME'] }),
    ];
    const { server, source } = await startBench({ contracts: 'ES=ESZ5:FUT:CME::USD' }, { contracts });
    await collect(source.bars(someBars(symbolOf('ES')), NEVER));
    expect(server.countOf('historicalData')).toBe(1);
    expect(definition.settings.safeParse({ contracts: 'ES=ESZ5' }).success).toBe(false);
  });
});

describe('ticks beyond what TWS streams tick by tick', () => {
  it('come as market data: trades with milliseconds, quotes as the last of what arrived together', async () => {
    const { server, sink, live } = await startBench({}, { limits: { tickByTickMax: 1, messagesPerSecondMax: 1000 } });
    await live({ symbols: [AAPL, SPY] });
    expect(server.subscriptions).toEqual(['marketData AAPL', 'marketData SPY', 'tickByTick AAPL']);
    const [sale] = trades(SPY, NOON + 0.25, 1);
    const [quote] = quotes(SPY, NOON, 1);
    publish(server, sale!);
    publish(server, quote!);
    await until('the quote arrives', () => sink.ticks.some(({ kind }) => kind === 'quote'));
    // Real-time volume tells neither exchange nor conditions, market data no time of the quote.
    expect(sink.ticks.find(({ kind }) => kind === 'trade')).toEqual({ ...sale!, venue: '', conditions: [] });
    const arrived = sink.ticks.findLast(({ kind }) => kind === 'quote')!;
    expect(arrived).toEqual({ ...quote!, at: arrived.at });
    expect(arrived.at).toBeGreaterThan(at(NOON));
    instrumentOf(server, SPY).publishQuote({
      at: at(NOON + 1),
      bidPrice: price('0'),
      bidQuantity: quantity('0'),
      askPrice: quote!.askPrice,
      askQuantity: quote!.askQuantity,
    });
    await until('the side is gone', () => sink.ticks.some((tick) => tick.kind === 'quote' && tick.bidPrice === 0n));
    expect(sink.ticks.at(-1)).toMatchObject({ bidPrice: 0n, bidQuantity: 0n, askPrice: quote!.askPrice });
  });

  it('are not doubled when a new subscription begins by repeating the last trade', async () => {
    const { server, sink, live } = await startBench({}, { limits: { tickByTickMax: 0, messagesPerSecondMax: 1000 } });
    await live({ kinds: ['trades'] });
    const [first, second] = trades(AAPL, NOON, 2);
    publish(server, first!);
    await until('the trade arrives', () => sink.ticks.length === 1);
    server.dropConnections();
    await until('it is up again', () => sink.count('UP') === 2);
    publish(server, second!);
    await until('the next trade arrives', () => sink.ticks.some(({ at: time }) => time === second!.at));
    expect(sink.ticks.map(({ at: time }) => time)).toEqual([first!.at, second!.at]);
  });
});
