import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import {
  BITSTAMP_SCALE,
  bitstampEvent,
  civilDate,
  DATABENTO_SCALE,
  decodeDbnMbo,
  DepthBook,
  LobsterBook,
  type LobsterBookRow,
  MBO_LAST,
  MBO_SNAPSHOT,
  type MboRecord,
  mboEvent,
  OrderBook,
  parseBitstampOrders,
  parseBybitBook,
  parseDatabentoMbo,
  parseLobsterBooks,
  parseLobsterMessages,
} from '../../src/index.js';

const lobster = realData('orderbook', 'lobster');
const databento = realData('orderbook', 'databento');
const crypto = realData('orderbook', 'crypto');
const textOf = (folder: string, name: string): string => gunzipSync(readFileSync(join(folder, name))).toString('latin1');
/** Databento writes metadata and records as two Zstandard frames, of which Node unpacks the first. */
const unpacked = (bytes: Buffer): Buffer => {
  const frames = [];
  for (let offset = 0; offset < bytes.length;) {
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(offset), { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    frames.push(buffer);
    offset += engine.bytesWritten;
  }
  return Buffer.concat(frames);
};

describe.skipIf(lobster.absent)(`LOBSTER's half hour of AAPL${lobster.note}`, () => {
  const DATE = civilDate('2012-06-21');
  const load = () => {
    const messages = parseLobsterMessages(textOf(lobster.path, 'AAPL_2012-06-21_0930_1000_message_50.csv.gz'), DATE);
    const books = parseLobsterBooks(textOf(lobster.path, 'AAPL_2012-06-21_orderbook_50_first672.csv.gz'));
    expect([messages.faults, books.faults]).toEqual([[], []]);
    return { messages: messages.rows, books: books.rows };
  };
  /** The row as it is, without the order that its message added. */
  const before = (row: LobsterBookRow, price: number): LobsterBookRow => ({ ...row, bids: row.bids.filter(([level]) => level !== price) });
  const levelsOf = (book: OrderBook, side: 'BID' | 'ASK') =>
    Array.from({ length: Math.min(50, book.levelCount(side)) }, (_, level) => [
      Math.round(book.priceAt(side, level) * 10_000),
      book.sizeAt(side, level),
    ]);

  it('gives the best bid and ask, price and size, after all 42,203 messages (100%), never crossed', () => {
    const { messages, books } = load();
    const best = parseLobsterBooks(textOf(lobster.path, 'AAPL_2012-06-21_0930_1000_bbo_per_message.csv.gz')).rows;
    const replay = new LobsterBook();
    replay.seed(before(books[0]!, messages[0]!.price));
    let equal = 0;
    let uncrossed = 0;
    let firstInQueue = 0;
    let executions = 0;
    messages.forEach((message, index) => {
      if (message.kind === 'EXECUTE' && replay.book.has(message.id)) {
        executions += 1;
        if (replay.book.firstOrder(message.side) === message.id) firstInQueue += 1;
      }
      expect(replay.apply(message)).toBeUndefined();
      const { book } = replay;
      const row = best[index]!;
      const got = [Math.round(book.bestAsk * 1e4), book.bestAskSize, Math.round(book.bestBid * 1e4), book.bestBidSize];
      if (got.join() === [...row.asks[0]!, ...row.bids[0]!].join()) equal += 1;
      if (book.condition === 'NORMAL') uncrossed += 1;
    });
    expect([best.length, equal, uncrossed]).toEqual([42_203, 42_203, 42_203]);
    // 54 messages speak of orders from before the file; for 16 the levels of the first row don't show enough.
    expect(replay.unexplained).toBe(16);
    // Of the other 19, 15 hit orders older than the file, which it adds when their level comes into its range, behind younger ones.
    expect([firstInQueue, executions]).toEqual([2_048, 2_067]);
  });

  it('gives the full book of 50 levels in all 672 rows, one level of which no message told (it came in from beyond the 50th)', () => {
    const { messages, books } = load();
    const replay = new LobsterBook();
    replay.seed(before(books[0]!, messages[0]!.price));
    const revealed: string[] = [];
    let equal = 0;
    books.forEach((row, index) => {
      expect(replay.apply(messages[index]!)).toBeUndefined();
      for (const [side, levels] of [
        ['BID', row.bids],
        ['ASK', row.asks],
      ] as const) {
        const [price, quantity] = levels.at(-1)!;
        const lowest = Math.round(replay.book.priceAt(side, levels.length - 1) * 1e4);
        if (levels.length < 50 || lowest === price || levelsOf(replay.book, side).some(([known]) => known === price)) continue;
        revealed.push(`${row.line} ${side} ${price} x ${quantity}`);
        replay.reveal(side, price, quantity);
      }
      const got = [levelsOf(replay.book, 'BID'), levelsOf(replay.book, 'ASK')];
      if (JSON.stringify(got) === JSON.stringify([row.bids, row.asks])) equal += 1;
    });
    expect([books.length, equal]).toEqual([672, 672]);
    expect(revealed).toEqual(['507 ASK 5925000 x 100']);
  });
});

describe.skipIf(databento.absent)(`CME's ES by order${databento.note}`, () => {
  const replay = (records: readonly MboRecord[]) => {
    const book = new OrderBook(DATABENTO_SCALE);
    const refusals: string[] = [];
    const seen = { whole: 0, crossed: 0, crossedTrading: 0, opened: 0n };
    let snapshotOver = false;
    for (const record of records) {
      const event = mboEvent(record);
      const refusal = event === undefined ? undefined : book.apply(event);
      if (refusal !== undefined) refusals.push(`${record.line} ${refusal}`);
      if ((record.flags & MBO_SNAPSHOT) === 0) snapshotOver = true;
      // The auction's single trade without a side ends the opening; before it, orders of both sides may stand across one another.
      if (record.action === 'TRADE' && record.side === undefined) seen.opened = record.at;
      if (!snapshotOver || (record.flags & MBO_LAST) === 0) continue;
      seen.whole += 1;
      const crossed = book.condition === 'CROSSED' || book.condition === 'LOCKED';
      if (crossed) seen.crossed += 1;
      if (crossed && seen.opened > 0n && record.at > seen.opened) seen.crossedTrading += 1;
    }
    return { book, refusals, seen };
  };

  it('applies 68,792 records without an unknown order and is never crossed or locked once the opening auction is over (891 of 47,022 whole books before it)', () => {
    const { rows, faults } = parseDatabentoMbo(textOf(databento.path, 'esh4-glbx-mdp3-20231225.mbo.csv.gz'));
    expect([rows.length, faults]).toEqual([68_792, []]);
    const { book, refusals, seen } = replay(rows);
    expect(refusals).toEqual([]);
    expect(seen.crossedTrading).toBe(0);
    expect([seen.whole, seen.crossed, book.orderCount]).toEqual([47_022, 891, 11_217]);
  });

  it('reads the same records from the binary form', () => {
    for (const name of ['esh4-glbx-mdp3-20231224.mbo', 'esh4-glbx-mdp3-20231225.mbo']) {
      const binary = decodeDbnMbo(unpacked(readFileSync(join(databento.path, `${name}.dbn.zst`))));
      const text = parseDatabentoMbo(textOf(databento.path, `${name}.csv.gz`)).rows;
      expect(binary.length).toBe(text.length);
      const plain = (record: MboRecord) => ({ ...record, line: 0 });
      expect(binary.every((record, index) => record.price === text[index]!.price && record.id === text[index]!.id)).toBe(true);
      for (const index of [0, 1, 5_000, text.length - 1]) expect(plain(binary[index]!)).toEqual(plain(text[index]!));
    }
  });
});

describe.skipIf(crypto.absent)(`crypto books${crypto.note}`, () => {
  it('Bitstamp: of 50,414 order events 213 name an order that is not there (186 from before the recording), levels always add up to their orders', () => {
    const { rows, faults } = parseBitstampOrders(textOf(crypto.path, 'obanalytics_bitstamp_2015-05-01_orders.csv.gz'));
    expect([rows.length, faults]).toEqual([50_414, []]);
    const created = new Set(rows.filter(({ action }) => action === 'created').map(({ id }) => id));
    const book = new OrderBook(BITSTAMP_SCALE);
    const refusals: Record<string, number> = {};
    let crossed = 0;
    rows.forEach((row, index) => {
      const event = bitstampEvent(row);
      const refusal = event === undefined ? undefined : book.apply(event);
      if (refusal !== undefined) {
        const reason = `${refusal}${created.has(row.id) ? '' : ', never created'}`;
        refusals[reason] = (refusals[reason] ?? 0) + 1;
      }
      if (book.condition === 'CROSSED') crossed += 1;
      if (index % 5_000 !== 0) return;
      const state = book.save();
      const orders = state.slice(4);
      const total = (bid: number) => orders.reduce((sum, value, at) => sum + (at % 4 === 3 && orders[at - 2] === bid ? value : 0), 0);
      expect(book.depth('BID', Infinity)).toBeCloseTo(total(1) / 1e8, 6);
      expect(book.depth('ASK', Infinity)).toBeCloseTo(total(0) / 1e8, 6);
    });
    // Of the 27, 21 are deleted twice, 5 deleted before they are created, one is changed after its deletion: so the recorder received them.
    expect(refusals).toEqual({ 'ORDER_UNKNOWN, never created': 186, ORDER_UNKNOWN: 27 });
    // The venue tells both sides of a trade one after the other.
    expect(crossed).toBe(781);
  });

  it('Bybit: a snapshot of 500 levels and 49 deltas without a gap, a crossed book or a level too many', () => {
    const { rows, faults } = parseBybitBook(textOf(crypto.path, 'bybit_2024-12-01_XRPUSDT_ob500.data.jsonl.gz'));
    expect([rows.length, faults]).toEqual([50, []]);
    const book = new DepthBook();
    for (const row of rows) {
      expect(row.kind === 'book-snapshot' ? book.applySnapshot(row) : book.applyDelta(row)).toBeUndefined();
      expect(book.condition).toBe('NORMAL');
      // The venue keeps 500 levels a side: what falls out of them is removed by the same delta.
      expect([book.levelCount('BID'), book.levelCount('ASK')]).toEqual([500, 500]);
    }
    expect(book.sequence).toBe(20_254_918);
  });
});
