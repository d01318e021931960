import fc from 'fast-check';
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

const MINUTE = 60_000_000_000n;
const MINUTES = 40;

const barOf = (minute: number): Bar => {
  const closeTime = (BigInt(minute + 1) * MINUTE) as UnixNanos;
  const flat = price('10');
  return {
    id: `bar/AAPL/1m/${isoFromNanos(closeTime)}`,
    symbol: symbolOf('AAPL'),
    interval: '1m',
    openTime: (closeTime - MINUTE) as UnixNanos,
    closeTime,
    open: flat,
    high: flat,
    low: flat,
    close: flat,
    volume: quantity(String(minute + 1)),
    source: 'any',
    warmUp: false,
  };
};

/** What happens around one minute of the market. */
interface Happening {
  readonly trades: boolean;
  /** The live bar arrives, is lost with the connection, or comes twice. */
  readonly live: 'arrives' | 'lost' | 'doubled';
  /** A gap is opened for no reason: a switch in which nothing was missed. */
  readonly switched: boolean;
  /** History is asked at once after the loss, as the feed does on a switch. */
  readonly asked: boolean;
  /** History answers with a bar or two of what was delivered before, too. */
  readonly overlap: number;
}

const happenings = fc.array(
  fc.record({
    trades: fc.boolean(),
    live: fc.constantFrom<Happening['live']>('arrives', 'arrives', 'lost', 'doubled'),
    switched: fc.boolean(),
    asked: fc.boolean(),
    overlap: fc.nat(3),
  }),
  { minLength: 1, maxLength: MINUTES },
);

const play = (story: readonly Happening[]): readonly Bar[] => {
  let line: BarLine = initialBarLine(0n as UnixNanos);
  const delivered: Bar[] = [];
  const past: Bar[] = [];
  const take = (outcome: BarLineOutcome): void => {
    line = outcome.line;
    delivered.push(...outcome.delivered);
  };
  const ask = (from: bigint, until: bigint, overlap: number): void =>
    take(
      fillBars(
        line,
        past.filter(({ closeTime }) => closeTime >= from - BigInt(overlap) * MINUTE && closeTime < until),
      ),
    );
  for (const [minute, { trades, live, switched, asked, overlap }] of story.entries()) {
    if (!trades) continue;
    const bar = barOf(minute);
    past.push(bar);
    // A source that loses something says so before it sends anything else.
    if (switched || live === 'lost') line = openBarGap(line);
    if (asked && line.held !== undefined) ask(line.until + 1n, missingBefore(line)?.until ?? 1n << 62n, overlap);
    for (let copy = 0; copy < { arrives: 1, lost: 0, doubled: 2 }[live]; copy += 1) take(offerBar(line, bar));
    const missing = missingBefore(line);
    if (missing !== undefined && asked) {
      ask(missing.from, missing.until, overlap);
      if (missingBefore(line)?.until === missing.until) take(releaseHeld(line));
    }
  }
  for (let missing = missingBefore(line); missing !== undefined; missing = missingBefore(line)) {
    ask(missing.from, missing.until, 2);
    if (missingBefore(line)?.until === missing.until) take(releaseHeld(line));
  }
  ask(line.until + 1n, 1n << 62n, 2);
  return delivered;
};

describe('a line of bars, whatever happens', () => {
  it('delivers each bar of the market exactly once and in order, as long as history has what was lost', () => {
    fc.assert(
      fc.property(happenings, (story) => {
        const market = story.flatMap(({ trades }, minute) => (trades ? [barOf(minute)] : []));
        expect(play(story)).toEqual(market);
      }),
      { numRuns: 2000 },
    );
  });
});
