import { isoFromNanos, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  bitstampEvent,
  civilDate,
  DatabentoFileError,
  DbnError,
  decodeDbnMbo,
  leanBar,
  LeanQuotes,
  leanTrade,
  LobsterBook,
  lobsterEvent,
  lobsterTrade,
  mboEvent,
  nyseCalendar,
  parseBitstampOrders,
  parseBybitBook,
  parseDatabentoMbo,
  parseLeanQuoteBars,
  parseLeanQuoteTicks,
  parseLeanTradeBars,
  parseLeanTradeTicks,
  parseLobsterBooks,
  parseLobsterMessages,
} from '../../src/index.js';

const DAY = civilDate('2020-06-19');
const AAPL = symbolOf('AAPL');
const faultsOf = (parsed: { readonly faults: readonly { line: number; code: string; field: string }[] }) =>
  parsed.faults.map(({ line, code, field }) => `${line} ${code} ${field}`);

describe('LOBSTER files', () => {
  it('are read with the clock of New York to the nanosecond', () => {
    const { rows, faults } = parseLobsterMessages('34200.000000001,1,7,10,1000000,1\n34200.5,4,7,4,1000000,1\n34201,7,0,0,-1,-1\n', DAY);
    expect(faults).toEqual([]);
    expect(rows[0]).toMatchObject({ line: 1, kind: 'ADD', id: 7, quantity: 10, price: 1_000_000, side: 'BID' });
    expect(rows[0]!.at % 1_000_000_000n).toBe(1n);
    expect(isoFromNanos(rows[1]!.at)).toBe('2020-06-19T13:30:00.500Z');
    expect(rows.map((row) => lobsterEvent(row)?.kind)).toEqual(['ADD', 'EXECUTE', undefined]);
    // A resting bid that trades was hit by a seller.
    expect(lobsterTrade(rows[1]!, AAPL)).toMatchObject({ price: 100_000_000_000n, quantity: 4_000_000_000n, aggressor: 'SELLER' });
    expect(lobsterTrade(rows[0]!, AAPL)).toBeUndefined();
  });

  it('name line, field and rule of what is wrong, and go on', () => {
    const text =
      'x,1,7,10,100,1\n1,6,7,10,100,1\n1,1,7,-1,100,1\n1,1,7,10,0,1\n1,1,7,10,100,0\n1,1,7,10,100\n86400,1,7,10,100,1\n1,1,8,10,100,1\n1,1,7,10,1e2,1';
    const parsed = parseLobsterMessages(text, DAY);
    expect(faultsOf(parsed)).toEqual([
      '1 ROW_BAD_TIME time',
      '2 ROW_UNKNOWN_TYPE type',
      '3 ROW_OUT_OF_RANGE size',
      '4 ROW_OUT_OF_RANGE price',
      '5 ROW_OUT_OF_RANGE direction',
      '6 ROW_COLUMN_COUNT ',
      '7 ROW_BAD_TIME time',
      '9 ROW_NOT_A_NUMBER price',
    ]);
    expect(parsed.rows.map(({ id }) => id)).toEqual([8]);
    expect(faultsOf(parseLobsterMessages('bad', DAY, { firstLine: 501 }))).toEqual(['501 ROW_COLUMN_COUNT ']);
  });

  it('leave dummies for empty levels out', () => {
    const { rows } = parseLobsterBooks('101,5,99,7,9999999999,0,-9999999999,0\r\n');
    expect(rows).toEqual([{ line: 1, asks: [[101, 5]], bids: [[99, 7]] }]);
    expect(faultsOf(parseLobsterBooks('1,2,3\n'))).toEqual(['1 ROW_COLUMN_COUNT ']);
  });

  it('let unknown ids take from what was at the price before the file began', () => {
    const replay = new LobsterBook();
    replay.seed({ line: 1, asks: [[101, 5]], bids: [[99, 7]] });
    const [reduce, remove, beyond] = parseLobsterMessages('1,2,50,3,99,1\n1,3,51,4,99,1\n1,3,52,9,98,1\n', DAY).rows;
    expect(replay.apply(reduce!)).toBeUndefined();
    expect(replay.book.bestBidSize).toBe(4);
    replay.apply(remove!);
    expect([replay.book.levelCount('BID'), replay.unexplained]).toEqual([0, 0]);
    replay.apply(beyond!);
    expect(replay.unexplained).toBe(1);
  });
});

