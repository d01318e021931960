import { describe, expect, it } from 'vitest';

import { isoFromNanos, price, quantity, symbolOf } from '@tradewind/vocabulary';

import { SourceError } from '../../src/source.js';
import { decodeDailyFile, decodeSplitFile } from '../../src/yahoo/daily-file.js';
import { decodeChart, rawBars } from '../../src/yahoo/decode.js';

const AAPL = symbolOf('AAPL');
const seconds = (iso: string): number => Date.parse(iso) / 1000;
const meta = (zone = 'America/New_York', exchangeName = 'NMS', offset = -14_400) => ({
  symbol: 'AAPL',
  exchangeName,
  // Today's offset: of summer, whatever the season of the bars.
  gmtoffset: offset,
  exchangeTimezoneName: zone,
  currentTradingPeriod: { regular: { start: 1_720_013_400, end: 1_720_036_800 } },
});
type Column = readonly (number | null)[];
const chart = (
  times: readonly number[],
  columns: Partial<Record<'open' | 'high' | 'low' | 'close' | 'volume', Column>> = {},
  events?: unknown,
  head = meta(),
) => {
  const flat = (value: number): Column => times.map(() => value);
  const quote = { open: flat(100), high: flat(101), low: flat(99), close: flat(100.5), volume: flat(5_000), ...columns };
  return { chart: { result: [{ meta: head, timestamp: times, events, indicators: { quote: [quote] } }], error: null } };
};
const bars = (json: unknown, interval: '1d' | '1h' = '1d') => {
  const decoded = decodeChart(json);
  return rawBars(decoded, decoded.splits, AAPL, interval).bars;
};
const failure = (act: () => unknown): SourceError => {
  try {
    act();
  } catch (error) {
    if (error instanceof SourceError) return error;
  }
  throw new Error('nothing was refused');
};

