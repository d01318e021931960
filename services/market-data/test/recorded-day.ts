import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openCatalogue } from '@tradewind/catalogue';
import type { PointInTimeRecord, Tick } from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { nanosFromMillis, priceFromNumber, quantityFromNumber, type Symbol, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

export const SYMBOLS = [symbolOf('AIG'), symbolOf('IBM')] as const;
/** 09:30 in New York on 7 October 2013, a Monday. */
const OPEN_MS = Date.UTC(2013, 9, 7, 13, 30);
export const MINUTES = 40;
const TICKS_A_MINUTE = 60;

const priceAt = (cents: number) => priceFromNumber(cents / 100, 2);

/** A random walk of one symbol's book with trades at its best prices; seeded. */
export const ticksOf = (symbol: Symbol): readonly Tick[] => {
  const random = seededRandom(`recorded-day-${symbol}`);
  const ticks: Tick[] = [];
  let mid = 5_000;
  for (let index = 0; index < MINUTES * TICKS_A_MINUTE; index += 1) {
    const at = nanosFromMillis(OPEN_MS + (index * 60_000) / TICKS_A_MINUTE + random.integer(0, 500));
    const origin = { symbol, at, sequence: index + 1 };
    const size = quantityFromNumber(random.integer(1, 9) * 100, 0);
    if (index % 200 === 0) {
      const levels = (sign: number) => [1, 2, 3].map((level) => ({ price: priceAt(mid + sign * level), quantity: size, orders: 0 }));
      ticks.push({ kind: 'book-snapshot', ...origin, bids: levels(-1), asks: levels(1) });
    } else if (index % 3 === 0) {
      const isBuy = random.integer(0, 1) === 1;
      mid += isBuy ? 1 : -1;
      ticks.push({
        kind: 'trade',
        ...origin,
        price: priceAt(mid),
        quantity: size,
        aggressor: isBuy ? 'BUYER' : 'SELLER',
        conditions: [],
        venue: '',
      });
    } else {
      const side = random.integer(0, 1) === 1 ? 'BID' : 'ASK';
      const price = priceAt(mid + (side === 'BID' ? -1 : 1) * random.integer(1, 3));
      ticks.push({ kind: 'book-delta', ...origin, previousSequence: 0, changes: [{ side, price, quantity: size }] });
    }
  }
  return ticks;
};

export const records: readonly PointInTimeRecord[] = [-60, 3, 17].map((minute, index) => {
  const knownAt = nanosFromMillis(OPEN_MS + minute * 60_000);
  const eventTime = (knownAt - 86_400_000_000_000n) as UnixNanos;
  return {
    id: `macro/DGS10/*/${eventTime}/${knownAt}`,
    series: 'macro/DGS10',
    symbol: undefined,
    eventTime,
    knownAt,
    value: 2.6 + index / 100,
    text: '',
    source: 'test',
  };
});

/** A catalogue in a folder of its own that holds the day. */
export const recordDay = async (): Promise<{ readonly directory: string; dispose(): Promise<void> }> => {
  const directory = await mkdtemp(join(tmpdir(), 'tradewind-recorded-day-'));
  const catalogue = await openCatalogue({ directory, memoryBytesMax: 128 * 1024 * 1024, threads: 1 });
  const writer = await catalogue.writer();
  await writer.writeTicks(
    SYMBOLS.map((symbol) => ticksOf(symbol)),
    { source: 'test' },
  );
  await writer.writeRecords([records]);
  writer.close();
  await catalogue.close();
  return { directory, dispose: () => rm(directory, { recursive: true, force: true }) };
};

export const SELECTION = {
  symbols: [...SYMBOLS],
  interval: '1m',
  from: '2013-10-07',
  until: '2013-10-08',
  ticks: ['trades', 'book'],
  records: ['macro/'],
} as const;
