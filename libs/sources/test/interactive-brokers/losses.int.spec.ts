import { describe, expect, it } from 'vitest';

import { price, quantity } from '@tradewind/vocabulary';

import { refusal } from '../acceptance/request-cases.js';
import { bookAfter, until } from '../acceptance/surroundings.js';
import { type Bench, startBench } from './bench-of-one.js';
import { AAPL, bars, instrumentOf, publish, quotes, SPY, trades } from './tws-venue.js';

const NOON = Date.parse('2024-03-08T17:00Z') / 1000;
const row = (
  unitPrice: string,
  amount: string,
  maker = 'NSDQ',
): { maker: string; price: ReturnType<typeof price>; quantity: ReturnType<typeof quantity> } => ({
  maker,
  price: price(unitPrice),
  quantity: quantity(amount),
});
const kinds = ({ sink }: Bench): readonly string[] => sink.statuses.map(({ kind }) => kind);
const snapshots = ({ sink }: Bench): number => sink.ticks.filter(({ kind }) => kind === 'book-snapshot').length;
const arrives = async (bench: Bench, index = 0): Promise<void> => {
  const [tick] = trades(AAPL, NOON + index * 10, 1);
  publish(bench.server, tick!);
  await until('the trade arrives', () => bench.sink.ticks.some(({ at }) => at === tick!.at));
};