describe('a chart', () => {
  it('dates a day by the zone of its exchange, not by the offset of today', () => {
    const days = bars(chart([seconds('2024-03-08T14:30:00Z'), seconds('2024-03-11T13:30:00Z'), seconds('2024-11-29T14:30:00Z')]));
    expect(days.map(({ id }) => id)).toEqual(['bar/AAPL/1d/2024-03-08', 'bar/AAPL/1d/2024-03-11', 'bar/AAPL/1d/2024-11-29']);
    expect(days.map(({ closeTime }) => isoFromNanos(closeTime))).toEqual([
      '2024-03-08T21:00:00.000Z',
      '2024-03-11T20:00:00.000Z',
      '2024-11-29T18:00:00.000Z',
    ]);
  });
  it('takes the day of a stamp in the evening for that day, although it is the next one in London', () => {
    expect(bars(chart([seconds('2024-07-02T23:30:00Z')]))[0]!.id).toBe('bar/AAPL/1d/2024-07-02');
    expect(bars(chart([seconds('2024-07-03T00:30:00Z')]))[0]!.id).toBe('bar/AAPL/1d/2024-07-02');
  });
  it('keeps the calendar of Toronto, where the first of July is none of its days', () => {
    const toronto = chart(
      [seconds('2024-06-28T13:30:00Z'), seconds('2024-07-01T13:30:00Z'), seconds('2024-07-04T13:30:00Z')],
      {},
      undefined,
      meta('America/Toronto', 'TOR'),
    );
    const decoded = decodeChart(toronto);
    const { bars: days, shutDays } = rawBars(decoded, [], symbolOf('RY-TO'), '1d');
    expect(days.map(({ id }) => id)).toEqual(['bar/RY-TO/1d/2024-06-28', 'bar/RY-TO/1d/2024-07-04']);
    expect(shutDays).toEqual(['2024-07-01']);
  });
  it('passes over rows of null, and takes a missing volume for none', () => {
    const times = [seconds('2024-07-01T13:30:00Z'), seconds('2024-07-02T13:30:00Z')];
    const gone: Column = [null, 100];
    const [bar, ...others] = bars(chart(times, { open: gone, high: gone, low: gone, close: gone, volume: [null, null] }));
    expect(others).toEqual([]);
    expect(bar).toMatchObject({ id: 'bar/AAPL/1d/2024-07-02', volume: quantity('0') });
  });
  it('keeps the last row of a day that comes twice, as the running day does', () => {
    const twice = chart([seconds('2024-07-02T13:30:00Z'), seconds('2024-07-02T20:00:01Z')], { close: [100.5, 100.75] });
    expect(bars(twice).map(({ close }) => close)).toEqual([price('100.75')]);
  });
  it('undoes splits before their day, for prices and for volume', () => {
    const times = [seconds('2020-08-28T13:30:00Z'), seconds('2020-08-31T13:30:00Z')];
    const at = seconds('2020-08-31T13:30:00Z');
    const columns = {
      open: [126.012497, 127.580002].map(Math.fround),
      close: [124.807503, 129.039993].map(Math.fround),
      high: [127, 131].map(Math.fround),
      low: [124.5, 126].map(Math.fround),
      volume: [187_151_600, 225_702_700],
    };
    const [before, after] = bars(
      chart(times, columns, { splits: { [at]: { date: at, numerator: 4, denominator: 1, splitRatio: '4:1' } } }),
    );
    expect([before!.open, before!.close, before!.volume]).toEqual([price('504.05'), price('499.23'), quantity('46787900')]);
    expect([after!.open, after!.close, after!.volume]).toEqual([price('127.58'), price('129.04'), quantity('225702700')]);
  });
  it('passes a fall that no split explains on as it is: the quality checks judge it', () => {
    const times = [seconds('2024-07-01T13:30:00Z'), seconds('2024-07-02T13:30:00Z')];
    expect(bars(chart(times, { close: [200, 50] })).map(({ close }) => close)).toEqual([price('200'), price('50')]);
  });
  it('ends the last hour of a short session with the session', () => {
    const [bar] = bars(chart([seconds('2024-07-03T16:30:00Z')]), '1h');
    expect(isoFromNanos(bar!.closeTime)).toBe('2024-07-03T17:00:00.000Z');
  });
  it.each([
    ['a price of zero', chart([seconds('2024-07-02T13:30:00Z')], { close: [0] }), 'close'],
    ['a price below zero', chart([seconds('2024-07-02T13:30:00Z')], { low: [-1] }), 'low'],
    ['a row that is null in part', chart([seconds('2024-07-02T13:30:00Z')], { high: [null] }), 'high'],
    ['a column that is too short', chart([seconds('2024-07-01T13:30:00Z'), seconds('2024-07-02T13:30:00Z')], { open: [1] }), 'open'],
    ['a zone that there is not', chart([seconds('2024-07-02T13:30:00Z')], {}, undefined, meta('Mars/Olympus')), 'exchangeTimezoneName'],
  ])('is refused for %s, which is named', (_title, json, field) => {
    const { code, details } = failure(() => bars(json));
    expect(code).toBe('BAD_RESPONSE');
    expect(details.field).toContain(field);
  });
  it('tells a symbol that the vendor does not know', () => {
    const answer = { chart: { result: null, error: { code: 'Not Found', description: 'No data found, symbol may be delisted' } } };
    expect(failure(() => decodeChart(answer)).code).toBe('UNKNOWN_SYMBOL');
  });
});

describe('a downloaded file', () => {
  const HEADER = 'Date,Open,High,Low,Close,Adj Close,Volume\n';
  it('reads as a chart, its splits from the file beside it', () => {
    const splits = decodeSplitFile('Date,Stock Splits\n2020-08-31,4:1\n2014-06-09,7/1\n');
    const decoded = decodeDailyFile(
      `${HEADER}2020-08-28,126.012497,126.442497,124.577499,124.807503,122.9,187151600\n2020-08-29,null,null,null,null,null,null\n`,
      splits,
    );
    const [bar, ...others] = rawBars(decoded, decoded.splits, AAPL, '1d').bars;
    expect(others).toEqual([]);
    expect([bar!.close, bar!.volume]).toEqual([price('499.23'), quantity('46787900')]);
  });
  it.each([
    ['a header without a column', 'Date,Open,High,Low,Volume\n', 'header.Close'],
    ['a line that was cut short', `${HEADER}2020-08-28,126.0,126.4\n`, 'line 2'],
    ['a date that is none', `${HEADER}2020-02-30,1,1,1,1,1,1\n`, 'line 2'],
    ['a field that is no number', `${HEADER}2020-08-28,1,x,1,1,1,1\n`, 'line 2.High'],
  ])('is refused for %s, with the line', (_title, text, field) => {
    expect(failure(() => decodeDailyFile(text, [])).details.field).toContain(field);
  });
});
