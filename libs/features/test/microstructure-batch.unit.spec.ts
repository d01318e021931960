import type { Quote, Tick, Trade } from '@tradewind/market';
import { leastSquaresLine } from '@tradewind/statistics';
import { toNumber } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { FeatureParameter } from '../src/index.js';
import * as books from '../src/microstructure/book-features.js';
import { MICROSTRUCTURE_ENTRIES } from '../src/microstructure/catalogue.js';
import * as trades from '../src/microstructure/trade-features.js';
import { quote, TickFeed, trade } from './tick-series.js';

const BAR_SECONDS = 10;
const BARS = 8;
const KYLE_BARS = 4;

/** Quotes in cents about 100, some of them crossed or one-sided; trades in and about the spread. */
const tick = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      bid: fc.integer({ min: -5, max: 4 }),
      gap: fc.integer({ min: -1, max: 4 }),
      bidSize: fc.nat(9),
      askSize: fc.nat(9),
    }),
  },
  { weight: 4, arbitrary: fc.record({ price: fc.integer({ min: -6, max: 9 }), size: fc.integer({ min: 1, max: 9 }) }) },
);
type Entry = typeof tick extends fc.Arbitrary<infer T> ? T : never;

const price = (cents: number): number => (10_000 + cents) / 100;

const tickOf = (entry: Entry, seconds: number): Tick =>
  'price' in entry
    ? trade(seconds, price(entry.price), entry.size)
    : quote(
        seconds,
        entry.bidSize === 0 ? 0 : price(entry.bid),
        entry.bidSize,
        entry.askSize === 0 ? 0 : price(entry.bid + entry.gap),
        entry.askSize,
      );

