import type { Tick } from '@tradewind/market';
import { notional, price, stateText } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SimulatedVenueSettings, VenueReport, VenueReportOf } from '../src/index.js';
import { START } from './fixtures.js';
import { CASH, happenings, MARGIN, OPENING, play, SLOW } from './venue-history.js';
import type { Happening, Outcome } from './venue-history.js';

const RUNS = { numRuns: 150 } as const;
const isFill = (report: VenueReport): report is VenueReportOf<'FILLED'> => report.type === 'FILLED';
const fillsOf = (outcomes: readonly Outcome[]) => outcomes.flatMap(({ reports }) => reports.filter(isFill));
/** Fills by what happened itself: with latency, orders that arrived on the way to it are told along with it. */
const fillsAt = ({ at, reports }: Outcome) => reports.filter((report) => isFill(report) && report.at === at) as VenueReportOf<'FILLED'>[];
const always = (check: (history: readonly Happening[]) => void): void => fc.assert(fc.property(happenings, check), RUNS);
const accounts: readonly (readonly [string, SimulatedVenueSettings])[] = [
  ['cash account', CASH],
  ['margin account', MARGIN],
  ['venue with latency', SLOW],
];

/** Best prices of what a tick shows. */
const shown = (tick: Tick): { readonly bids: bigint; readonly asks: bigint } | undefined => {
  if (tick.kind === 'quote') return { bids: tick.bidQuantity, asks: tick.askQuantity };
  if (tick.kind !== 'book-snapshot') return undefined;
  const sum = (levels: typeof tick.bids): bigint => levels.reduce((total, { quantity }) => total + quantity, 0n);
  return { bids: sum(tick.bids), asks: sum(tick.asks) };
};

describe.each(accounts)('%s', (_name, settings) => {
  it('gives the same reports twice, and when it is saved and loaded on the way', () => {
    fc.assert(
      fc.property(happenings, fc.nat(60), (history, reloadAt) => {
        const first = play(history, settings);
        const second = play(history, settings, Math.min(reloadAt, history.length - 1));
        expect(stateText(second.outcomes.map(({ reports }) => reports))).toBe(stateText(first.outcomes.map(({ reports }) => reports)));
        expect(stateText(second.venue.save())).toBe(stateText(first.venue.save()));
      }),
      RUNS,
    );
  });

  it('fills no order beyond its quantity and ends each once', () => {
    always((history) => {
      const { venue, outcomes } = play(history, settings);
      const ends = new Map<string, number>();
      for (const { reports } of outcomes)
        for (const { type, venueOrderId } of reports)
          if (type === 'CANCELED' || type === 'EXPIRED' || type === 'REJECTED') ends.set(venueOrderId, (ends.get(venueOrderId) ?? 0) + 1);
      for (const count of ends.values()) expect(count).toBe(1);
      for (const order of venue.snapshot(START, START).orders) {
        expect(order.filledQuantity <= order.quantity).toBe(true);
        expect(order.status === 'FILLED').toBe(order.filledQuantity === order.quantity);
      }
    });
  });

  it('holds the cash and the positions that its fills add up to', () => {
    always((history) => {
      const { venue, outcomes } = play(history, settings);
      let cash: bigint = OPENING;
      let held = 0n;
      for (const { side, quantity, price: at, commission } of fillsOf(outcomes)) {
        const value = notional(at, quantity);
        cash += (side === 'BUY' ? -value : value) - (commission ?? 0n);
        held += side === 'BUY' ? quantity : -quantity;
      }
      const snapshot = venue.snapshot(START, START);
      expect(snapshot.cash['USD']).toBe(cash);
      expect(snapshot.positions.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(held);
      expect(snapshot.executions).toHaveLength(fillsOf(outcomes).length);
    });
  });

  it('takes no more at one tick than the tick shows or trades', () => {
    always((history) => {
      for (const outcome of play(history, settings).outcomes) {
        if (outcome.tick === undefined) continue;
        const fills = fillsAt(outcome);
        const bought = fills.reduce((sum, fill) => (fill.side === 'BUY' ? sum + fill.quantity : sum), 0n);
        const sold = fills.reduce((sum, fill) => (fill.side === 'SELL' ? sum + fill.quantity : sum), 0n);
        const offered = shown(outcome.tick);
        if (offered !== undefined) expect(bought <= offered.asks && sold <= offered.bids).toBe(true);
      }
    });
  });

  it('fills nothing while the symbol is halted or the session is shut', () => {
    always((history) => {
      let halted = false;
      let shut = false;
      for (const outcome of play(history, settings).outcomes) {
        const { happening } = outcome;
        if (happening.kind === 'halt') halted = true;
        if (happening.kind === 'resume') halted = false;
        if (halted) expect(fillsAt(outcome)).toEqual([]);
        if (shut && happening.kind !== 'open') expect(fillsAt(outcome)).toEqual([]);
        if (happening.kind === 'close') shut = true;
        if (happening.kind === 'open') shut = false;
      }
    });
  });

  it('never lets a place in the queue grow while the order stays as it is', () => {
    always((history) => {
      const ahead = new Map<string, bigint>();
      play(history, settings, -1, (venue, { happening, reports }) => {
        if (happening.kind !== 'quote' && happening.kind !== 'trade' && happening.kind !== 'book') {
          ahead.clear();
          return;
        }
        for (const { type } of reports) if (type === 'UPDATED' || type === 'TRIGGERED') ahead.clear();
        for (const { venueOrderId, place } of Object.values(venue.save().orders)) {
          if (place?.ahead === undefined) continue;
          const before = ahead.get(venueOrderId);
          if (before !== undefined) expect(place.ahead <= before).toBe(true);
          ahead.set(venueOrderId, place.ahead);
        }
      });
    });
  });

  it('fills within the limit, and an order that is all or nothing all or nothing', () => {
    always((history) => {
      const { venue, outcomes } = play(history, settings);
      for (const { clientOrderId, price: at, side } of fillsOf(outcomes)) {
        const order = venue.find(clientOrderId!)!;
        if (order.type === 'LIMIT' && order.limitPrice !== undefined && !history.some(({ kind }) => kind === 'replace'))
          expect(side === 'BUY' ? at <= order.limitPrice : at >= order.limitPrice).toBe(true);
      }
      for (const order of venue.snapshot(START, START).orders) {
        if (order.timeInForce !== 'FOK' || settings === CASH) continue;
        expect(order.filledQuantity === 0n || order.status === 'FILLED' || history.some(({ kind }) => kind === 'replace')).toBe(true);
      }
    });
  });
});

it('a cash account never owes: settled cash stays at zero or more, and nothing is sold that is not held', () => {
  always((history) => {
    play(history, CASH, -1, (venue) => {
      const snapshot = venue.snapshot(START, START);
      expect(snapshot.settledCash >= 0n && snapshot.cash['USD']! >= 0n).toBe(true);
      expect(snapshot.positions.every(({ quantity }) => quantity > 0n)).toBe(true);
    });
  });
});

it('taking fills stay inside the prices that the tick shows', () => {
  always((history) => {
    for (const { tick, order, reports } of play(history, MARGIN).outcomes) {
      if (order !== undefined || tick?.kind !== 'quote') continue;
      for (const fill of reports.filter(isFill)) {
        const own = play(history, MARGIN).venue.find(fill.clientOrderId!)!;
        if (own.type !== 'MARKET') continue;
        // Once a book was shown, quotes say nothing new.
        if (history.some(({ kind }) => kind === 'book')) continue;
        expect([tick.bidPrice, tick.askPrice]).toContain(fill.price);
        expect(fill.price > price('0')).toBe(true);
      }
    }
  });
});
