import { describe, expect, it } from 'vitest';

import { isoFromNanos, price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import type { Bar } from '../../src/bar.js';
import {
  type BarLine,
  type BarLineOutcome,
  fillBars,
  initialBarLine,
  missingBefore,
  offerBar,
  openBarGap,
  releaseHeld,
} from '../../src/failover/bar-line.js';
import {
  fillTicks,
  initialTickLine,
  type LineTick,
  missingTicks,
  offerTick,
  openTickGap,
  type TickLine,
} from '../../src/failover/tick-line.js';

const AAPL = symbolOf('AAPL');
const MINUTE = 60_000_000_000n;

const bar = (minute: number, source = 'first', close = '10'): Bar => {
  const closeTime = (BigInt(minute + 1) * MINUTE) as UnixNanos;
  return {
    id: `bar/AAPL/1m/${isoFromNanos(closeTime)}`,
    symbol: AAPL,
    interval: '1m',
    openTime: (BigInt(minute) * MINUTE) as UnixNanos,
    closeTime,
    open: price('10'),
    high: price('12'),
    low: price('9'),
    close: price(close),
    volume: quantity('100'),
    source,
    warmUp: false,
  };
};

/** A line with what it has delivered. */
class Reader {
  readonly got: Bar[] = [];
  constructor(private line: BarLine = initialBarLine(0n as UnixNanos)) {}
  private take({ line, delivered }: BarLineOutcome): this {
    this.line = line;
    this.got.push(...delivered);
    return this;
  }
  offer(...bars: readonly Bar[]): this {
    for (const each of bars) this.take(offerBar(this.line, each));
    return this;
  }
  gap(): this {
    this.line = openBarGap(this.line);
    return this;
  }
  fill(...bars: readonly Bar[]): this {
    return this.take(fillBars(this.line, bars));
  }
  release(): this {
    return this.take(releaseHeld(this.line));
  }
  get missing(): readonly bigint[] | undefined {
    const missing = missingBefore(this.line);
    return missing && [missing.from, missing.until];
  }
  get minutes(): readonly number[] {
    return this.got.map(({ openTime }) => Number(openTime / MINUTE));
  }
}

describe('a line of bars', () => {
  it('passes live bars on as they come while no gap is open', () => {
    expect(new Reader().offer(bar(0), bar(1), bar(3)).minutes).toEqual([0, 1, 3]);
  });
  it('drops a bar that was delivered, of whichever source', () => {
    expect(new Reader().offer(bar(0), bar(1), bar(0), bar(1, 'second', '11')).minutes).toEqual([0, 1]);
  });
  it('passes a correction by the source of the bar on', () => {
    expect(new Reader().offer(bar(0), bar(1), bar(0, 'first', '11')).minutes).toEqual([0, 1, 0]);
  });
  it('passes a late bar on that was never delivered', () => {
    expect(new Reader().offer(bar(0), bar(2), bar(1)).minutes).toEqual([0, 2, 1]);
  });
  it('drops what closes before the instant from which bars are wanted', () => {
    expect(new Reader(initialBarLine((5n * MINUTE) as UnixNanos)).offer(bar(3), bar(4), bar(5)).minutes).toEqual([5]);
  });
  it('holds live bars behind a gap and asks for exactly what lies before them', () => {
    const reader = new Reader().offer(bar(0)).gap().offer(bar(4), bar(5));
    expect([reader.minutes, reader.missing]).toEqual([[0], [MINUTE + 1n, 5n * MINUTE]]);
  });
  it('fills the gap from history without a double, and lets the held bars follow', () => {
    const reader = new Reader().offer(bar(0)).gap().offer(bar(4), bar(5));
    expect(reader.fill(bar(0), bar(1), bar(2), bar(3), bar(4)).minutes).toEqual([0, 1, 2, 3, 4, 5]);
    expect(reader.offer(bar(6)).minutes).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
  it('takes what history has before a live bar comes, and keeps the gap open until one does', () => {
    const reader = new Reader().offer(bar(0)).gap().fill(bar(1), bar(2)).offer(bar(5));
    expect([reader.minutes, reader.missing]).toEqual([
      [0, 1, 2],
      [3n * MINUTE + 1n, 6n * MINUTE],
    ]);
    expect(reader.fill(bar(3), bar(4)).minutes).toEqual([0, 1, 2, 3, 4, 5]);
  });
  it('closes the gap without a question when the live bar follows the last one', () => {
    const reader = new Reader().offer(bar(0)).gap().offer(bar(1), bar(2));
    expect([reader.minutes, reader.missing]).toEqual([[0, 1, 2], undefined]);
  });
  it('drops bars that history repeats', () => {
    expect(new Reader().gap().fill(bar(0), bar(0), bar(1), bar(1)).minutes).toEqual([0, 1]);
  });
  it('keeps held bars once each and in order', () => {
    expect(new Reader().offer(bar(0)).gap().offer(bar(5), bar(4), bar(5)).release().minutes).toEqual([0, 4, 5]);
  });
  it('remembers a second loss while the first is not filled yet', () => {
    const reader = new Reader().offer(bar(0)).gap().offer(bar(3)).gap().offer(bar(6), bar(7));
    expect(reader.fill(bar(1), bar(2)).minutes).toEqual([0, 1, 2, 3]);
    expect(reader.missing).toEqual([4n * MINUTE + 1n, 7n * MINUTE]);
    expect(reader.fill(bar(4), bar(5)).minutes).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
  it('lets held bars go without what is missing when it is told to', () => {
    const reader = new Reader().offer(bar(0)).gap().offer(bar(4)).release();
    expect([reader.minutes, reader.offer(bar(5)).minutes]).toEqual([
      [0, 4],
      [0, 4, 5],
    ]);
  });
});

const trade = (at: number, cents = 1000): LineTick => ({
  kind: 'trade',
  symbol: AAPL,
  at: BigInt(at) as UnixNanos,
  sequence: 0,
  price: price(`${cents / 100}`),
  quantity: quantity('1'),
  aggressor: 'UNKNOWN',
  conditions: [],
  venue: 'V',
});

const offerAll = (line: TickLine, ticks: readonly LineTick[]): TickLine =>
  ticks.reduce((current, tick) => offerTick(current, tick).line, line);

describe('a line of ticks', () => {
  it('delivers at once while no gap is open, equal trades too', () => {
    const line = offerTick(initialTickLine, trade(1)).line;
    expect(offerTick(line, trade(1)).delivered).toEqual([trade(1)]);
  });
  it('holds ticks behind a gap and asks from the last delivered to the first held, both in', () => {
    const line = offerAll(openTickGap(offerAll(initialTickLine, [trade(1), trade(5)])), [trade(9), trade(10)]);
    expect(missingTicks(line)).toEqual({ from: 5n, until: 10n });
  });
  it('takes away what was delivered and what is held, one for one', () => {
    const gap = openTickGap(offerAll(initialTickLine, [trade(1), trade(5)]));
    const line = offerAll(gap, [trade(9), trade(10)]);
    const { delivered } = fillTicks(line, [trade(5), trade(5), trade(5, 1001), trade(7), trade(9), trade(9, 999)]);
    expect(delivered).toEqual([trade(5), trade(5, 1001), trade(7), trade(9, 999), trade(9), trade(10)]);
  });
  it('remembers a second loss while the first is not filled yet', () => {
    const first = offerAll(openTickGap(offerAll(initialTickLine, [trade(1)])), [trade(5)]);
    const { line } = fillTicks(offerAll(openTickGap(first), [trade(9)]), [trade(3)]);
    expect([missingTicks(line), fillTicks(line, [trade(5), trade(7), trade(9)]).delivered]).toEqual([
      { from: 5n, until: 10n },
      [trade(7), trade(9)],
    ]);
  });
  it('opens no gap before the first tick', () => {
    expect(offerTick(openTickGap(initialTickLine), trade(3)).delivered).toEqual([trade(3)]);
  });
  it('lets the held ticks go when history has nothing', () => {
    const line = offerAll(openTickGap(offerAll(initialTickLine, [trade(1)])), [trade(9)]);
    const outcome = fillTicks(line, []);
    expect([outcome.delivered, offerTick(outcome.line, trade(10)).delivered]).toEqual([[trade(9)], [trade(10)]]);
  });
});
