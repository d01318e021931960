import { normalCdf } from '@tradewind/statistics';
import { describe, expect, it } from 'vitest';

import * as features from '../src/microstructure/trade-features.js';
import { leeReady } from '../src/microstructure/tick-stream.js';
import { quote, TickFeed, trade } from './tick-series.js';

describe('trade sign', () => {
  it.each([
    ['above the middle: a buy', 10.011, -1, 1],
    ['below the middle: a sale', 10.009, 1, -1],
    ['at the middle: the last price change', 10.01, -1, -1],
    ['at the middle, no change yet: unknown', 10.01, 0, 0],
  ] as const)('%s', (_what, price, lastChange, sign) => expect(leeReady(price, 10.01, lastChange)).toBe(sign));

  it('is the tick test’s without a quote, and zero ticks repeat the last change', () => {
    const feed = new TickFeed([features.signedVolume(), features.tradeSignMean(1)]);
    const bar = feed.ticks(trade(1, 10, 1), trade(2, 11, 2), trade(3, 11, 4), trade(4, 10.5, 8)).bar(5);
    expect(bar['signed_volume']).toBe(2 + 4 - 8);
    // The first has no sign, so it does not count.
    expect(bar['trade_sign_1']).toBeCloseTo(1 / 3, 12);
  });

  it('is the aggressor where the venue names it', () => {
    const feed = new TickFeed([features.signedVolume()]);
    expect(feed.ticks(quote(0, 10, 1, 12, 1), trade(1, 12, 5, 'SELLER')).bar(2)['signed_volume']).toBe(-5);
  });
});

describe('trade imbalance', () => {
  it('is bought less sold over all of the last bars, trades of unknown sign among them', () => {
    const feed = new TickFeed([features.tradeImbalance(2)]);
    feed.ticks(trade(1, 10, 6, 'BUYER')).bar(2);
    const bar = feed.ticks(trade(3, 10, 2, 'SELLER'), trade(4, 10, 8)).bar(5);
    expect(bar['trade_imbalance_2']).toBeCloseTo((6 - 2) / 16, 12);
    feed.bar(6);
    expect(feed.bar(7)['trade_imbalance_2']).toBe(0);
  });
});

describe('spreads of trades', () => {
  const pair = [features.effectiveSpread(), features.realisedSpread(10)];

  it('effective: twice the signed distance from the middle before, weighted by size, as a fraction', () => {
    const feed = new TickFeed(pair);
    const bar = feed.ticks(quote(0, 99, 1, 101, 1), trade(1, 101, 3, 'BUYER'), trade(2, 99.5, 1, 'SELLER')).bar(3);
    expect(bar['effective_spread']).toBeCloseTo((3 * 0.02 + 1 * 0.01) / 4, 12);
    expect(bar['realised_spread_10s']).toBeNaN();
  });

  it('realised: against the middle after the delay, in the bar in which it ends', () => {
    const feed = new TickFeed(pair);
    feed.ticks(quote(0, 99, 1, 101, 1), trade(1, 101, 3, 'BUYER'), quote(5, 99.5, 1, 101.5, 1)).bar(6);
    const bar = feed.bar(12);
    // Bought at 101, the middle later 100.5, of a middle of 100 then.
    expect(bar['realised_spread_10s']).toBeCloseTo((2 * 0.5) / 100, 12);
    expect(bar['effective_spread']).toBeNaN();
    expect(feed.bar(30)['realised_spread_10s']).toBeNaN();
  });

  it('realised: is unknown when the market was silent for long, as overnight', () => {
    const feed = new TickFeed(pair);
    feed.ticks(quote(0, 99, 1, 101, 1), trade(1, 101, 3, 'BUYER')).bar(2);
    expect(feed.ticks(quote(50_000, 199, 1, 201, 1)).bar(50_001)['realised_spread_10s']).toBeNaN();
  });
});

describe('VPIN', () => {
  const name = 'vpin_10_2';

  it('splits the volume of each minute by its price change and fills buckets with it (hand-computed)', () => {
    const feed = new TickFeed([features.vpin(10, 2, 60)]);
    // Minute 1: 8 units, price 100 → 101. σ = 1, so Φ(1) of it is bought. Minute 2: 14 units, 101 → 100; σ = 1 again: Φ(−1).
    const bar = feed.ticks(trade(60, 100, 4), trade(100, 101, 4), trade(130, 100, 14)).bar(180);
    const up = normalCdf(1);
    const down = normalCdf(-1);
    const first = Math.abs(2 * (8 * up + 2 * down) - 10);
    const second = Math.abs(2 * 10 * down - 10);
    expect(bar[name]).toBeCloseTo((first + second) / 20, 12);
  });

  it('is NaN until all buckets are full, near 1 when all trade one way, 0 when the price stands still', () => {
    const filling = new TickFeed([features.vpin(10, 2, 60)]);
    expect(filling.ticks(trade(60, 100, 15)).bar(120)[name]).toBeNaN();
    expect(new TickFeed([features.vpin(10, 2, 60)]).ticks(trade(60, 100, 25)).bar(120)[name]).toBe(0);
    // One jump of forty deviations of the changes before it.
    const quiet = Array.from({ length: 999 }, (_value, minute) => trade(60 * minute, 100 + 0.01 * (minute % 2), 1));
    const bar = new TickFeed([features.vpin(10, 2, 60)]).ticks(...quiet, trade(60 * 999, 120, 30)).bar(60 * 1_000);
    expect(bar[name]).toBeGreaterThan(0.999);
    expect(bar[name]).toBeLessThanOrEqual(1);
  });

  it('keeps the buckets’ places when one minute trades more than all of them hold', () => {
    const feed = new TickFeed([features.vpin(10, 2, 60)]);
    const bar = feed.ticks(trade(60, 100, 3), trade(120, 101, 1_000_004), trade(180, 100, 1)).bar(240);
    // 3 + 1,000,004 leave 7 in a bucket; the two before are all of the second minute: σ² = 1/2.
    expect(bar[name]).toBeCloseTo(2 * normalCdf(1 / Math.sqrt(0.5)) - 1, 9);
  });
});

