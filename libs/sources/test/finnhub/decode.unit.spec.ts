import { describe, expect, it } from 'vitest';

import { isoFromNanos, nanosFromMillis, price, quantity, symbolOf } from '@tradewind/vocabulary';

import {
  decodeCandles,
  decodeInsiders,
  decodeMessage,
  decodeMetrics,
  decodeNews,
  decodeRecommendations,
  decodeSocial,
  decodeSplits,
  decodeTrade,
} from '../../src/finnhub/decode.js';
import { SourceError } from '../../src/source.js';

const AAPL = symbolOf('AAPL');
const SYMBOLS = new Map([
  ['AAPL', AAPL],
  ['BRK.B', symbolOf('BRK-B')],
]);
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const failure = (act: () => unknown): SourceError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SourceError) return error;
  }
  throw new Error('nothing was refused');
};

describe('candles', () => {
  const candles = (t: readonly number[], c: readonly unknown[] = t.map(() => 101)) => ({
    s: 'ok',
    t,
    o: t.map(() => 100),
    h: t.map(() => 102),
    l: t.map(() => 99),
    c,
    v: t.map(() => 4_000),
  });
  it('of a day are of that day in New York, stamped with midnight in London or in New York or with the open', () => {
    for (const stamp of ['2024-07-03T00:00:00Z', '2024-07-03T04:00:00Z', '2024-07-03T13:30:00Z']) {
      const [bar] = decodeCandles(candles([seconds(stamp)]), AAPL, '1d', []);
      expect([bar!.id, isoFromNanos(bar!.closeTime)]).toEqual(['bar/AAPL/1d/2024-07-03', '2024-07-03T17:00:00.000Z']);
    }
  });
  it('of a day have their splits undone, of minutes they are raw', () => {
    const splits = decodeSplits([{ symbol: 'AAPL', date: '2024-07-10', fromFactor: 1, toFactor: 4 }]);
    const [day] = decodeCandles(candles([seconds('2024-07-03T00:00:00Z')]), AAPL, '1d', splits);
    const [minute] = decodeCandles(candles([seconds('2024-07-03T14:00:00Z')]), AAPL, '1m', splits);
    expect([day!.close, day!.volume, minute!.close]).toEqual([price('404'), quantity('1000'), price('101')]);
  });
  it('are none when there is no data', () => {
    expect(decodeCandles({ s: 'no_data' }, AAPL, '1d', [])).toEqual([]);
  });
  it.each([
    ['columns of unequal length', { ...candles([seconds('2024-07-03T00:00:00Z')]), h: [] }, 'h'],
    ['a price of zero', candles([seconds('2024-07-03T00:00:00Z')], [0]), 'close'],
    ['a missing column', { s: 'ok', t: [1] }, 'o'],
  ])('are refused for %s', (_title, json, field) => {
    expect(failure(() => decodeCandles(json, AAPL, '1d', [])).details.field).toContain(field);
  });
});