describe('Databento files', () => {
  const HEADER = 'ts_recv,ts_event,rtype,publisher_id,instrument_id,action,side,price,size,channel_id,order_id,flags,ts_in_delta,sequence';
  it('are read by their header, prices as decimals or as units', () => {
    const text = `${HEADER}\n20,10,160,1,5,A,B,12.25,3,0,77,128,0,9\n21,11,160,1,5,C,B,12250000000,1,0,77,128,0,10\n22,12,160,1,5,T,N,,1,0,0,0,0,11\n23,13,160,1,5,R,N,,0,0,0,8,0,12\n`;
    const { rows, faults } = parseDatabentoMbo(text);
    expect(faults).toEqual([]);
    expect(rows.map(({ price }) => price)).toEqual([12_250_000_000, 12_250_000_000, NaN, NaN]);
    expect(rows.map((row) => mboEvent(row)?.kind)).toEqual(['ADD', 'REDUCE', undefined, 'CLEAR']);
    expect(rows[0]).toMatchObject({ line: 2, at: 10n, receivedAt: 20n, id: 77, quantity: 3, side: 'BID', sequence: 9, instrument: 5 });
  });

  it('refuse a header that lacks a column, and rows with unknown actions', () => {
    expect(() => parseDatabentoMbo('a,b,c\n1,2,3\n')).toThrow(DatabentoFileError);
    expect(faultsOf(parseDatabentoMbo(`${HEADER}\n20,10,160,1,5,Q,B,1,3,0,77,128,0,9\n`))).toEqual(['2 ROW_UNKNOWN_TYPE action']);
  });

  it('refuse bytes that are no DBN, or that break off', () => {
    const stream = (...record: readonly number[]): Uint8Array => Uint8Array.from([0x44, 0x42, 0x4e, 1, 0, 0, 0, 0, ...record]);
    expect(decodeDbnMbo(stream())).toEqual([]);
    expect(() => decodeDbnMbo(new Uint8Array(4))).toThrow(DbnError);
    expect(() => decodeDbnMbo(Uint8Array.from([0x44, 0x42, 0x4e, 9, 0, 0, 0, 0]))).toThrow(/version 9/);
    expect(() => decodeDbnMbo(stream(14, 0xa0, 0, 0))).toThrow(expect.objectContaining({ code: 'DBN_TRUNCATED', offset: 8 }));
    expect(() => decodeDbnMbo(stream(0, 0xa0))).toThrow(expect.objectContaining({ code: 'DBN_BAD_RECORD' }));
  });
});

describe('Bitstamp and Bybit files', () => {
  it('tell orders that come, shrink and go', () => {
    const text =
      'id,timestamp,exchange.timestamp,price,volume,action,direction\n7,1000,1000,236.4,200,created,bid\n7,1001,1000,236.4,150,changed,bid\n7,1002,1000,236.4,150,deleted,bid\n8,1,1,0,1,created,ask\n8,1,1,1.234,1,created,ask\n9,1,1,1,0,created,ask\n';
    const { rows, faults } = parseBitstampOrders(text);
    expect(rows.map((row) => bitstampEvent(row)?.kind)).toEqual(['ADD', 'MODIFY', 'DELETE', undefined]);
    expect(rows[0]).toMatchObject({ price: 23_640, quantity: 200, side: 'BID', at: 1_000_000_000n });
    expect(faultsOf({ faults })).toEqual(['5 ROW_OUT_OF_RANGE price', '6 ROW_NOT_A_NUMBER price']);
    expect(() => parseBitstampOrders('id,price\n')).toThrow(/header/);
  });

  it('sort a snapshot best first and chain deltas by update id', () => {
    const line = (type: string, u: number, b: unknown): string =>
      JSON.stringify({ type, ts: 5, cts: 4, data: { s: 'XRPUSDT', u, b, a: [] } });
    const text = [
      line('snapshot', 6, [
        ['1', '2'],
        ['3', '4'],
      ]),
      line('delta', 7, [['1', '0']]),
      '{"type":',
      line('delta', 8, [[1, 2]]),
      line('x', 9, []),
    ].join('\n');
    const { rows, faults } = parseBybitBook(text);
    expect(rows[0]).toMatchObject({
      kind: 'book-snapshot',
      sequence: 6,
      at: 4_000_000n,
      bids: [{ price: 3_000_000_000n }, { price: 1_000_000_000n }],
    });
    expect(rows[1]).toMatchObject({ kind: 'book-delta', sequence: 7, previousSequence: 6, changes: [{ side: 'BID', quantity: 0n }] });
    expect(faultsOf({ faults })).toEqual(['3 ROW_BAD_SHAPE ', '4 ROW_BAD_SHAPE data.b', '5 ROW_UNKNOWN_TYPE type']);
  });
});

