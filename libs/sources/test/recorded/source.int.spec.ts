import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';

import { DuckDBInstance } from '@duckdb/node-api';
import { type BarInterval, type Tick } from '@tradewind/market';
import { formatDecimal, nanosFromMillis, price, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it, onTestFinished } from 'vitest';

import { definition } from '../../src/recorded/index.js';
import type { SourceCapabilities } from '../../src/source.js';
import type { SourceHarness } from '../acceptance/harness.js';
import { describeSource } from '../acceptance/suite.js';
import { collect, surroundings } from '../acceptance/surroundings.js';

const NEVER = new AbortController().signal;
const at = (iso: string) => nanosFromMillis(Date.parse(iso));
const ALL = { from: at('1990-01-01'), until: at('2040-01-01') } as const;

/** A zip archive with one file in it. */
const zipped = (name: string, text: string): Buffer => {
  const [label, raw] = [Buffer.from(name), Buffer.from(text)];
  const packed = deflateRawSync(raw);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(label.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(raw.length, 24);
  entry.writeUInt16LE(label.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + label.length, 12);
  end.writeUInt32LE(local.length + label.length + packed.length, 16);
  return Buffer.concat([local, label, packed, entry, label, end]);
};

const folderWith = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'tw-recorded-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path, dirname(name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
};

/** The source over a folder, and what it tells the log. */
const opened = async (path: string, more: Readonly<Record<string, string>> = {}) => {
  const around = await surroundings();
  onTestFinished(() => around.end());
  const source = definition.open(definition.settings.parse({ path, ...more }), around.environment);
  const told = () => around.logged.map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>);
  return { source, told };
};
const over = async (files: Readonly<Record<string, string | Uint8Array>>, more: Readonly<Record<string, string>> = {}) => {
  const path = await folderWith(files);
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return opened(path, more);
};

const LEAN = {
  'minute/aig/20131007_trade.zip': zipped(
    'x.csv',
    '34200000,488000,489000,487000,488500,100\n34260000,488500,488500,488400,488400,7\n34320000,488400,488500,488400,488500,9\n',
  ),
  'minute/aig/20131008_trade.zip': zipped('x.csv', '34200000,490000,490000,490000,490000,5\n'),
  'tick/aig/20131007_trade.zip': zipped('x.csv', '34200100,488600,100,P,0,0\n34200200,488700,50,Q,20002020,1\n'),
  'tick/aig/20131007_quote.zip': zipped('x.csv', '34200000,488500,3,0,0,P,1,0\n34200100,0,0,488700,4,Q,1,0\n34200200,488600,2,0,0,P,1,0\n'),
  'factor_files/aig.csv': '20131004,0.99,0.5,50\n20131007,1,1,48.85\n20501231,1,1,0\n',
};

