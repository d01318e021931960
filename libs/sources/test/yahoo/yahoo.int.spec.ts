import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isoFromNanos, nanosFromMillis, price, symbolOf } from '@tradewind/vocabulary';
import { YahooServer } from '@tradewind/venue-servers';

import { definition } from '../../src/yahoo/index.js';
import type { SourceEnvironment } from '../../src/source.js';
import { collect, surroundings, type Surroundings } from '../acceptance/surroundings.js';
import { barFrom, dailyBar } from '../wire-values/vendor-bars.js';

const never = new AbortController().signal;
const AAPL = symbolOf('AAPL');
const at = (iso: string) => nanosFromMillis(Date.parse(iso));

describe('Yahoo', () => {
  let server: YahooServer;
  let around: Surroundings;
  let environment: SourceEnvironment;
  beforeEach(async () => {
    server = await YahooServer.start();
    around = await surroundings();
    environment = { ...around.environment, clock: { now: () => at('2024-07-12T21:00:00Z') } };
  });
  afterEach(async () => {
    await server.stop();
    await around.end();
  });
  const open = () => definition.open(definition.settings.parse({ url: server.url }), environment);

  it('gives the traded prices of a span that ends before a split, of which an answer about that span alone would not tell', async () => {
    const bars = [dailyBar('AAPL', '2024-07-01', 84_012, 'yahoo'), dailyBar('AAPL', '2024-07-11', 21_300, 'yahoo')];
    server.load('AAPL', { bars, splits: [{ date: '2024-07-10', numerator: 4, denominator: 1, announced: true }] });
    const source = open();
    const { rows } = await collect(
      source.bars({ symbol: AAPL, interval: '1d', from: at('2024-07-01T00:00:00Z'), until: at('2024-07-02T00:00:00Z') }, never),
    );
    expect(rows).toEqual(bars.slice(0, 1));
    await source.close();
  });
  it('passes on what a split that was not told does to the prices', async () => {
    const bars = [dailyBar('AAPL', '2024-07-01', 84_012, 'yahoo')];
    server.load('AAPL', { bars, splits: [{ date: '2024-07-10', numerator: 4, denominator: 1, announced: false }] });
    const source = open();
    const { rows } = await collect(
      source.bars({ symbol: AAPL, interval: '1d', from: at('2024-07-01T00:00:00Z'), until: at('2024-07-02T00:00:00Z') }, never),
    );
    expect(rows[0]!.open).toBe(price('210.03'));
    await source.close();
  });
  it('gives minutes week by week, across the change of clocks, none lost or doubled', async () => {
    const opens = ['2024-03-01T20:59:00Z', '2024-03-08T14:30:00Z', '2024-03-08T14:31:00Z', '2024-03-11T13:30:00Z', '2024-03-15T19:59:00Z'];
    const bars = opens.map((iso) => barFrom('AAPL', '1m', iso, 1, 'yahoo'));
    server.load('AAPL', { bars });
    const source = open();
    const { rows } = await collect(
      source.bars({ symbol: AAPL, interval: '1m', from: at('2024-03-01T21:00:00Z'), until: at('2024-03-16T00:00:00Z') }, never),
    );
    expect(rows).toEqual(bars);
    expect(server.requests()).toBe(4);
    // The splits of the symbol are known for today: a poll is one call.
    await collect(
      source.bars({ symbol: AAPL, interval: '1m', from: at('2024-03-15T19:00:00Z'), until: at('2024-03-15T20:01:00Z') }, never),
    );
    expect(server.requests()).toBe(5);
    await source.close();
  });
  it('does not give the bar of a session that is not over', async () => {
    server.load('AAPL', { bars: [dailyBar('AAPL', '2024-07-11', 21_000, 'yahoo'), dailyBar('AAPL', '2024-07-12', 21_300, 'yahoo')] });
    environment = { ...environment, clock: { now: () => at('2024-07-12T19:59:59Z') } };
    const source = open();
    const { rows } = await collect(
      source.bars({ symbol: AAPL, interval: '1d', from: at('2024-07-10T00:00:00Z'), until: at('2024-07-20T00:00:00Z') }, never),
    );
    expect(rows.map(({ id }) => id)).toEqual(['bar/AAPL/1d/2024-07-11']);
    await source.close();
  });
  it('gives splits and dividends as they were paid, and the term structure of volatility', async () => {
    server.load('AAPL', {
      bars: [dailyBar('AAPL', '2024-07-11', 21_000, 'yahoo')],
      splits: [{ date: '2024-07-10', numerator: 4, denominator: 1, announced: true }],
      dividends: [{ date: '2024-07-02', amount: 0.96 }],
    });
    for (const ticker of ['^VIX9D', '^VIX', '^VIX3M', '^VIX6M'])
      server.load(ticker, { bars: [dailyBar('VIX', '2024-07-11', 1_292, 'yahoo')] });
    const source = open();
    const span = { from: at('2024-07-01T00:00:00Z'), until: at('2024-08-01T00:00:00Z') };
    const actions = (await collect(source.records({ series: 'action/', symbol: AAPL, ...span }, never))).rows;
    expect(actions.map(({ series, value, knownAt }) => [series, value, isoFromNanos(knownAt)])).toEqual([
      ['action/dividend', 0.96, '2024-07-02T04:00:00.000Z'],
      ['action/split', 4, '2024-07-10T04:00:00.000Z'],
    ]);
    const macro = (await collect(source.records({ series: 'macro/', symbol: undefined, ...span }, never))).rows;
    expect(macro.map(({ series, value, knownAt }) => [series, value, isoFromNanos(knownAt)])).toEqual(
      ['macro/VIX', 'macro/VIX3M', 'macro/VIX6M', 'macro/VIX9D'].map((series) => [series, 13.25, '2024-07-11T20:30:00.000Z']),
    );
    await source.close();
  });
  it('reads a folder of downloaded files instead, and has daily bars only then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tradewind-yahoo-'));
    await writeFile(join(folder, 'AAPL.csv'), 'Date,Open,High,Low,Close,Adj Close,Volume\n2024-07-02,54.0375,54.5,53.75,54.25,54.1,4000\n');
    await writeFile(join(folder, 'AAPL.splits.csv'), 'Date,Stock Splits\n2024-07-10,4:1\n');
    const source = definition.open(definition.settings.parse({ folder }), environment);
    const span = { from: at('2024-07-01T00:00:00Z'), until: at('2024-07-12T00:00:00Z') };
    const { rows } = await collect(source.bars({ symbol: AAPL, interval: '1d', ...span }, never));
    expect(rows.map(({ open: first, volume }) => [first, volume])).toEqual([[price('216.15'), 1_000n * 1_000_000_000n]]);
    await expect(collect(source.bars({ symbol: symbolOf('MSFT'), interval: '1d', ...span }, never))).rejects.toMatchObject({
      code: 'UNKNOWN_SYMBOL',
    });
    await expect(collect(source.bars({ symbol: AAPL, interval: '1m', ...span }, never))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect((await collect(source.records({ series: 'action/split', symbol: AAPL, ...span }, never))).rows).toHaveLength(1);
    await source.close();
    await rm(folder, { recursive: true, force: true });
  });
});
