import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { formatDecimal, symbolOf } from '@tradewind/vocabulary';
import { realData } from '@tradewind/testkit';

import { actionSeries, decodeActions, decodeBar, decodeFrames, decodePage, decodeQuote, decodeTrade } from '../src/alpaca/decode.js';
import { SourceError } from '../src/source.js';
import { instantOf, instantText } from '@tradewind/connectors';

const AAPL = symbolOf('AAPL');
const BAR = { t: '2024-03-04T14:30:00Z', o: 10, h: 12.5, l: 9.0001, c: 11, v: 1000, n: 5, vw: 10.9 };

/** The fault that reading it makes. */
const faultOf = (read: () => unknown): { readonly field?: string; readonly rule?: string } => {
  try {
    read();
  } catch (error) {
    if (error instanceof SourceError && error.code === 'BAD_RESPONSE') return error.details;
    throw error;
  }
  throw new Error('it was read');
};

describe('instants', () => {
  it.each([
    ['2022-03-09T09:00:00.000059Z', 1_646_816_400_000_059_000n],
    ['2021-10-13T08:00:00.08960768Z', 1_634_112_000_089_607_680n],
    ['2022-03-18T14:02:09.722539521Z', 1_647_612_129_722_539_521n],
    ['2022-03-18T10:02:09.722539521-04:00', 1_647_612_129_722_539_521n],
    ['1969-12-31T23:59:59Z', -1_000_000_000n],
  ])('%s is read to the nanosecond', (text, nanos) => {
    expect(instantOf(text)).toBe(nanos);
  });
  it.each(['2022-03-18', '2022-03-18T14:02:09', '2022-02-30T00:00:00Z', '2022-03-18T25:00:00Z', '2022-03-18T14:02:09.1234567891Z', ''])(
    '%s is none',
    (text) => {
      expect(instantOf(text)).toBeUndefined();
    },
  );
  it('are written with the digits that they need', () => {
    for (const text of ['2022-03-18T14:02:09.722539521Z', '2022-03-09T09:00:00.000059Z', '2022-03-09T09:00:00Z']) {
      expect(instantText(instantOf(text)!)).toBe(text);
    }
  });
});

describe('bars of Alpaca', () => {
  it('keep every digit of their prices', () => {
    const bar = decodeBar({ ...BAR, o: 3380.815, h: 3380.8151, l: 0.0001, c: 1e-7 + 0.1 }, 'b', AAPL, '1m', 's');
    expect([bar.open, bar.high, bar.low, bar.close].map(formatDecimal)).toEqual(['3380.815', '3380.8151', '0.0001', '0.1000001']);
  });
  it.each([
    ['o', { o: 0 }, 'a price above 0'],
    ['c', { c: undefined }, 'a number or decimal text'],
    ['h', { h: 10.5 }, 'at least the open and the close'],
    ['l', { l: 10.5 }, 'at most the open and the close'],
    ['v', { v: -1 }, 'a quantity of at least 0'],
    ['t', { t: '2024-03-04 14:30' }, 'an RFC 3339 instant with an offset'],
    ['o', { o: Number.NaN }, 'a decimal of at most 18 integer and 9 fraction digits'],
  ])('are refused when %s is wrong (%j)', (field, change, rule) => {
    expect(faultOf(() => decodeBar({ ...BAR, ...change }, 'b', AAPL, '1m', 's'))).toMatchObject({ field: `b.${field}`, rule });
  });
  it('of a day without a session are refused', () => {
    expect(faultOf(() => decodeBar({ ...BAR, t: '2024-03-03T05:00:00Z' }, 'b', AAPL, '1d', 's'))).toMatchObject({ field: 'b.t' });
  });
});

describe('pages and frames of Alpaca', () => {
  it.each([
    [{ next_page_token: null }, 'bars'],
    [{ bars: [], next_page_token: null }, 'bars'],
    [{ bars: { AAPL: {} } }, 'bars.AAPL'],
    [{ bars: {}, next_page_token: 5 }, 'next_page_token'],
    [[], 'body'],
  ])('%j is refused', (body, field) => {
    expect(faultOf(() => decodePage(body, 'bars', AAPL))).toMatchObject({ field });
  });
  it('null stands for no rows', () => {
    expect(decodePage({ bars: null, next_page_token: null }, 'bars', AAPL).rows).toEqual([]);
  });
  it.each([
    ['{"T":"t"', 'message'],
    ['{"T":"t"}', 'message'],
    ['[5]', 'message[0]'],
    ['[{"x":1}]', 'message[0].T'],
  ])('%s is no message of the stream', (text, field) => {
    expect(faultOf(() => decodeFrames(text))).toMatchObject({ field });
  });
});

