import { describe, expect, it } from 'vitest';

import * as features from '../src/microstructure/book-features.js';
import { book, quote, TickFeed } from './tick-series.js';

const FIRST_BAR = [
  quote(0, 10.0, 100, 10.02, 200),
  quote(1, 10.0, 150, 10.02, 200), // bid grows: 150 − 100 = 50
  quote(3, 10.01, 50, 10.02, 180), // bid rises: +50; offer shrinks: 200 − 180
  quote(4, 10.0, 90, 10.03, 60), // bid falls: −50; offer rises: +180
  quote(8, 10.0, 90, 10.02, 40), // offer falls: −40
];

describe('order-flow imbalance', () => {
  it('adds up what each change of the best prices gave and took (hand-computed from the paper’s e)', () => {
    const feed = new TickFeed([features.orderFlowImbalance(1), features.orderFlowRatio(1, 1)]);
    const first = feed.ticks(...FIRST_BAR).bar(10);
    expect(first['ofi_1']).toBeCloseTo(50 + 70 + 130 - 40, 9);
    // Mean depth: (300 + 350 + 230 + 150 + 130) / 5 / 2 = 116.
    expect(first['ofi_ratio_1_1']).toBeCloseTo(210 / 116, 12);
    const second = feed.ticks(quote(11, 10.0, 80, 10.02, 40)).bar(20);
    expect(second['ofi_1']).toBeCloseTo(-10, 9);
    expect(feed.bar(30)['ofi_1']).toBe(0);
  });

  it('over several bars is the sum of theirs / their mean depth', () => {
    const feed = new TickFeed([features.orderFlowRatio(1, 2)]);
    expect(feed.ticks(...FIRST_BAR).bar(10)['ofi_ratio_1_2']).toBeNaN();
    const both = feed.ticks(quote(11, 10.0, 80, 10.02, 40)).bar(20);
    expect(both['ofi_ratio_1_2']).toBeCloseTo(200 / ((116 + 60) / 2), 12);
  });

  it('of deeper levels compares each level with the same level before', () => {
    const feed = new TickFeed([features.orderFlowImbalance(2), features.orderFlowAtLevel(2)]);
    const bar = feed
      .ticks(
        book(
          0,
          [
            [10, 5],
            [9.9, 7],
          ],
          [
            [10.1, 4],
            [10.2, 6],
          ],
        ),
        // The best bid goes: 9.9 is now first (−5), 9.8 second (−7).
        book(
          1,
          [
            [9.9, 7],
            [9.8, 3],
          ],
          [
            [10.1, 4],
            [10.2, 1],
          ],
        ),
      )
      .bar(10);
    expect(bar['ofi_2']).toBeCloseTo(-5 - 7 + 5, 12);
    // Mean depth of a level: ((5 + 7 + 4 + 6) + (7 + 3 + 4 + 1)) / 2 / 4.
    expect(bar['ofi_level_2']).toBeCloseTo((-7 + 5) / (37 / 8), 12);
  });

  it('takes a level that vanishes as taken and one that appears as given', () => {
    const feed = new TickFeed([features.orderFlowImbalance(2)]);
    const bar = feed
      .ticks(
        book(
          0,
          [
            [10, 5],
            [9.9, 7],
          ],
          [[10.1, 4]],
        ),
        book(
          1,
          [[10, 5]],
          [
            [10.1, 4],
            [10.2, 9],
          ],
        ),
      )
      .bar(10);
    expect(bar['ofi_2']).toBeCloseTo(-7 - 9, 12);
  });

  it('explains a price that moves by it, with the slope that it moves by', () => {
    const feed = new TickFeed([features.orderFlowImpact(4), features.orderFlowExplained(4)]);
    feed.ticks(quote(0, 100, 1_000, 101, 1_000)).bar(1);
    let bar = {} as Readonly<Record<string, number>>;
    // A price level of 1,000 is filled up or used up: the bid moves by one, and with it the flow by a thousand on each side.
    for (const [index, bid] of [101, 100, 101, 102].entries()) {
      bar = feed.ticks(quote(index + 1.5, bid, 1_000, bid + 1, 1_000)).bar(index + 2);
    }
    expect(bar['ofi_impact_4']).toBeCloseTo(1 / 2_000, 12);
    expect(bar['ofi_explained_4']).toBeCloseTo(1, 9);
  });
});