describe('losses of Interactive Brokers', () => {
  it('is down while TWS has lost IB (1100), and subscribes to everything again when its data is lost (1101)', async () => {
    const bench = await startBench();
    instrumentOf(bench.server, AAPL).replaceBook([row('172.4', '1'), row('172.3', '2')], [row('172.5', '3'), row('172.6', '4')]);
    await bench.live({ kinds: ['trades', 'quotes', 'bars', 'book'], symbols: [AAPL, SPY] });
    const before = bench.server.subscriptions;
    bench.server.loseConnectivity();
    await until('it is down', () => bench.sink.count('DOWN') === 1);
    expect(bench.sink.statuses.at(-1)).toMatchObject({ kind: 'DOWN', error: { code: 'UNAVAILABLE' } });
    bench.server.restoreConnectivity('lost');
    await until('the gaps are told', () => bench.sink.count('GAP') === 2);
    expect(kinds(bench)).toEqual(['UP', 'DOWN', 'UP', 'GAP', 'GAP']);
    expect(bench.server.subscriptions).toEqual(before);
    expect(bench.server.connections).toBe(1);
    await until('the book is snapshotted anew', () => snapshots(bench) === 2);
    await arrives(bench);
  });

  it('keeps its subscriptions when IB kept the data (1102), but for the books, which it snapshots anew', async () => {
    const bench = await startBench();
    const apple = instrumentOf(bench.server, AAPL);
    apple.replaceBook([row('172.4', '1'), row('172.3', '2')], [row('172.5', '3'), row('172.6', '4')]);
    await bench.live({ kinds: ['trades', 'book'] });
    await until('the book is there', () => snapshots(bench) === 1);
    const lastData = bench.sink.ticks[0]!.at;
    await new Promise((resolve) => setTimeout(resolve, 20));
    bench.server.loseConnectivity();
    apple.changeBook({ side: 'BID', operation: 'update', position: 0, row: row('172.4', '9') });
    bench.server.restoreConnectivity('maintained');
    await until('the book is snapshotted anew', () => snapshots(bench) === 2);
    expect(bookAfter(bench.sink.ticks)).toContain(`BID ${price('172.4')} x ${quantity('9')}`);
    expect(bench.server.countOf('tickByTick')).toBe(1);
    expect(bench.server.countOf('marketDepth')).toBe(2);
    expect(kinds(bench)).toEqual(['UP', 'DOWN', 'UP', 'GAP']);
    // TWS may have been cut off since the last that came through it.
    const gap = bench.sink.statuses.find((status) => status.kind === 'GAP');
    expect(gap!.from).toBeLessThanOrEqual(lastData);
    await arrives(bench);
  });

  it('gives a new snapshot, and no changes before it, when the book is reset (317)', async () => {
    const bench = await startBench();
    const apple = instrumentOf(bench.server, AAPL);
    apple.replaceBook([row('172.4', '1'), row('172.3', '2')], [row('172.5', '3'), row('172.6', '4')]);
    await bench.live({ kinds: ['book'] });
    await until('the book is there', () => snapshots(bench) === 1);
    apple.replaceBook([row('180', '5')], [row('181', '6')]);
    await until('the book is snapshotted anew', () => snapshots(bench) === 2);
    expect(bench.sink.ticks.map(({ kind }) => kind)).toEqual(['book-snapshot', 'book-snapshot']);
    expect(bench.sink.ticks[1]).toMatchObject({
      sequence: 2,
      bids: [{ price: price('180'), quantity: quantity('5') }],
      asks: [{ price: price('181'), quantity: quantity('6') }],
    });
    expect(kinds(bench)).toEqual(['UP']);
  });

  it('survives the daily restart of TWS', async () => {
    const bench = await startBench();
    await bench.live();
    await bench.server.stop();
    await until('it is down', () => bench.sink.count('DOWN') === 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await bench.server.listen();
    await until('it is up again', () => bench.sink.count('UP') === 2);
    await arrives(bench);
    expect(bench.sink.count('DOWN')).toBe(1);
  });

  it('reads what arrives byte by byte', async () => {
    const bench = await startBench();
    bench.server.setBytesPerWrite(1);
    await bench.live({ kinds: ['trades', 'quotes'] });
    const sent = [...trades(AAPL, NOON, 5), ...quotes(AAPL, NOON, 5)];
    for (const tick of sent) publish(bench.server, tick);
    await until('all arrive', () => bench.sink.ticks.length === sent.length);
    expect(bench.sink.ticks).toEqual(sent);
    expect(bench.sink.faults).toEqual([]);
  });

  it.each([
    ['a length that is negative', Buffer.from([0xff, 0xff, 0xff, 0xfc, 1, 2, 3, 4])],
    ['a length of nothing', Buffer.alloc(8)],
    ['a web page', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('reports garbage on the stream (%s) and connects anew', async (_what, bytes) => {
    const bench = await startBench();
    await bench.live();
    bench.server.sendGarbage(bytes);
    await until('it is up again', () => bench.sink.count('UP') === 2);
    expect(bench.sink.faults[0]!.error).toMatchObject({ code: 'BAD_RESPONSE', details: { field: 'length' } });
    expect(bench.sink.statuses[1]).toMatchObject({ kind: 'DOWN', error: { code: 'UNAVAILABLE' } });
    await arrives(bench);
  });

  it('connects anew when another session of the user takes the data (10197), until it may have it', async () => {
    const bench = await startBench();
    await bench.live({ kinds: ['trades'] });
    const message = 'No market data during competing live session';
    for (let time = 0; time < 2; time += 1) bench.server.failNext('tickByTick', 10197, message);
    bench.server.dropConnections();
    await until('it is up again', () => bench.sink.count('UP') === 2);
    expect(bench.server.countOf('tickByTick')).toBe(4);
    await arrives(bench);
  });

  it('tells of an error that it does not know, and does not try for ever to make it go away', async () => {
    const bench = await startBench();
    await bench.live({ kinds: ['trades'] });
    bench.server.sendFields(4, 2, 2, 19_999, 'Something new.', '');
    await until('the error is told', () => bench.sink.faults.length === 1);
    expect(bench.sink.faults[0]!.error.message).toContain('TWS error 19999');
    expect(kinds(bench)).toEqual(['UP']);
    expect(bench.server.connections).toBe(1);
    await arrives(bench);
  });

  it('tells of data that is refused, at the start and later, and goes on with the rest', async () => {
    const bench = await startBench();
    instrumentOf(bench.server, SPY).subscribed = false;
    expect((await refusal(bench.live({ kinds: ['book'], symbols: [AAPL, SPY] }))).code).toBe('AUTHENTICATION');
    instrumentOf(bench.server, SPY).subscribed = true;
    await bench.live({ kinds: ['trades', 'book'], symbols: [AAPL, SPY] });
    bench.server.failNext('marketDepth', 354, 'Requested market data is not subscribed.');
    bench.server.dropConnections();
    await until('it is up again', () => bench.sink.count('UP') === 2);
    expect(bench.sink.faults.map(({ error }) => error.code)).toEqual(['AUTHENTICATION']);
    await arrives(bench);
  });

  it('brings the bars of a loss from history, none missing and none twice', async () => {
    const bench = await startBench({ heartbeatMs: '5000' });
    const past = bars(AAPL, '1m', 60, NOON, 6);
    const parts = past.flatMap((bar, minute) => {
      // Twelve parts that add up to the minute.
      const small = bars(AAPL, '5s', 5, NOON + minute * 60, 12);
      const volume = (index: number): typeof bar.volume =>
        index === 11 ? ((bar.volume - 11n * quantity('1')) as typeof bar.volume) : quantity('1');
      return small.map((part, index) => ({
        ...part,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        volume: volume(index),
      }));
    });
    instrumentOf(bench.server, AAPL).loadBars(
      60,
      past.map(({ openTime, open, high, low, close, volume }) => ({
        at: openTime,
        open,
        high,
        low,
        close,
        volume,
        average: close,
        count: 1,
      })),
    );
    await bench.live({ kinds: ['bars'], interval: '1m' });
    // From the middle of the first minute to the middle of the second.
    for (const part of parts.slice(7, 18)) publish(bench.server, part);
    await until('the minute in which it began comes from history', () => bench.sink.bars.length === 1);
    bench.server.dropConnections();
    await until('it is up again', () => bench.sink.count('UP') === 2);
    // The rest of the second, the third and the start of the fourth are lost.
    for (const part of parts.slice(40)) publish(bench.server, part);
    await until('all bars are there', () => bench.sink.bars.length === 6);
    expect(bench.sink.bars).toEqual(past);
    expect(bench.sink.count('GAP')).toBe(0);
  });

  it('subscribes to bars again when a trade that was taken back has ended them (10225)', async () => {
    const bench = await startBench();
    await bench.live({ kinds: ['bars'], interval: '5s' });
    // The first request was for the contract, the second for the bars.
    bench.server.sendFields(4, 2, 2, 10225, 'Bust event occurred, current subscription is deactivated.', '');
    await until('it is subscribed again', () => bench.server.countOf('realTimeBars') === 2);
    expect(bench.sink.faults).toEqual([]);
    expect(kinds(bench)).toEqual(['UP']);
  });

  it('says which bars even history could not bring', async () => {
    const bench = await startBench({ attemptsMax: '1' });
    await bench.live({ kinds: ['bars'], interval: '1m' });
    bench.server.failNext('historicalData', 162, 'Historical Market Data Service error message:HMDS internal error');
    for (const part of bars(AAPL, '5s', 5, NOON + 30, 6)) publish(bench.server, part);
    await until('the gap is told', () => bench.sink.count('GAP') === 1);
    expect(bench.sink.statuses.at(-1)).toMatchObject({
      symbol: AAPL,
      from: BigInt(NOON + 60) * 1_000_000_000n,
      until: BigInt(NOON + 60) * 1_000_000_000n + 1n,
    });
  });
});