interface Recorded {
  readonly file: string;
  readonly line: number;
  readonly body: unknown;
}

const recordings = realData('wire', 'alpaca');
const bodiesOf = (file: string): readonly Recorded[] =>
  JSON.parse(readFileSync(join(recordings.path, file), 'utf8')) as readonly Recorded[];

/** Pages of stocks: rows by symbol under one of three keys. */
const pagesOf = (kind: 'bars' | 'trades' | 'quotes'): readonly (readonly [string, unknown])[] =>
  ['alpaca-go_test_bodies.json', 'alpaca-py_test_bodies.json'].flatMap((file) =>
    bodiesOf(file).flatMap(({ body, file: origin, line }) => {
      const rows = (body as Record<string, unknown> | null)?.[kind];
      if (/option|crypto/.test(origin) || typeof rows !== 'object' || rows === null) return [];
      const symbols = Object.keys(rows).filter(
        (symbol) => /^[A-Z.]+$/.test(symbol) && Array.isArray((rows as Record<string, unknown>)[symbol]),
      );
      return symbols.map((symbol) => [`${origin}:${line} ${symbol}`, [body, symbol]] as const);
    }),
  );

describe.skipIf(recordings.absent)(`recorded bodies of Alpaca's clients${recordings.note}`, () => {
  it.each(['bars', 'trades', 'quotes'] as const)('%s of shares are all read, and give back what was written', (kind) => {
    const pages = pagesOf(kind);
    let rows = 0;
    for (const [, found] of pages) {
      const [body, symbol] = found as [unknown, string];
      for (const row of decodePage(body, kind, symbolOf(symbol)).rows as readonly Record<string, number | string>[]) {
        rows += 1;
        if (kind === 'bars') {
          const interval = /T0[45]:00:00Z$/.test(String(row['t'])) ? '1d' : '1m';
          const bar = decodeBar(row, kind, symbolOf(symbol), interval, 's');
          expect([bar.open, bar.high, bar.low, bar.close, bar.volume].map(formatDecimal)).toEqual(
            ['o', 'h', 'l', 'c', 'v'].map((key) => String(row[key])),
          );
        } else if (kind === 'trades') {
          const trade = decodeTrade(row, kind, symbolOf(symbol));
          expect([formatDecimal(trade.price), formatDecimal(trade.quantity), instantText(trade.at)]).toEqual([
            String(row['p']),
            String(row['s']),
            row['t'],
          ]);
        } else {
          const quote = decodeQuote(row, kind, symbolOf(symbol), 'sip');
          expect([formatDecimal(quote.bidPrice), formatDecimal(quote.askPrice), instantText(quote.at)]).toEqual([
            String(row['bp']),
            String(row['ap']),
            row['t'],
          ]);
        }
      }
    }
    expect([pages.length > 2, rows > 5]).toEqual([true, true]);
  });
  it('a stream of minute bars is read', () => {
    const frames = decodeFrames(readFileSync(join(recordings.path, 'trading-signals_bars_minutes-5.json'), 'utf8'));
    const bars = frames.map(({ frame }) => decodeBar(frame, 'bar', AAPL, '1m', 's'));
    expect(bars.map(({ close }) => formatDecimal(close))).toEqual(['178.89', '178.83', '178.77', '178.58', '178.635']);
    expect(bars.map(({ closeTime }) => instantText(closeTime))).toEqual(
      ['56', '57', '58', '59', '00'].map((minute, index) => `2023-08-25T${index === 4 ? '20' : '19'}:${minute}:00Z`),
    );
  });
  it('corporate actions are read', () => {
    const body = bodiesOf('alpaca-py_test_bodies.json').find(({ file }) => file.endsWith('test_corporate_actions.py'));
    const read = (series: string) => decodeActions(body!.body, actionSeries(series)).records.map(({ id, value }) => `${id} ${value}`);
    expect(read('action/split')).toEqual([
      'action/split/SRE/2023-08-22/2023-08-22T00:00:00.000Z 2',
      'action/split/MNTS/2023-08-24/2023-08-24T00:00:00.000Z 0.02',
    ]);
    expect(read('action/dividend')).toEqual(['action/dividend/FCF/2023-05-04/2023-05-04T00:00:00.000Z 0.125']);
    expect(read('action/special-dividend')).toEqual([]);
    expect(read('action/')).toHaveLength(3);
  });
});