describe('Kyle’s lambda', () => {
  it('is the least-squares slope of the middle’s change on signed volume (hand-computed)', () => {
    const feed = new TickFeed([features.kyleLambda(3)]);
    feed.ticks(quote(0, 99, 1, 101, 1)).bar(1);
    // Signed volumes 10, −20, 30; middles 100 → 101 → 99 → 103: changes 1, −2, 4.
    feed.ticks(trade(1.1, 101, 10, 'BUYER'), quote(1.2, 100, 1, 102, 1)).bar(2);
    feed.ticks(trade(2.1, 100, 20, 'SELLER'), quote(2.2, 98, 1, 100, 1)).bar(3);
    const bar = feed.ticks(trade(3.1, 100, 30, 'BUYER'), quote(3.2, 102, 1, 104, 1)).bar(4);
    // x̄ = 20/3, ȳ = 1; Σ(x − x̄)(y − ȳ) = 170 − 3·(20/3)·1 = 150; Σ(x − x̄)² = 1400 − 3·(400/9).
    expect(bar['kyle_lambda_3']).toBeCloseTo(150 / (1_400 - 400 / 3), 12);
  });

  it('leaves out bars without a quote at either end', () => {
    const feed = new TickFeed([features.kyleLambda(3)]);
    feed.ticks(trade(0.5, 1, 1_000, 'BUYER')).bar(1);
    feed.ticks(quote(1.5, 99, 1, 101, 1)).bar(2);
    feed.ticks(trade(2.1, 101, 10, 'BUYER'), quote(2.2, 100, 1, 102, 1)).bar(3);
    feed.ticks(quote(3.1, 100, 1, 0, 0)).bar(4);
    feed.ticks(trade(4.1, 100, 20, 'SELLER'), quote(4.2, 99, 1, 101, 1)).bar(5);
    feed.ticks(trade(5.1, 100, 20, 'SELLER'), quote(5.2, 98, 1, 100, 1)).bar(6);
    const bar = feed.ticks(trade(6.1, 100, 5, 'BUYER'), quote(6.2, 98.5, 1, 100.5, 1)).bar(7);
    // Pairs (10, 1), (−20, −1), (5, 0.5): the bars 4 and 5 have no change.
    const x = [10, -20, 5];
    const y = [1, -1, 0.5];
    const centre = x.reduce((sum, value) => sum + value, 0) / 3;
    const slope =
      x.reduce((sum, value, index) => sum + (value - centre) * y[index]!, 0) / x.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    expect(bar['kyle_lambda_3']).toBeCloseTo(slope, 12);
  });
});

describe('Roll’s spread', () => {
  it('finds the spread of a price that bounces, and nothing in a trend', () => {
    const bounce = (seconds: number) => trade(seconds, seconds % 4 < 2 ? 99.5 : 100.5, 1);
    const feed = new TickFeed([features.rollSpread(4)]);
    // Changes 0, 1, 0, −1, 0, 1 … after four pairs: products all 0, so no covariance. Alternating prices have −1.
    expect(feed.ticks(...[0, 1, 2, 3, 4, 5].map(bounce)).bar(6)['roll_spread_4']).toBe(0);
    const sharp = new TickFeed([features.rollSpread(4)]);
    const bar = sharp.ticks(...[0, 1, 2, 3, 4, 5].map((second) => trade(second, second % 2 === 0 ? 99.5 : 100.5, 1))).bar(6);
    // Pairs (−1, 1), (1, −1), (−1, 1), (1, −1): covariance −1, so 2·√1.
    expect(bar['roll_spread_4']).toBeCloseTo(2 / 100.5, 12);
    const trend = new TickFeed([features.rollSpread(4)]);
    expect(trend.ticks(...[0, 1, 2, 3, 4, 6].map((second) => trade(second, 100 + second * second, 1))).bar(6)['roll_spread_4']).toBe(0);
  });
});

describe('Amihud’s illiquidity', () => {
  it('is the mean of |return| for a million traded, over bars with volume', () => {
    const feed = new TickFeed([features.amihud(3)]);
    feed.bar(1, 100, 1_000);
    feed.bar(2, 110, 1_000);
    feed.bar(3, 99, 2_000);
    expect(feed.bar(4, 90, 0)['amihud_3']).toBeCloseTo(((0.1 / 110_000 + 0.1 / 198_000) / 2) * 1e6, 12);
  });
});
