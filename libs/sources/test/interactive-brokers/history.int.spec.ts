import { describe, expect, it } from 'vitest';

import type { Bar, Tick } from '@tradewind/market';
import { price, quantity, type UnixNanos } from '@tradewind/vocabulary';
import type { TwsBar, TwsServer } from '@tradewind/venue-servers';

import type { MarketSource } from '../../src/source.js';
import { NEVER, refusal } from '../acceptance/request-cases.js';
import { collect, surroundings } from '../acceptance/surroundings.js';
import { SteppedClock } from './stepped-clock.js';
import { AAPL, at, bars, instrumentOf, loadBars, openAgainst, startServer } from './tws-venue.js';

const PACING = 'Historical Market Data Service error message:Historical data request pacing violation';
const instant = (text: string): UnixNanos => (BigInt(Date.parse(text)) * 1_000_000n) as UnixNanos;
const day = (text: string, close: string): TwsBar => ({
  at: instant(text),
  open: price('170'),
  high: price('172'),
  low: price('169'),
  close: price(close),
  volume: quantity('1000'),
  average: price('170.5'),
  count: 10,
});

const run = async (
  work: (server: TwsServer, source: MarketSource, clock: SteppedClock) => Promise<void>,
  now = '2024-12-31T22:00Z',
): Promise<void> => {
  const around = await surroundings();
  const clock = new SteppedClock(now);
  const server = await startServer({ clock, paced: true });
  const source = openAgainst(server, clock.around(around.environment), { requestTimeoutMs: '2000' });
  try {
    await work(server, source, clock);
  } finally {
    await source.close();
    await server.close();
    await around.end();
  }
};

