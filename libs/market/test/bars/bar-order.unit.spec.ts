import { decodeState, encodeState, price, quantity, type UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type Bar, barBuilder, type BarBuilderState, type BarPlan, CTA_SALES, EVERY_SALE, type Trade } from '../../src/index.js';
import { barPlan, instant, newYork, trade } from './market-ticks.js';

const GRACE_MS = 5_000;
const END = instant('2013-10-09T00:00:00Z');
const NANOS_PER_MILLI = 1_000_000n;
const SESSION_NANOS = 23_400_000_000_000n;
/** Of the day; negative before the open of the first, and near a whole day before that of the second. */
const sinceOpen = (at: UnixNanos): bigint => (at - newYork('09:30:00')) % 86_400_000_000_000n;
const INTERVALS = ['5s', '1m', '1h', '1d', 'tick-7', 'volume-250', 'dollar-5000'] as const;
const RUNS = { numRuns: 40, seed: 20131007 };

/** A trade and how long it was on its way: less than the grace. */
interface Arrival {
  readonly trade: Trade;
  readonly arrivedAt: UnixNanos;
}

const arrivals = fc
  .array(
    fc.record({
      /** A quarter of an hour around the open of the 8th, after some of the 7th. */
      millis: fc.integer({ min: -300_000, max: 600_000 }),
      day: fc.constantFrom('2013-10-07', '2013-10-08'),
      cents: fc.integer({ min: 900, max: 1_100 }),
      shares: fc.integer({ min: 1, max: 400 }),
      condition: fc.constantFrom('@', '@', '@', 'I', 'Z', 'F', '4', 'T'),
      delayMs: fc.integer({ min: 0, max: GRACE_MS - 1 }),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows): readonly Arrival[] =>
    rows.map(({ millis, day, cents, shares, condition, delayMs }, index) => {
      const at = (instant(`${day}T13:30:00Z`) + BigInt(millis) * NANOS_PER_MILLI) as UnixNanos;
      const sale = trade(at, '1', '1', {
        sequence: index + 1,
        price: price((cents / 100).toFixed(2)),
        quantity: quantity(String(shares)),
        conditions: [condition],
      });
      return { trade: sale, arrivedAt: (at + BigInt(delayMs) * NANOS_PER_MILLI) as UnixNanos };
    }),
  );

const byEvent = (left: Arrival, right: Arrival): number =>
  left.trade.at === right.trade.at ? left.trade.sequence - right.trade.sequence : left.trade.at < right.trade.at ? -1 : 1;
const byArrival = (left: Arrival, right: Arrival): number =>
  left.arrivedAt === right.arrivedAt ? byEvent(left, right) : left.arrivedAt < right.arrivedAt ? -1 : 1;

const planOf = (interval: string): BarPlan => barPlan(interval, { graceMs: GRACE_MS, sales: CTA_SALES });

/** All trades in order of time, one call. */
const batch = (interval: string, all: readonly Arrival[], plan = planOf(interval)): readonly Bar[] => {
  const builder = barBuilder(plan);
  for (const arrival of all.toSorted(byEvent)) builder.addTrade(arrival.trade);
  return builder.advanceTo(END);
};

describe.each(INTERVALS)('bars of %s', (interval) => {
  it('are the same whether trades come in order or late within the grace, once or twice, in one go or with restarts', () => {
    fc.assert(
      fc.property(
        arrivals,
        fc.array(fc.nat(200), { maxLength: 20 }),
        fc.array(fc.nat(200), { maxLength: 5 }),
        (all, repeated, restarts) => {
          const live: Bar[] = [];
          let builder = barBuilder(planOf(interval));
          const queue = all.toSorted(byArrival);
          queue.forEach((arrival, index) => {
            live.push(...builder.advanceTo(arrival.arrivedAt));
            const outcome = builder.addTrade(arrival.trade);
            expect(['TAKEN', 'OUTSIDE_HOURS']).toContain(outcome);
            for (const back of repeated) {
              const again = queue[index - back];
              if (again !== undefined) expect(['DUPLICATE', 'OUTSIDE_HOURS']).toContain(builder.addTrade(again.trade));
            }
            if (restarts.includes(index))
              builder = barBuilder(planOf(interval), decodeState<BarBuilderState>(JSON.parse(JSON.stringify(encodeState(builder.save())))));
          });
          live.push(...builder.advanceTo(END));
          expect(live).toEqual(batch(interval, all));
        },
      ),
      RUNS,
    );
  });

  it('are sound: in order, within one session, open and close within high and low, no volume made or lost', () => {
    fc.assert(
      fc.property(arrivals, (all) => {
        const bars = batch(interval, all, { ...planOf(interval), sales: EVERY_SALE });
        let before = newYork('00:00:00');
        for (const bar of bars) {
          expect(bar.closeTime > before && bar.openTime <= bar.closeTime).toBe(true);
          expect(bar.low <= bar.open && bar.open <= bar.high && bar.low <= bar.close && bar.close <= bar.high).toBe(true);
          expect((bar.closeTime - bar.openTime) / 3_600_000_000_000n <= 6n).toBe(true);
          before = bar.closeTime;
        }
        const inSession = all.filter(({ trade: { at } }) => sinceOpen(at) >= 0n && sinceOpen(at) < SESSION_NANOS);
        expect(bars.reduce((sum, bar) => sum + bar.volume, 0n)).toBe(inSession.reduce((sum, arrival) => sum + arrival.trade.quantity, 0n));
      }),
      RUNS,
    );
  });
});