const capabilities: SourceCapabilities = {
  bars: ['1m'],
  ticks: ['trades', 'quotes', 'book'],
  live: [],
  records: ['action/'],
  simulated: false,
};
const AIG = symbolOf('AIG');
const bar = (closeIso: string, [open, high, low, close]: readonly [string, string, string, string], volume: bigint, day: string) => ({
  id: `bar/AIG/1m/${closeIso}`,
  symbol: AIG,
  interval: '1m' as BarInterval,
  openTime: (at(closeIso) - 60_000_000_000n) as never,
  closeTime: at(closeIso),
  open: price(open),
  high: price(high),
  low: price(low),
  close: price(close),
  volume: (volume * 1_000_000_000n) as never,
  source: `recorded/minute/aig/${day}_trade.zip`,
  warmUp: false,
});
const shares = (count: bigint) => (count * 1_000_000_000n) as never;
const ms = (offset: number) => (at('2013-10-07T13:30:00Z') + BigInt(offset) * 1_000_000n) as never;
const expectedTicks: readonly Tick[] = [
  { kind: 'book-snapshot', symbol: AIG, at: ms(0), sequence: 0, bids: [], asks: [] },
  {
    kind: 'book-delta',
    symbol: AIG,
    at: ms(0),
    sequence: 1,
    previousSequence: 0,
    changes: [{ side: 'BID', price: price('48.85'), quantity: shares(3n) }],
  },
  {
    kind: 'quote',
    symbol: AIG,
    at: ms(0),
    sequence: 1,
    bidPrice: price('48.85'),
    bidQuantity: shares(3n),
    askPrice: price('0'),
    askQuantity: shares(0n),
    venue: 'P',
  },
  {
    kind: 'book-delta',
    symbol: AIG,
    at: ms(100),
    sequence: 2,
    previousSequence: 1,
    changes: [{ side: 'ASK', price: price('48.87'), quantity: shares(4n) }],
  },
  {
    kind: 'quote',
    symbol: AIG,
    at: ms(100),
    sequence: 2,
    bidPrice: price('0'),
    bidQuantity: shares(0n),
    askPrice: price('48.87'),
    askQuantity: shares(4n),
    venue: 'Q',
  },
  {
    kind: 'trade',
    symbol: AIG,
    at: ms(100),
    sequence: 1,
    price: price('48.86'),
    quantity: shares(100n),
    aggressor: 'UNKNOWN',
    conditions: [],
    venue: 'P',
  },
  {
    kind: 'book-delta',
    symbol: AIG,
    at: ms(200),
    sequence: 3,
    previousSequence: 2,
    changes: [
      { side: 'BID', price: price('48.85'), quantity: shares(0n) },
      { side: 'BID', price: price('48.86'), quantity: shares(2n) },
    ],
  },
  {
    kind: 'quote',
    symbol: AIG,
    at: ms(200),
    sequence: 3,
    bidPrice: price('48.86'),
    bidQuantity: shares(2n),
    askPrice: price('0'),
    askQuantity: shares(0n),
    venue: 'P',
  },
  {
    kind: 'trade',
    symbol: AIG,
    at: ms(200),
    sequence: 2,
    price: price('48.87'),
    quantity: shares(50n),
    aggressor: 'UNKNOWN',
    conditions: ['20002020', 'suspicious'],
    venue: 'Q',
  },
];

const harness: SourceHarness = {
  async start() {
    const path = await folderWith(LEAN);
    return {
      open: (environment) => definition.open(definition.settings.parse({ path }), environment),
      fail: () => undefined,
      requests: () => 0,
      connections: () => 0,
      subscriptions: () => [],
      publish: () => undefined,
      drop: () => undefined,
      silence: () => undefined,
      refuse: () => undefined,
      sendUnreadable: () => undefined,
      stop: () => rm(path, { recursive: true, force: true }),
    };
  },
  unknownSymbol: symbolOf('NONE'),
  bars: {
    symbol: AIG,
    interval: '1m',
    from: at('2013-10-07T13:31:00Z'),
    until: at('2013-10-07T20:00:00Z'),
    pagesMin: 1,
    expected: [
      bar('2013-10-07T13:31:00.000Z', ['48.8', '48.9', '48.7', '48.85'], 100n, '20131007'),
      bar('2013-10-07T13:32:00.000Z', ['48.85', '48.85', '48.84', '48.84'], 7n, '20131007'),
      bar('2013-10-07T13:33:00.000Z', ['48.84', '48.85', '48.84', '48.85'], 9n, '20131007'),
    ],
  },
  ticks: { symbol: AIG, from: at('2013-10-07'), until: at('2013-10-08'), expected: expectedTicks },
  records: {
    series: 'action/',
    symbol: AIG,
    ...ALL,
    expected: [
      {
        id: 'action/split/AIG/2013-10-07/2013-10-07',
        series: 'action/split',
        symbol: AIG,
        eventTime: at('2013-10-07T13:30:00Z'),
        knownAt: at('2013-10-07T13:30:00Z'),
        value: 2,
        text: '2 new shares for one',
        source: 'recorded/factor_files/aig.csv',
      },
      {
        id: 'action/dividend/AIG/2013-10-07/2013-10-07',
        series: 'action/dividend',
        symbol: AIG,
        eventTime: at('2013-10-07T13:30:00Z'),
        knownAt: at('2013-10-07T13:30:00Z'),
        value: 0.5,
        text: '0.5 a share',
        source: 'recorded/factor_files/aig.csv',
      },
    ],
  },
  live: undefined,
  requestFaults: new Set(),
  liveFaults: new Set(),
  secrets: [],
  tellsUnknownSymbol: true,
  backoffMsMax: 0,
};

describeSource('recorded', capabilities, harness);