describe('history of Interactive Brokers', () => {
  it('keeps to the pacing rules however much is asked for', () =>
    run(async (server, source, clock) => {
      // Three weeks of bars of five seconds: 7 windows touch a session, of which there are 15.
      const openings = ['2024-03-04T14:30Z', '2024-03-18T13:30Z', '2024-03-22T13:30Z'].map((text) => Date.parse(text) / 1000);
      const loaded = openings.flatMap((opening) => bars(AAPL, '5s', 5, opening, 12));
      loadBars(server, 5, loaded);
      const started = clock.now();
      const { rows } = await collect<Bar>(
        source.bars({ symbol: AAPL, interval: '5s', from: instant('2024-03-04T00:00Z'), until: instant('2024-03-23T00:00Z') }, NEVER),
      );
      expect(rows).toEqual(loaded);
      // The server refuses what breaks a rule, and nothing was refused: every window was asked for once.
      expect(server.countOf('historicalData')).toBe(15 * 7);
      expect(Number((clock.now() - started) / 1_000_000_000n)).toBeGreaterThan(600);
    }));

  it('waits and asks again after a pacing violation, and tells when to come back if they do not end', () =>
    run(async (server, source, clock) => {
      const loaded = bars(AAPL, '1m', 60, Date.parse('2024-03-08T15:00Z') / 1000, 3);
      loadBars(server, 60, loaded);
      const request = { symbol: AAPL, interval: '1m' as const, from: instant('2024-03-08T15:00Z'), until: instant('2024-03-08T16:00Z') };
      server.failNext('historicalData', 162, PACING);
      expect((await collect<Bar>(source.bars(request, NEVER))).rows).toEqual(loaded);
      expect(clock.waits).toContain(15_000);
      for (let time = 0; time < 4; time += 1) server.failNext('historicalData', 162, PACING);
      expect(await refusal(collect(source.bars(request, NEVER)))).toMatchObject({
        code: 'RATE_LIMITED',
        details: { retryAfterMs: 15_000 },
      });
    }));

  it('dates days by the session of the listing: clocks that change, half days, and a day that is still going on', () =>
    run(async (server, source) => {
      instrumentOf(server, AAPL).loadBars(86_400, [
        day('2024-03-08T14:30Z', '170.73'),
        day('2024-03-11T13:30Z', '172.75'),
        day('2024-11-29T14:30Z', '237.33'),
        day('2024-12-31T14:30Z', '250.42'),
      ]);
      const { rows } = await collect<Bar>(
        source.bars({ symbol: AAPL, interval: '1d', from: instant('2023-01-01T00:00Z'), until: instant('2025-02-01T00:00Z') }, NEVER),
      );
      expect(rows.map(({ id, openTime, closeTime, close }) => [id, openTime, closeTime, close])).toEqual([
        ['bar/AAPL/1d/2024-03-08', instant('2024-03-08T14:30Z'), instant('2024-03-08T21:00Z'), price('170.73')],
        ['bar/AAPL/1d/2024-03-11', instant('2024-03-11T13:30Z'), instant('2024-03-11T20:00Z'), price('172.75')],
        ['bar/AAPL/1d/2024-11-29', instant('2024-11-29T14:30Z'), instant('2024-11-29T18:00Z'), price('237.33')],
      ]);
    }, '2024-12-31T20:59Z'));

  it('ends the first bar of an hour at the hour, though it begins at half past nine', () =>
    run(async (server, source) => {
      loadBars(server, 1800, bars(AAPL, '30m', 1800, Date.parse('2024-03-08T14:30Z') / 1000, 3));
      const { rows } = await collect<Bar>(
        source.bars({ symbol: AAPL, interval: '1h', from: instant('2024-03-08T14:00Z'), until: instant('2024-03-08T22:00Z') }, NEVER),
      );
      expect(rows.map(({ closeTime }) => closeTime)).toEqual([instant('2024-03-08T15:00Z'), instant('2024-03-08T16:00Z')]);
    }));

  it('gives no bar twice though what IB answers overlaps: a month is longer than the step from one request to the next', () =>
    run(async (server, source) => {
      // 15:00 to 19:00 UTC is within New York's session, in winter and in summer.
      const loaded = Array.from({ length: 70 }, (_, index) => Date.parse('2024-01-02T15:00Z') / 1000 + index * 86_400)
        .filter((opening) => ![0, 6].includes(new Date(opening * 1000).getUTCDay()))
        .flatMap((opening) => bars(AAPL, '1h', 3600, opening, 4));
      loadBars(server, 3600, loaded);
      const { rows } = await collect<Bar>(
        source.bars({ symbol: AAPL, interval: '1h', from: instant('2024-01-02T00:00Z'), until: instant('2024-04-01T00:00Z') }, NEVER),
      );
      expect(rows).toEqual(loaded);
    }));

  it('asks nothing of the time before an instrument began', () =>
    run(async (server, source) => {
      const loaded = bars(AAPL, '1m', 60, Date.parse('2024-12-30T15:00Z') / 1000, 2);
      loadBars(server, 60, loaded);
      const { rows } = await collect<Bar>(
        source.bars({ symbol: AAPL, interval: '1m', from: instant('2004-01-01T00:00Z'), until: instant('2025-01-01T00:00Z') }, NEVER),
      );
      expect(rows).toEqual(loaded);
      expect(server.countOf('headTimestamp')).toBe(1);
      expect(server.countOf('historicalData')).toBe(2);
    }));

  it('reads a long answer that is cut in two by a dropped connection from the start again', () =>
    run(async (server, source) => {
      const loaded = bars(AAPL, '1m', 60, Date.parse('2024-03-08T14:30Z') / 1000, 390);
      loadBars(server, 60, loaded);
      const pages = source.bars(
        { symbol: AAPL, interval: '1m', from: instant('2024-03-08T14:30Z'), until: instant('2024-03-08T22:00Z') },
        NEVER,
      );
      server.rewriteNext('historicalData', (fields) => {
        server.dropInMidMessage();
        return fields;
      });
      expect((await collect<Bar>(pages)).rows).toEqual(loaded);
      expect(server.connections).toBe(2);
    }));

  it('pages through ticks a thousand at a time and loses none of a second that ends a page', () =>
    run(async (server, source) => {
      const start = Date.parse('2024-03-08T15:00Z') / 1000;
      // Three ticks a second: a thousand end in the middle of one.
      const sales = Array.from({ length: 2500 }, (_, index) => ({
        at: at(start + Math.floor(index / 3)),
        price: price(`170.${String(1000 + index)}`),
        quantity: quantity('1'),
        exchange: 'ARCA',
        conditions: '',
        pastLimit: false,
        unreported: index % 7 === 0,
      }));
      instrumentOf(server, AAPL).loadTrades(sales);
      const { rows } = await collect<Tick>(
        source.ticks({ symbol: AAPL, kinds: ['trades'], from: at(start), until: at(start + 3600) }, NEVER),
      );
      expect(rows.map((tick) => (tick.kind === 'trade' ? [tick.price, tick.conditions] : []))).toEqual(
        sales.map((sale) => [sale.price, sale.unreported ? ['UNREPORTED'] : []]),
      );
    }));

  it('has no books of the past and no bars of a currency', () =>
    run(async (_server, source) => {
      const span = { symbol: AAPL, from: at(1), until: at(2) };
      expect((await refusal(collect(source.ticks({ ...span, kinds: ['book'] }, NEVER)))).code).toBe('UNSUPPORTED');
      expect((await refusal(collect(source.bars({ ...span, interval: '1w' }, NEVER)))).code).toBe('UNSUPPORTED');
    }));
});
