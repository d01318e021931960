import { civilDate, nyseCalendar } from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import * as books from '../src/microstructure/book-features.js';
import { lobster, lobsterTicks } from './lobster.js';
import { quote, TickFeed } from './tick-series.js';

const OPEN_SECONDS = Number(nyseCalendar.sessionOf(civilDate('2012-06-21'))!.openTime) / 1e9;
const NEVER_FORGET = 1e9;
const GAP = 'microprice_adjusted_gap';

/** A quote one cent wide about `mid` whose bid holds `bidSize` of 10. */
const even = (seconds: number, mid: number, bidSize: number) => quote(seconds, mid - 0.005, bidSize, mid + 0.005, 10 - bidSize);

describe('adjusted microprice', () => {
  it('solves G = moves + P·G over the states seen (hand-computed, two classes)', () => {
    const feed = new TickFeed([books.adjustedMicropriceGap(2, 1, 0.01, NEVER_FORGET)]);
    // From upper: stays (twice), moves up and stays, turns to lower. From lower (mirrored): moves down, which is up; turns back to upper.
    const mids = [100, 100, 100, 100.01, 100.01, 100, 100];
    const bids = [8, 7, 9, 8, 2, 3, 6];
    const bar = feed.ticks(...mids.map((mid, index) => even(index, mid, bids[index]!))).bar(10);
    // Visits 6 and a prior of 1; moves 0.01 + 0.01; to its own side 2 + 1 + 1, to the other 1 + 1.
    const adjustment = 0.02 / 7 / (1 - (4 - 2) / 7);
    expect(bar[GAP]).toBeCloseTo(adjustment / 100, 12);
  });

  it('is the other way round in the mirror, and nothing in the middle class', () => {
    const run = (bids: readonly number[]) => {
      const feed = new TickFeed([books.adjustedMicropriceGap(3, 1, 0.01, NEVER_FORGET)]);
      return feed.ticks(...bids.map((bid, index) => even(index, 100 + (bid > 5 ? 0.01 : 0) * (index % 2), bid))).bar(100)[GAP]!;
    };
    expect(run([9, 9, 8, 9, 5])).toBe(0);
    const mirrored = (sign: 1 | -1) => {
      const feed = new TickFeed([books.adjustedMicropriceGap(4, 1, 0.01, NEVER_FORGET)]);
      const steps = [0, 0, 1, 1, 2, 2, 2, 3];
      return feed.ticks(...steps.map((step, index) => even(index, 100 + (sign * step) / 100, 5 + sign * (1 + (index % 4))))).bar(9)[GAP]!;
    };
    const [up, down] = [mirrored(1) * 100.03, mirrored(-1) * 99.97];
    expect(up).toBeGreaterThan(0);
    expect(down).toBeCloseTo(-up, 9);
  });

  it('finds the drift that a book’s imbalance carries', () => {
    const random = seededRandom('micro-price');
    const feed = new TickFeed([books.adjustedMicropriceGap(2, 1, 0.01, NEVER_FORGET)]);
    let mid = 10_000;
    let upper = true;
    const count = 40_000;
    for (let index = 0; index < count; index += 1) {
      feed.ticks(even(index / 10, mid / 100, upper ? random.integer(6, 9) : random.integer(1, 4)));
      // One change in ten moves by a cent towards the longer queue, one in five turns the book over.
      if (random.next() < 0.1) mid += upper ? 1 : -1;
      if (random.next() < 0.2) upper = !upper;
    }
    const last = upper;
    feed.ticks(even(count / 10, mid / 100, upper ? 7 : 3));
    const adjustment = (feed.bar(count)[GAP]! * mid) / 100;
    // G = 0.1 cents + (0.8 − 0.2)·G.
    expect(Math.abs(Math.abs(adjustment) / (0.001 / 0.4) - 1)).toBeLessThan(0.1);
    expect(Math.sign(adjustment)).toBe(last ? 1 : -1);
  });

  it('is NaN without a book', () => {
    expect(new TickFeed([books.adjustedMicropriceGap(4, 2, 0.01, 1_000)]).bar(1)[GAP]).toBeNaN();
  });
});

describe.skipIf(lobster.absent)(`adjusted microprice of AAPL on 2012-06-21, 09:45 to 10:00${lobster.note}`, () => {
  it('is a far better guess of the middle in ten seconds than the plain microprice, and as good as the middle, which no imbalance betters in a book so thin', () => {
    const feed = new TickFeed([books.midPrice(), books.micropriceGap(), books.adjustedMicropriceGap(4, 1, 0.01, 50_000)]);
    const rows: { seconds: number; mid: number; weighted: number; adjusted: number }[] = [];
    let next = OPEN_SECONDS + 1;
    for (const tick of lobsterTicks()) {
      const seconds = Number(tick.at) / 1e9;
      for (; seconds >= next; next += 1) {
        const row = feed.bar(next);
        const mid = row['mid_price']!;
        rows.push({ seconds: next, mid, weighted: mid * (1 + row['microprice_gap']!), adjusted: mid * (1 + row[GAP]!) });
      }
      feed.ticks(tick);
    }
    const late = rows
      .slice(0, -10)
      .map((row, index) => ({ ...row, later: rows[index + 10]!.mid }))
      .filter(({ seconds }) => seconds >= OPEN_SECONDS + 900);
    const error = (of: (row: (typeof late)[number]) => number): number =>
      Math.sqrt(late.reduce((sum, row) => sum + (row.later - of(row)) ** 2, 0) / late.length);
    const [mid, weighted, adjusted] = [error((row) => row.mid), error((row) => row.weighted), error((row) => row.adjusted)];
    process.stdout.write(
      `error after ten seconds: middle ${mid.toFixed(5)}, microprice ${weighted.toFixed(5)}, adjusted ${adjusted.toFixed(5)}\n`,
    );
    expect(adjusted).toBeLessThan(0.95 * weighted);
    expect(adjusted).toBeLessThan(1.002 * mid);
  });
});