describe('the quote', () => {
  it('is weighted by the time that it stood, from the bar’s first change on', () => {
    const feed = new TickFeed([features.spreadMean(), features.spreadRatioMean(), features.queueImbalanceMean(), features.bookRate()]);
    const bar = feed.ticks(quote(0, 9, 30, 11, 10), quote(6, 9.5, 10, 10.5, 10)).bar(10);
    expect(bar['spread_mean']).toBeCloseTo((6 * 2 + 4 * 1) / 10, 12);
    expect(bar['spread_ratio_mean']).toBeCloseTo((6 * 0.2 + 4 * 0.1) / 10, 12);
    expect(bar['queue_imbalance_mean']).toBeCloseTo((6 * 0.5) / 10, 12);
    expect(bar['book_rate']).toBeCloseTo(0.2, 12);
    const quiet = feed.bar(20);
    expect(quiet['spread_mean']).toBeCloseTo(1, 12);
    expect(quiet['book_rate']).toBe(0);
  });

  it('counts from its arrival when it is stamped before the one before it', () => {
    const feed = new TickFeed([features.spreadMean()]);
    const bar = feed.ticks(quote(0, 9, 30, 11, 10), quote(6, 9.5, 10, 10.5, 10), quote(4, 8, 10, 12, 10)).bar(10);
    expect(bar['spread_mean']).toBeCloseTo((6 * 2 + 4 * 4) / 10, 12);
    expect(feed.ticks(quote(9, 9, 30, 11, 10)).bar(20)['spread_mean']).toBeCloseTo(2, 12);
  });

  it('does not change by a quote that repeats it, alone or beside a book', () => {
    const feed = () => new TickFeed([features.bookRate(), features.orderFlowRatio(1, 1)]);
    const repeated = feed()
      .ticks(quote(0, 9, 30, 11, 10), quote(1, 9, 30, 11, 10), quote(4, 9, 40, 11, 10), quote(5, 9, 40, 11, 10))
      .bar(10);
    expect(repeated['book_rate']).toBeCloseTo(0.2, 12);
    expect(repeated['ofi_ratio_1_1']).toBeCloseTo(10 / ((20 + 25) / 2), 12);
    const beside = feed()
      .ticks(book(0, [[9, 30]], [[11, 10]]), quote(1, 9, 30, 11, 10), quote(2, 8, 5, 12, 5))
      .bar(10);
    expect(beside['book_rate']).toBeCloseTo(0.1, 12);
  });

  it('gives middle, microprice, spread and imbalance as it stands at the close', () => {
    const feed = new TickFeed([
      features.midPrice(),
      features.micropriceGap(),
      features.quotedSpread(),
      features.relativeSpread(),
      features.queueImbalanceNow(),
    ]);
    const bar = feed.ticks(quote(0, 9, 30, 11, 10)).bar(1);
    expect(bar['mid_price']).toBe(10);
    // (9·10 + 11·30) / 40 = 10.5
    expect(bar['microprice_gap']).toBeCloseTo(0.05, 12);
    expect(bar['spread']).toBe(2);
    expect(bar['spread_ratio']).toBeCloseTo(0.2, 12);
    expect(bar['queue_imbalance']).toBeCloseTo(0.5, 12);
  });

  it.each([
    ['crossed', quote(2, 10.03, 5, 10.02, 5)],
    ['locked', quote(2, 10.02, 5, 10.02, 5)],
    ['without a bid', quote(2, 0, 0, 10.02, 5)],
    ['without an offer', quote(2, 10, 5, 0, 0)],
  ])('says nothing while it is %s, and goes on from the last good one', (_what, bad) => {
    const feed = new TickFeed([features.quotedSpread(), features.orderFlowImbalance(1)]);
    const during = feed.ticks(quote(1, 10, 100, 10.02, 100), bad).bar(3);
    expect(during['spread']).toBeNaN();
    expect(during['ofi_1']).toBe(0);
    const after = feed.ticks(quote(4, 10, 130, 10.02, 100)).bar(5);
    expect(after['spread']).toBeCloseTo(0.02, 12);
    expect(after['ofi_1']).toBeCloseTo(30, 12);
  });

  it('is NaN before there is any', () => {
    const feed = new TickFeed([features.midPrice(), features.queueImbalanceNow(), features.spreadMean(), features.realisedVolatility(1)]);
    expect(Object.values(feed.bar(1))).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('depth', () => {
  const feed = () =>
    new TickFeed([
      features.bookDepth('bid', 2),
      features.bookDepthImbalance(2),
      features.bookDepthSlope('bid', 3),
      features.bookDepthSlope('ask', 3),
    ]);
  const snapshot = book(
    0,
    [
      [99, 10],
      [98, 20],
      [97, 30],
    ],
    [
      [101, 5],
      [103, 5],
      [104, 50],
    ],
  );

  it('counts the best levels of each side, and how it thickens', () => {
    const bar = feed().ticks(snapshot).bar(1);
    expect(bar['depth_bid_2']).toBe(30);
    expect(bar['depth_imbalance_2']).toBeCloseTo((30 - 10) / 40, 12);
    // Distances 100, 200, 300 basis points, heaped sizes 10, 30, 60: Σxy / Σx².
    expect(bar['depth_slope_bid_3']).toBeCloseTo((1_000 + 6_000 + 18_000) / 140_000, 9);
    // Distances 100, 300, 400; heaped 5, 10, 60.
    expect(bar['depth_slope_ask_3']).toBeCloseTo((500 + 3_000 + 24_000) / 260_000, 9);
  });
});

describe('realised volatility', () => {
  it('reads the middle on a grid and adds up squared log returns, so that a bounce inside a slot counts for nothing', () => {
    const feed = new TickFeed([features.realisedVolatility(1)]);
    const at = (seconds: number, mid: number) => quote(seconds, mid - 1, 1, mid + 1, 1);
    const bar = feed.ticks(at(0.5, 100), at(1.2, 110), at(1.7, 102), at(3.1, 99)).bar(10);
    expect(bar['realised_volatility_1s']).toBeCloseTo(Math.hypot(Math.log(102 / 100), Math.log(99 / 102)), 12);
    expect(feed.bar(20)['realised_volatility_1s']).toBe(0);
  });
});