interface Quoted {
  readonly seconds: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

const numbersOf = ({ at, bidPrice, bidQuantity, askPrice, askQuantity }: Quote): Quoted => ({
  seconds: Number(at) / 1e9,
  bid: toNumber(bidPrice),
  bidSize: toNumber(bidQuantity),
  ask: toNumber(askPrice),
  askSize: toNumber(askQuantity),
});
const isWhole = ({ bid, bidSize, ask, askSize }: Quoted): boolean => bidSize > 0 && askSize > 0 && ask > bid;
const isRepeated = (before: Quoted, now: Quoted): boolean =>
  now.bid === before.bid && now.bidSize === before.bidSize && now.ask === before.ask && now.askSize === before.askSize;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** In the form that the paper writes it. */
const flowOf = (before: Quoted, now: Quoted): number =>
  (now.bid >= before.bid ? now.bidSize : 0) -
  (now.bid <= before.bid ? before.bidSize : 0) -
  (now.ask <= before.ask ? now.askSize : 0) +
  (now.ask >= before.ask ? before.askSize : 0);

/** The same from the whole list of ticks up to a bar's close. */
const batch = (ticks: readonly Tick[], from: number, until: number): Readonly<Record<string, number>> => {
  const seen = ticks.filter(({ at }) => Number(at) / 1e9 < until);
  const isNow = (seconds: number): boolean => seconds >= from;
  const quotes = seen.filter((entry): entry is Quote => entry.kind === 'quote').map(numbersOf);
  // A quote that repeats the one before is no change.
  const whole = quotes.filter((now, index) => isWhole(now) && !(index > 0 && isRepeated(quotes[index - 1]!, now)));
  const inBar = whole.filter(({ seconds }) => isNow(seconds));
  const flows = whole.slice(1).flatMap((now, index) => (isNow(now.seconds) ? [flowOf(whole[index]!, now)] : []));
  const ends = inBar.map((_now, index) => inBar[index + 1]?.seconds ?? until);
  const averaged = (of: (now: Quoted) => number): number => {
    if (inBar.length === 0) return whole.length === 0 ? Number.NaN : of(whole.at(-1)!);
    return sum(inBar.map((now, index) => of(now) * (ends[index]! - now.seconds))) / (until - inBar[0]!.seconds);
  };
  let last: Quoted | undefined;
  let before: number | undefined;
  let change = 0;
  let signed = 0;
  let paid = 0;
  let units = 0;
  for (const entry of seen) {
    if (entry.kind === 'quote') {
      const now = numbersOf(entry);
      last = isWhole(now) ? now : undefined;
      continue;
    }
    const done = entry as Trade;
    const at = toNumber(done.price);
    const size = toNumber(done.quantity);
    if (before !== undefined && at !== before) change = Math.sign(at - before);
    before = at;
    const mid = last === undefined ? Number.NaN : (last.bid + last.ask) / 2;
    const sign = at > mid ? 1 : at < mid ? -1 : change;
    if (!isNow(Number(done.at) / 1e9)) continue;
    signed += sign * size;
    if (sign === 0 || Number.isNaN(mid)) continue;
    paid += (2 * sign * (at - mid) * size) / mid;
    units += size;
  }
  return {
    ofi_1: sum(flows),
    spread_mean: averaged(({ bid, ask }) => ask - bid),
    queue_imbalance_mean: averaged(({ bidSize, askSize }) => (bidSize - askSize) / (bidSize + askSize)),
    signed_volume: signed,
    effective_spread: units > 0 ? paid / units : Number.NaN,
    mid_price: quotes.length > 0 && isWhole(quotes.at(-1)!) ? (quotes.at(-1)!.bid + quotes.at(-1)!.ask) / 2 : Number.NaN,
  };
};

const close = (found: number, expected: number, what: string): void => {
  if (Number.isNaN(expected)) expect(found, what).toBeNaN();
  else expect(Math.abs(found - expected), `${what}: ${found} against ${expected}`).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
};

describe('microstructure in a stream', () => {
  const definitions = [
    books.orderFlowImbalance(1),
    books.spreadMean(),
    books.queueImbalanceMean(),
    trades.signedVolume(),
    trades.effectiveSpread(),
    books.midPrice(),
    trades.kyleLambda(KYLE_BARS),
  ];

  it('equals the batch over the same ticks, whatever gaps, crossed quotes and trades without a quote there are', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 10, maxLength: 100, size: 'max' }), (entries) => {
        const ticks = entries.map((entry, index) => tickOf(entry, (index * BARS * BAR_SECONDS) / entries.length));
        const feed = new TickFeed(definitions);
        const pairs: { signed: number; change: number }[] = [];
        let mid = Number.NaN;
        for (let bar = 0; bar < BARS; bar += 1) {
          const [from, until] = [bar * BAR_SECONDS, (bar + 1) * BAR_SECONDS];
          feed.ticks(...ticks.filter(({ at }) => Number(at) / 1e9 >= from && Number(at) / 1e9 < until));
          const row = feed.bar(until);
          const expected = batch(ticks, from, until);
          for (const [name, value] of Object.entries(expected)) close(row[name]!, value, `${name} of bar ${bar}`);
          const change = expected['mid_price']! - mid;
          mid = expected['mid_price']!;
          if (bar > 0 && Number.isFinite(change)) pairs.push({ signed: expected['signed_volume']!, change });
          const lastPairs = pairs.slice(-KYLE_BARS);
          const varies = lastPairs.some(({ signed }) => signed !== lastPairs[0]!.signed);
          if (bar < KYLE_BARS || lastPairs.length < KYLE_BARS || !varies) continue;
          const line = leastSquaresLine(
            lastPairs.map(({ signed }) => signed),
            lastPairs.map((pair) => pair.change),
          );
          close(row[`kyle_lambda_${KYLE_BARS}`]!, line.slope.value, `lambda of bar ${bar}`);
        }
      }),
      { seed: 20_000_103, numRuns: 100 },
    );
  });

  it('goes on to the bit after a save and a restore between any two ticks, for every formula of the catalogue', () => {
    const every = MICROSTRUCTURE_ENTRIES.map((entry) => {
      const values: readonly FeatureParameter[] = entry.parameters.map(({ otherwise }) => otherwise ?? 'bid');
      return entry.define(...(values as readonly never[]));
    });
    fc.assert(
      fc.property(fc.array(tick, { minLength: 10, maxLength: 100, size: 'max' }), fc.nat(), (entries, cut) => {
        const ticks = entries.map((entry, index) => tickOf(entry, index));
        const middle = cut % ticks.length;
        const go = (feed: TickFeed, from: number, to: number) => {
          let row = {};
          for (let index = from; index < to; index += 1) {
            feed.ticks(ticks[index]!);
            if (index % 7 === 6) row = feed.bar(index + 0.5, 100 + (index % 3), index);
          }
          return row;
        };
        const whole = new TickFeed(every);
        const first = new TickFeed(every);
        go(first, 0, middle);
        const second = new TickFeed(every);
        second.features.restore(first.features.save());
        go(whole, 0, ticks.length);
        go(second, middle, ticks.length);
        expect(second.bar(1_000)).toEqual(whole.bar(1_000));
      }),
      { seed: 20_000_103, numRuns: 60 },
    );
  });
});
