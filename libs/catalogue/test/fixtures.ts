import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Bar, BarInterval, BookDelta, BookSnapshot, PointInTimeRecord, Quote, Trade } from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, type Price, price, quantity, symbolOf, type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import { onTestFinished } from 'vitest';

import { type Catalogue, openCatalogue } from '../src/index.js';

export const LIMITS = { memoryBytesMax: 256 * 1_048_576, threads: 2 } as const;

export const at = (iso: string): UnixNanos => nanosFromMillis(Date.parse(iso));

/** An empty folder that goes when the test does. */
export const folder = async (): Promise<{ readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'tw-catalogue-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return { path };
};

/** A catalogue that is closed with the test. */
export const opened = async (directory: string): Promise<{ readonly catalogue: Catalogue }> => {
  const catalogue = await openCatalogue({ directory, ...LIMITS });
  onTestFinished(() => catalogue.close());
  return { catalogue };
};

export const bar = (symbol: string, interval: BarInterval, closeIso: string, close: string, rest: Partial<Bar> = {}): Bar => {
  const closeTime = at(closeIso);
  const suffix = /[dw]$/.test(interval) ? utcDateOf(closeTime) : isoFromNanos(closeTime);
  return {
    id: `bar/${symbol}/${interval}/${suffix}`,
    symbol: symbolOf(symbol),
    interval,
    openTime: (closeTime - 60_000_000_000n) as UnixNanos,
    closeTime,
    open: price(close),
    high: price(close),
    low: price(close),
    close: price(close),
    volume: quantity('100'),
    source: 'hand',
    warmUp: false,
    ...rest,
  };
};

export const trade = (symbol: string, when: UnixNanos, text: string, rest: Partial<Trade> = {}): Trade => ({
  kind: 'trade',
  symbol: symbolOf(symbol),
  at: when,
  sequence: 0,
  price: price(text),
  quantity: quantity('10'),
  aggressor: 'UNKNOWN',
  conditions: [],
  venue: '',
  ...rest,
});

export const quote = (symbol: string, when: UnixNanos, bid: string, ask: string, rest: Partial<Quote> = {}): Quote => ({
  kind: 'quote',
  symbol: symbolOf(symbol),
  at: when,
  sequence: 0,
  bidPrice: price(bid),
  bidQuantity: quantity('1'),
  askPrice: price(ask),
  askQuantity: quantity('2'),
  venue: 'Q',
  ...rest,
});

export const snapshot = (symbol: string, when: UnixNanos, sequence: number, levels = 2): BookSnapshot => ({
  kind: 'book-snapshot',
  symbol: symbolOf(symbol),
  at: when,
  sequence,
  bids: Array.from({ length: levels }, (_, index) => ({
    price: (100n - BigInt(index)) as Price,
    quantity: quantity('5'),
    orders: index + 1,
  })),
  asks: Array.from({ length: levels }, (_, index) => ({ price: (101n + BigInt(index)) as Price, quantity: quantity('0.25'), orders: 0 })),
});

export const delta = (symbol: string, when: UnixNanos, sequence: number, changes: BookDelta['changes'] = []): BookDelta => ({
  kind: 'book-delta',
  symbol: symbolOf(symbol),
  at: when,
  sequence,
  changes,
  previousSequence: sequence - 1,
});

export const record = (
  series: string,
  event: string,
  known: string,
  value: number,
  rest: Partial<PointInTimeRecord> = {},
): PointInTimeRecord => ({
  id: `${series}/${rest.symbol ?? '*'}/${event}/${known}`,
  series,
  symbol: undefined,
  eventTime: at(event),
  knownAt: at(known),
  value,
  text: '',
  source: 'hand',
  ...rest,
});

export const collect = async <T>(batches: AsyncIterable<readonly T[]>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
};