describe('records', () => {
  it('of news are stories without a score', () => {
    const story = {
      category: 'company',
      datetime: 1_720_018_800,
      headline: 'Apple\u0007 ships',
      id: 7,
      related: 'AAPL',
      source: 'Wire',
      summary: '',
      url: 'https://example.com/7',
    };
    const [record] = decodeNews([story], AAPL);
    expect(record).toMatchObject({
      series: 'news/story',
      value: Number.NaN,
      text: 'Apple ships',
      knownAt: nanosFromMillis(1_720_018_800_000),
    });
    expect(failure(() => decodeNews([{ ...story, headline: '' }], AAPL)).details.field).toContain('headline');
  });
  it('of figures are shares as fractions, known from the look', () => {
    const lookedAt = nanosFromMillis(Date.parse('2024-07-03T12:00:00Z'));
    const records = decodeMetrics(
      { metric: { peTTM: 33.1, roeTTM: 147.25, 'totalDebt/totalEquityQuarterly': 1.41, beta: null } },
      AAPL,
      lookedAt,
    );
    expect(records.map(({ series, value }) => [series, value])).toEqual([
      ['fundamental/pe', 33.1],
      ['fundamental/roe', 1.4725],
      ['fundamental/leverage', 1.41],
    ]);
    expect(records.every(({ knownAt }) => knownAt === lookedAt)).toBe(true);
  });
  it('of insiders are known the night after the filing', () => {
    const rows = [{ name: 'COOK', change: -100, filingDate: '2024-04-03', transactionDate: '2024-04-01', transactionPrice: 170 }];
    expect(decodeInsiders({ data: rows }, AAPL).map(({ series, value, knownAt }) => [series, value, isoFromNanos(knownAt)])).toEqual([
      ['insider/net-shares', -100, '2024-04-04T04:00:00.000Z'],
      ['insider/net-value', -17_000, '2024-04-04T04:00:00.000Z'],
    ]);
  });
  it('of analysts are their mean, known when the month is over', () => {
    const [record] = decodeRecommendations(
      [{ period: '2024-06-01', strongBuy: 2, buy: 1, hold: 1, sell: 0, strongSell: 0, symbol: 'AAPL' }],
      AAPL,
    );
    expect([record!.value, record!.text, isoFromNanos(record!.knownAt)]).toEqual([1.25, '4 analysts', '2024-07-01T04:00:00.000Z']);
  });
  it('of social networks are known when their hour is over', () => {
    const [score, mentions] = decodeSocial({ data: [{ atTime: '2024-07-03 12:00:00', mention: 40, score: -0.2 }] }, AAPL);
    expect([score!.value, mentions!.value, isoFromNanos(score!.knownAt)]).toEqual([-0.2, 40, '2024-07-03T13:00:00.000Z']);
  });
});

describe('messages of the stream', () => {
  const trades = (text: string) => {
    const message = decodeMessage(text);
    return message.kind === 'trades' ? message.trades.map((row) => decodeTrade(row, SYMBOLS)) : [];
  };
  it('carry batches of trades with conditions, in the spelling of the vendor', () => {
    const [first, second] = trades(
      '{"data":[{"c":["1","12"],"p":410.07,"s":"BRK.B","t":1720018800123,"v":3},{"c":null,"p":"221.5","s":"AAPL","t":1720018800124,"v":0.5}],"type":"trade"}',
    );
    expect(first).toMatchObject({
      symbol: 'BRK-B',
      price: price('410.07'),
      conditions: ['1', '12'],
      at: nanosFromMillis(1_720_018_800_123),
    });
    expect(second).toMatchObject({ symbol: 'AAPL', price: price('221.5'), quantity: quantity('0.5'), conditions: [] });
  });
  it('may be a sign of life or an error, whose kind is told', () => {
    expect(decodeMessage('{"type":"ping"}')).toEqual({ kind: 'ping' });
    const codes = ['Invalid API key', 'Subscribing to too many symbols', 'Invalid symbol'].map((msg) => {
      const message = decodeMessage(JSON.stringify({ type: 'error', msg }));
      return message.kind === 'error' ? message.error.code : '';
    });
    expect(codes).toEqual(['AUTHENTICATION', 'RATE_LIMITED', 'INVALID_REQUEST']);
  });
  it.each([
    ['a price of zero', '{"type":"trade","data":[{"p":0,"s":"AAPL","t":1,"v":1}]}'],
    ['a symbol that nobody asked for', '{"type":"trade","data":[{"p":1,"s":"TSLA","t":1,"v":1}]}'],
    ['a time that is none', '{"type":"trade","data":[{"p":1,"s":"AAPL","t":"soon","v":1}]}'],
    ['half a message', '{"type":"trade","data":[{"p":1,'],
    ['another type', '{"type":"quote"}'],
  ])('are refused for %s', (_title, text) => {
    expect(failure(() => trades(text)).code).toBe('BAD_RESPONSE');
  });
});
