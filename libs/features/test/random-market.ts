import type { Bar, BookSnapshot, PointInTimeRecord, RecordsKnown, Tick } from '@tradewind/market';
import { priceFromNumber, quantityFromNumber, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';

import type { FeatureEngine, FeatureVector } from '../src/index.js';

export type MarketInput =
  | { readonly kind: 'bar'; readonly bar: Bar }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'records'; readonly known: RecordsKnown };

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
/** Monday 2020-01-06, 09:30 in New York. */
const OPEN = 1_578_321_000n * SECOND;
const SERIES = ['macro/VIX', 'macro/VIX3M', 'macro/DGS10', 'macro/DGS2', 'news/sentiment', 'fundamental/eps', 'calendar/fomc'];

const nanos = (value: bigint): UnixNanos => value as UnixNanos;
const cents = (value: number) => priceFromNumber(Math.round(value * 100) / 100, 2);

/** A small source of repeatable numbers in [0, 1): a linear congruence (Numerical Recipes, 2nd ed., p. 284). */
const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
};

class Market {
  readonly inputs: MarketInput[] = [];
  #sequence = 0;
  constructor(readonly next: () => number) {}

  minute(symbol: string, index: number): void {
    const open = OPEN + BigInt(index) * MINUTE;
    const level = 100 + 5 * Math.sin(index / 7) + this.next();
    for (let tick = 0; tick < 1 + Math.floor(4 * this.next()); tick += 1)
      this.#tick(symbol, nanos(open + BigInt(tick + 1) * SECOND), level);
    this.#bar(symbol, open, level);
  }

  records(step: number, symbol: string): void {
    const at = nanos(OPEN + BigInt(step + 1) * MINUTE);
    const records = SERIES.filter(() => this.next() < 0.3).map((series): PointInTimeRecord => {
      const macro = series.startsWith('macro') || series.startsWith('calendar');
      const eventTime = nanos(series.startsWith('calendar') ? at + 86_400n * SECOND : at - 3_600n * SECOND);
      return {
        id: `${series}/${macro ? '*' : symbol}/${eventTime}/${at}`,
        series,
        symbol: macro ? undefined : symbolOf(symbol),
        eventTime,
        knownAt: at,
        value: 1 + this.next(),
        text: '',
        source: 'test',
      };
    });
    const header = { id: `market.records/run/${step}/0`, run: 'run', step, partition: 0, partitions: 1, at, causes: [] };
    this.inputs.push({ kind: 'records', known: { header: header as unknown as RecordsKnown['header'], records } });
  }

  #tick(name: string, at: UnixNanos, level: number): void {
    const symbol = symbolOf(name);
    const before = this.#sequence;
    this.#sequence += 1;
    const origin = { symbol, at, sequence: this.#sequence };
    const choice = this.next();
    const quantity = quantityFromNumber(1 + Math.floor(500 * this.next()), 0);
    if (choice < 0.3) {
      const aggressor = (['BUYER', 'SELLER', 'UNKNOWN'] as const)[Math.floor(3 * this.next())]!;
      this.inputs.push({
        kind: 'tick',
        tick: { ...origin, kind: 'trade', price: cents(level), quantity, aggressor, conditions: [], venue: '' },
      });
    } else if (choice < 0.6) {
      this.inputs.push({ kind: 'tick', tick: { ...origin, kind: 'book-snapshot', ...this.#sides(level) } });
    } else if (choice < 0.9) {
      const side = this.next() < 0.5 ? ('BID' as const) : ('ASK' as const);
      const changes = [{ side, price: cents(level + (side === 'BID' ? -0.03 : 0.03)), quantity }];
      // Now and then a delta is lost, and the book is unknown until the next snapshot.
      const previousSequence = this.next() < 0.1 ? before - 1 : before;
      this.inputs.push({ kind: 'tick', tick: { ...origin, kind: 'book-delta', changes, previousSequence } });
    } else {
      const [bidPrice, askPrice] = [cents(level - 0.01), cents(level + 0.01)];
      this.inputs.push({
        kind: 'tick',
        tick: { ...origin, kind: 'quote', bidPrice, bidQuantity: quantity, askPrice, askQuantity: quantity, venue: '' },
      });
    }
  }

  #sides(level: number): Pick<BookSnapshot, 'bids' | 'asks'> {
    const side = (sign: number) =>
      Array.from({ length: 8 }, (_value, depth) => ({
        price: cents(level + sign * 0.01 * (depth + 1)),
        quantity: quantityFromNumber(1 + Math.floor(300 * this.next()), 0),
        orders: 0,
      }));
    return { bids: side(-1), asks: side(1) };
  }

  #bar(symbol: string, open: bigint, level: number): void {
    const close = level + this.next() - 0.5;
    const bar: Bar = {
      id: `bar/${symbol}/1m/${open}`,
      symbol: symbolOf(symbol),
      interval: '1m',
      openTime: nanos(open),
      closeTime: nanos(open + MINUTE),
      open: cents(level),
      high: cents(Math.max(level, close) + this.next()),
      low: cents(Math.min(level, close) - this.next()),
      close: cents(close),
      volume: quantityFromNumber(Math.floor(1_000 * this.next()), 0),
      source: 'test',
      warmUp: false,
    };
    this.inputs.push({ kind: 'bar', bar });
  }
}

/** What some minutes of two symbols bring, in the order of arrival: records, then ticks and the bar of each. `B` comes 30 minutes later. */
export const marketInputs = (seed: number, minutes: number): readonly MarketInput[] => {
  const market = new Market(numbersFrom(seed));
  for (let index = 0; index < minutes; index += 1) {
    // A minute without trades has no bar: a gap.
    const gap = index % 17 === 16;
    if (index % 5 === 0) market.records(index, 'A');
    if (!gap) market.minute('A', index);
    if (index >= 30) market.minute('B', index);
  }
  return market.inputs;
};

export const seeds = fc.nat({ max: 2 ** 31 });

/** Takes the inputs in and gives the vectors of their bars. */
export const takeAll = (engine: FeatureEngine, inputs: readonly MarketInput[]): readonly FeatureVector[] =>
  inputs.flatMap((input) => {
    if (input.kind === 'bar') return [engine.onBar(input.bar)];
    if (input.kind === 'tick') engine.onTick(input.tick);
    else engine.onRecords(input.known);
    return [];
  });