describe('tables', () => {
  const SPY = symbolOf('SPY');
  const daily = 'Date,Open,High,Low,Close,Adj Close,Volume\n';

  it('of days take the hours of their sessions, half days too; rows that break a rule are told and left out', async () => {
    const { source, told } = await over({
      'SPY.csv': `${daily}2013-11-27,1,1,1,1,1,5\n2013-11-28,1,1,1,1,1,5\n2013-11-29,1,1,1,1,1,5\n2013-12-02,0,1,1,1,1,5\n2013-12-03,1,1,-1,1,1,5\n2013-12-04,1,1,1,one,1,5\n2013-12-05,1,1\n2013-13-05,1,1,1,1,1,1\n2013-11-29,2,2,2,2,2,5\n`,
    });
    const { rows } = await collect(source.bars({ symbol: SPY, interval: '1d', ...ALL }, NEVER));
    expect(rows.map(({ id, closeTime }) => [id, closeTime])).toEqual([
      ['bar/SPY/1d/2013-11-27', at('2013-11-27T21:00:00Z')],
      ['bar/SPY/1d/2013-11-29', at('2013-11-29T18:00:00Z')],
    ]);
    expect(told().map(({ line, code, field }) => [line, code, field])).toEqual([
      [3, 'ROW_NO_SESSION', 'time'],
      [5, 'ROW_OUT_OF_RANGE', 'open'],
      [6, 'ROW_OUT_OF_RANGE', 'low'],
      [7, 'ROW_NOT_A_NUMBER', 'close'],
      [8, 'ROW_COLUMN_COUNT', ''],
      [9, 'ROW_BAD_DATE', 'time'],
      [10, 'ROW_TIME_TWICE', 'time'],
    ]);
    expect(told()[0]).toMatchObject({ file: expect.stringMatching(/SPY\.csv$/), rule: '2013-11-28 must be a session of XNYS' });
  });

  it('of minutes are read in their zone: the hour that happens twice twice, the one that does not never', async () => {
    const row = (time: string) => `${time},1,1,1,1,1`;
    const fall = ['2013-11-03 00:59', '2013-11-03 01:30', '2013-11-03 01:45', '2013-11-03 01:30', '2013-11-03 02:00'];
    const { source, told } = await over({
      'BTC_1m.csv': `time,open,high,low,close,volume\n${[...fall, '2014-03-09 02:30', '2014-03-09 03:00', '2014-03-10 03:00:00-04:00'].map(row).join('\n')}\n`,
    });
    const { rows } = await collect(source.bars({ symbol: symbolOf('BTC'), interval: '1m', ...ALL }, NEVER));
    expect(rows.map(({ openTime }) => openTime)).toEqual(
      ['2013-11-03T04:59Z', '2013-11-03T05:30Z', '2013-11-03T05:45Z', '2013-11-03T06:30Z', '2013-11-03T07:00Z', '2014-03-09T07:00Z'].map(
        at,
      ),
    );
    expect(told().map(({ line, code }) => [line, code])).toEqual([
      [7, 'ROW_BAD_TIME'],
      [9, 'ROW_MIXED_TIME_ZONE'],
    ]);
  });

  it('are read whatever the order of their rows, the spelling of their times and the names of their columns', async () => {
    const { source } = await over(
      {
        'A_1h.csv.gz': gzipSync('px_close,ts,Open,High,Low,v\n2,2020-01-02T15:00:00Z,1,3,1,10\n1.5,2020-01-02T14:00:00Z,1,3,1,10\n'),
        'B-5m.csv': 'datetime,o,h,l,c,v\n1577973600,1,1,1,1,0\n',
      },
      { columns: '{"time":"ts","close":"px_close"}', stamps: 'end' },
    );
    const { rows } = await collect(source.bars({ symbol: symbolOf('A'), interval: '1h', ...ALL }, NEVER));
    expect(rows.map(({ closeTime, close }) => [closeTime, formatDecimal(close)])).toEqual([
      [at('2020-01-02T14:00:00Z'), '1.5'],
      [at('2020-01-02T15:00:00Z'), '2'],
    ]);
    const other = await over({ 'B-5m.csv': 'datetime,o,h,l,c,v\n1577973600,1,1,1,1,0\n' });
    expect((await collect(other.source.bars({ symbol: symbolOf('B'), interval: '5m', ...ALL }, NEVER))).rows[0]!.openTime).toBe(
      at('2020-01-02T14:00:00Z'),
    );
  });

  it('with the wrong columns, empty, or of another kind are one fault that names the file', async () => {
    const { source, told } = await over({
      'A_1m.csv': 'when,open,high,low,close\n',
      'B_1m.csv': '',
      'C_1m.parquet': 'not parquet at all',
      'minute/aig/20131007_trade.zip': LEAN['minute/aig/20131007_trade.zip'].subarray(0, 60),
      'minute/aig/20131008_trade.zip': LEAN['minute/aig/20131008_trade.zip'],
    });
    for (const symbol of ['A', 'B', 'C'])
      expect((await collect(source.bars({ symbol: symbolOf(symbol), interval: '1m', ...ALL }, NEVER))).rows).toEqual([]);
    expect((await collect(source.bars({ symbol: AIG, interval: '1m', ...ALL }, NEVER))).rows).toHaveLength(1);
    expect(told().map(({ file, code }) => [(file as string).split('/').at(-1), code])).toEqual([
      ['A_1m.csv', 'FILE_HEADER_UNKNOWN'],
      ['B_1m.csv', 'FILE_EMPTY'],
      ['C_1m.parquet', 'FILE_UNREADABLE'],
      ['20131007_trade.zip', 'FILE_TRUNCATED'],
    ]);
    expect(told()[0]!['rule']).toBe('the header lacks time, volume');
  });

  it('that break off in their packing give the rows before', async () => {
    const rows = Array.from({ length: 40_000 }, (_, n) => `${1_577_836_800 + n * 60},${1 + (n % 97)},100,1,${1 + ((n * 31) % 89)},${n}`);
    const whole = gzipSync(`time,open,high,low,close,volume\n${rows.join('\n')}\n`);
    const { source, told } = await over({ 'A_1m.csv.gz': whole.subarray(0, whole.length >> 1) });
    const found = (await collect(source.bars({ symbol: symbolOf('A'), interval: '1m', ...ALL }, NEVER))).rows;
    expect(found.length).toBeGreaterThan(5_000);
    expect(found.length).toBeLessThan(35_000);
    expect(told().map(({ code, line }) => [code, line])).toEqual([['FILE_TRUNCATED', 0]]);
  });

  it('in Parquet of somebody else are read by their column names, whatever their types', async () => {
    const path = await folderWith({});
    onTestFinished(() => rm(path, { recursive: true, force: true }));
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT TIMESTAMPTZ '2020-01-02 14:30:00+00' AS ts, 1.5::DOUBLE AS open, 2::FLOAT AS high, 1 AS low, 1.75::DECIMAL(9,4) AS close, 100::BIGINT AS volume, 'x' AS other UNION ALL
         SELECT TIMESTAMPTZ '2020-01-02 14:31:00+00', 1, 1, 0, 1, 1, 'y') TO '${path}/SPY_1m.parquet'`,
    );
    instance.closeSync();
    const { source, told } = await opened(path, { columns: '{"time":"ts"}' });
    const { rows } = await collect(source.bars({ symbol: SPY, interval: '1m', ...ALL }, NEVER));
    expect(rows.map(({ closeTime, open, close }) => [closeTime, formatDecimal(open), formatDecimal(close)])).toEqual([
      [at('2020-01-02T14:31:00Z'), '1.5', '1.75'],
    ]);
    expect(told().map(({ line, field, rule }) => [line, field, rule])).toEqual([[2, 'low', '0 must be above 0']]);
  });

  it('under a former ticker are found by the map of renamings', async () => {
    const { source } = await over({
      'minute/fb/20131007_trade.zip': LEAN['minute/aig/20131007_trade.zip'],
      'minute/meta/20131008_trade.zip': LEAN['minute/aig/20131008_trade.zip'],
      'map_files/meta.csv': '20120518,fb,Q\n20131007,fb,Q\n20501231,meta,Q\n',
    });
    const { rows } = await collect(source.bars({ symbol: symbolOf('META'), interval: '1m', ...ALL }, NEVER));
    expect(rows.map(({ id }) => id.slice(0, 22))).toEqual([...Array<string>(3).fill('bar/META/1m/2013-10-07'), 'bar/META/1m/2013-10-08']);
  });
});