describe('LEAN files', () => {
  it('give daily bars the times of their session, early closes included', () => {
    const { rows } = parseLeanTradeBars('20201127 00:00,1000000,1010000,990000,1005000,123\n20201128 00:00,1,1,1,1,1\n', {
      resolution: 'daily',
    });
    const of = { symbol: AAPL, resolution: 'daily', source: 'lean/daily', calendar: nyseCalendar } as const;
    const bar = leanBar(rows[0]!, of)!;
    expect(bar).toMatchObject({ id: 'bar/AAPL/1d/2020-11-27', open: 100_000_000_000n, volume: 123_000_000_000n, source: 'lean/daily' });
    expect(isoFromNanos(bar.closeTime)).toBe('2020-11-27T18:00:00.000Z');
    // A Saturday is no session.
    expect(leanBar(rows[1]!, of)).toBeUndefined();
  });

  it('count minutes and seconds from midnight of New York, on both sides of a change of clocks', () => {
    const text = '34200000,1000000,1010000,990000,1005000,5\n';
    const closes = ['2020-03-06', '2020-03-09'].map((date) => {
      const { rows } = parseLeanTradeBars(text, { resolution: 'minute', date: civilDate(date) });
      return isoFromNanos(leanBar(rows[0]!, { symbol: AAPL, resolution: 'minute', source: 'x', calendar: nyseCalendar })!.closeTime);
    });
    expect(closes).toEqual(['2020-03-06T14:31:00.000Z', '2020-03-09T13:31:00.000Z']);
  });

  it('have quote bars whose sides may be missing', () => {
    const { rows, faults } = parseLeanQuoteBars('0,1,2,1,2,300,,,,,0\n0,1,2,1,2,300,3,4,3,4,5\n0,1,2,1,2,300,3,4,0,4,5\n', {
      resolution: 'second',
      date: DAY,
    });
    expect(rows.map(({ bid, ask }) => [bid?.size, ask?.size])).toEqual([
      [300, undefined],
      [300, 5],
    ]);
    expect(faultsOf({ faults })).toEqual(['3 ROW_OUT_OF_RANGE ask low']);
  });

  it('have trades with the flags of their sale and doubts of the vendor', () => {
    const { rows, faults } = parseLeanTradeTicks(
      '14400688,491800,300,P,2000,0\n14400688,491800,300,P,1,0\n14400688,491800,300,P,0,1\n1,491800,0,P,0,0\n1,-5,1,P,0,0\n1,5,1,P,xyz,0\n1,5,1,P,0,2\n',
      DAY,
    );
    expect(rows.map((row) => leanTrade(row, AAPL).conditions)).toEqual([['2000'], [], ['suspicious']]);
    expect(leanTrade(rows[0]!, AAPL)).toMatchObject({
      price: 49_180_000_000n,
      quantity: 300_000_000_000n,
      venue: 'P',
      sequence: 1,
      aggressor: 'UNKNOWN',
    });
    expect(faultsOf({ faults })).toEqual([
      '4 ROW_OUT_OF_RANGE size',
      '5 ROW_OUT_OF_RANGE price',
      '6 ROW_NOT_A_NUMBER condition',
      '7 ROW_OUT_OF_RANGE suspicious',
    ]);
  });

  it('have quotes whose older side goes when the newer one locks or crosses it', () => {
    const { rows } = parseLeanQuoteTicks(
      '1,100,1,0,0,P,1,0\n2,0,0,102,1,P,1,0\n3,102,1,0,0,P,1,0\n4,0,0,101,1,P,1,0\n5,103,1,101,1,P,1,0\n',
      DAY,
    );
    const quotes = new LeanQuotes(AAPL);
    const sides = rows.map((row) => quotes.quote(row)).map(({ bidPrice, askPrice }) => [Number(bidPrice) / 1e5, Number(askPrice) / 1e5]);
    // The last row tells both sides: what an exchange says at once is passed on as it is.
    expect(sides).toEqual([
      [100, 0],
      [100, 102],
      [102, 0],
      [0, 101],
      [103, 101],
    ]);
  });

  it('have quotes by exchange, of which a row may tell one side', () => {
    const { rows } = parseLeanQuoteTicks('1,491800,300,0,0,P,1,0\n2,0,0,492000,3000,P,1,0\n3,0,0,494100,300,Q,1,0\n', DAY);
    const quotes = new LeanQuotes(AAPL);
    const [, both, other] = rows.map((row) => quotes.quote(row));
    expect(both).toMatchObject({ bidPrice: 49_180_000_000n, askPrice: 49_200_000_000n, askQuantity: 3_000_000_000_000n, venue: 'P' });
    expect(other).toMatchObject({ bidPrice: 0n, bidQuantity: 0n, askPrice: 49_410_000_000n, venue: 'Q' });
  });
});
