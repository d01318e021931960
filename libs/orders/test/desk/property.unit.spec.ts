import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isTerminal } from '../../src/index.js';
import { exit, intent } from '../fixtures.js';
import type { Fate } from './trading.js';
import { capabilities, P, policyOf, Q, SPX, Trading } from './trading.js';

const fates: readonly Fate[] = ['OK', 'NOT_SENT', 'LOST_REQUEST', 'LOST_ANSWER', 'CRASH_BEFORE', 'CRASH_AFTER'];

type Act =
  | { readonly do: 'enter' | 'exit' | 'manual' | 'reports' | 'compare' | 'expire' | 'cut' | 'lose' | 'repeat' }
  | { readonly do: 'send'; readonly fates: readonly Fate[] }
  | { readonly do: 'fill'; readonly which: number; readonly share: number }
  | { readonly do: 'wait'; readonly seconds: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom('enter', 'exit', 'manual', 'reports', 'compare', 'expire', 'cut', 'lose', 'repeat')
      .map((name) => ({ do: name }) as Act),
  },
  { weight: 6, arbitrary: fc.array(fc.constantFrom(...fates), { maxLength: 3 }).map((chosen): Act => ({ do: 'send', fates: chosen })) },
  {
    weight: 5,
    arbitrary: fc.record({ which: fc.nat(9), share: fc.integer({ min: 1, max: 10 }) }).map((fill): Act => ({ do: 'fill', ...fill })),
  },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }).map((seconds): Act => ({ do: 'wait', seconds })) },
);

/** One history: orders sent with every fate, fills and ends at the venue, reports lost, repeated and late, trades past us, crashes. */
const live = (acts: readonly Act[], replace: boolean): Trading => {
  const desk = new Trading(policyOf({ capabilities: capabilities({ replace }) }));
  let made = 0;
  let told = desk.venue.take();
  for (const step of acts) {
    desk.pass(1);
    const working = [...desk.venue.orders.values()].filter(({ status }) => status === 'WORKING');
    if (step.do === 'enter') desk.place([intent({ clientOrderId: `tw-${(made += 1)}`, protectiveStop: P('95') })]);
    else if (step.do === 'exit') desk.place([exit({ clientOrderId: `tw-${(made += 1)}` })]);
    else if (step.do === 'send') desk.carryOut(...step.fates);
    else if (step.do === 'fill' && working.length > 0) {
      const order = working[step.which % working.length]!;
      const leaves = (order.quantity - order.filledQuantity) / 1_000_000_000n;
      const size = leaves < BigInt(step.share) ? leaves : BigInt(step.share);
      desk.venue.fill(order.clientOrderId!, Q(String(size)), order.stopPrice ?? P('100'));
    } else if (step.do === 'expire' && working.length > 0) desk.venue.end(working[0]!.clientOrderId!, 'EXPIRED');
    else if (step.do === 'manual') desk.venue.trade(SPX, 'BUY', Q('1'), P('100'));
    else if (step.do === 'reports') desk.deliver((told = desk.venue.take()));
    else if (step.do === 'repeat') desk.deliver(told);
    else if (step.do === 'lose') desk.venue.take();
    else if (step.do === 'compare') desk.reconcile(5_000_000_000n);
    else if (step.do === 'cut') desk.down().pass(2).up();
    else if (step.do === 'wait') desk.pass(step.seconds);
  }
  return desk;
};

/** Reports come, requests are answered, the venue is asked: what is true there becomes known here. */
const heal = (desk: Trading): Trading => {
  desk.up();
  for (let round = 0; round < 12; round += 1) desk.pass(40).carryOut().deliver().carryOut().deliver().reconcile(5_000_000_000n);
  return desk;
};

describe('whatever is lost, repeated, late or killed', () => {
  const histories = fc.array(act, { minLength: 5, maxLength: 60 });

  it('no order is doubled, and position and cash become the venue’s', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (acts, replace) => {
        const desk = heal(live(acts, replace));
        expect(desk.held()).toBe(desk.venue.held.get(SPX)?.quantity ?? 0n);
        expect(desk.state.account.cash).toBe(desk.venue.cash);
        expect(desk.differences).toEqual([]);
        const underWay = new Set(Object.values(desk.state.desk.requests).map(({ clientOrderId }) => clientOrderId));
        for (const [id, { order }] of Object.entries(desk.state.open)) {
          expect([id, desk.venue.orders.has(id) || order.status === 'EMULATED' || underWay.has(id)]).toEqual([id, true]);
        }
        const ours = new Map(Object.entries(desk.state.open).map(([id, { order }]) => [id, order]));
        for (const [id, view] of desk.venue.orders) if (view.status === 'WORKING') expect([id, ours.has(id)]).toEqual([id, true]);
        for (const { order } of Object.values(desk.state.closed)) expect(isTerminal(order.status)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('a comparison made twice writes nothing the second time', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (acts, replace) => {
        const desk = live(acts, replace).reconcile(5_000_000_000n);
        const written = desk.history.length;
        desk.reconcile(5_000_000_000n);
        expect(desk.history.length).toBe(written);
      }),
      { numRuns: 150 },
    );
  });

  it('a position with a planned stop has exactly one at the venue once all is quiet, and flat has none', () => {
    fc.assert(
      fc.property(histories, fc.boolean(), (acts, replace) => {
        const desk = heal(live(acts, replace));
        const stops = [...desk.venue.orders.values()].filter(({ type, status }) => type === 'STOP' && status === 'WORKING');
        const exits = Object.values(desk.state.open).filter(({ order }) => order.intent.purpose === 'signal:exit');
        const planned = desk.state.desk.protection['SPX'] !== undefined && exits.length === 0;
        expect(stops.length).toBe(planned ? 1 : Math.min(stops.length, desk.held() === 0n ? 0 : 1));
        if (planned) expect(stops[0]!.quantity - stops[0]!.filledQuantity).toBe(desk.held());
      }),
      { numRuns: 150 },
    );
  });
});
