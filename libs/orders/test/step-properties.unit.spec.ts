import type { OrderTerms } from '@tradewind/venue';
import { price } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isReduceOnly, leavesOf, SERIES_END_PURPOSE, termsOf } from '../src/index.js';
import type { OrderEvent, OrderIntent } from '../src/index.js';
import { anyStep, drive } from './arbitraries.js';
import type { AnyStep } from './arbitraries.js';
import type { Desk } from './fixtures.js';

type Fill = Extract<OrderEvent, { type: 'OrderFilled' }>;

const RUNS = { numRuns: 400 };
const plain = { slippageRatio: '0', commissionRatio: '0' };
const scarce = { slippageRatio: '0.001', commissionRatio: '0.001', participationRatio: '0.5' };
const steps = fc.array(anyStep(true), { minLength: 2, maxLength: 14 });

/** What is known of an order as its events are read one after another. */
interface Known {
  readonly intent: OrderIntent;
  terms: OrderTerms;
  filled: bigint;
  triggeredAt: bigint | undefined;
  movedAt: bigint | undefined;
}

/** Reads all order events of a run and shows each fill with what was known before it. */
const readFills = (desk: Desk, see: (fill: Fill, order: Known, held: bigint, orders: ReadonlyMap<string, Known>) => void): void => {
  const orders = new Map<string, Known>();
  const held = new Map<string, bigint>();
  for (const event of desk.orderHistory) {
    if (event.type === 'OrderInitialized') {
      orders.set(event.clientOrderId, {
        intent: event.intent,
        terms: event.intent,
        filled: 0n,
        triggeredAt: undefined,
        movedAt: undefined,
      });
      continue;
    }
    const order = orders.get(event.clientOrderId)!;
    if (event.type === 'OrderUpdated') {
      order.terms = event.terms;
      order.movedAt = event.at;
    }
    if (event.type === 'OrderTriggered') order.triggeredAt = event.at;
    if (event.type !== 'OrderFilled') continue;
    const before = held.get(event.symbol) ?? 0n;
    see(event, order, before, orders);
    order.filled += event.quantity;
    held.set(event.symbol, before + (event.side === 'BUY' ? event.quantity : -event.quantity));
  }
};

const barOf = (run: readonly AnyStep[], desk: Desk, fill: Fill) => {
  const firstAt = desk.history.find((event) => event.type === 'BarsArrived')!.at;
  const step = Number((fill.at - firstAt) / 86_400_000_000_000n);
  return new Map(run[step]!.bars).get(fill.symbol);
};

describe('any orders and bars on the paper venue', () => {
  it('fill inside the range of their bar', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const desk = drive(run, plain);
        readFills(desk, (fill, { intent }) => {
          // A series that ended is settled at its last close: it has no bar any more.
          if (intent.purpose === SERIES_END_PURPOSE) return;
          const bar = barOf(run, desk, fill);
          expect(bar !== undefined && fill.price >= bar.low && fill.price <= bar.high).toBe(true);
        });
      }),
      RUNS,
    );
  });
  it('respect limits, are filled whole when they are FOK, and never sell better than a stop that has just gone', () => {
    fc.assert(
      fc.property(steps, (run) => {
        readFills(drive(run, scarce), (fill, { intent, terms, triggeredAt }) => {
          const better = (left: bigint, right: bigint): boolean => (fill.side === 'BUY' ? left < right : left > right);
          if (terms.limitPrice !== undefined) expect(better(terms.limitPrice, fill.price)).toBe(false);
          if (intent.timeInForce === 'FOK') expect(fill.quantity).toBe(terms.quantity);
          const atStop = (terms.type === 'STOP' || terms.type === 'TRAILING_STOP') && triggeredAt === fill.at;
          if (atStop) expect(better(fill.price, terms.stopPrice!)).toBe(false);
        });
      }),
      RUNS,
    );
  });
  it('never flip a position with an order that only reduces', () => {
    fc.assert(
      fc.property(steps, (run) => {
        readFills(drive(run, scarce), (fill, { intent }, held) => {
          if (!isReduceOnly(intent)) return;
          expect(fill.side === 'SELL' ? held >= fill.quantity : -held >= fill.quantity).toBe(true);
        });
      }),
      RUNS,
    );
  });
  it('of one group are never filled for more than the largest of them, and never whole twice', () => {
    fc.assert(
      fc.property(steps, (run) => {
        readFills(drive(run, scarce), (fill, filled, _held, orders) => {
          const group = [...orders.values()].filter(
            ({ intent }) => intent.ocoGroup !== undefined && intent.ocoGroup === filled.intent.ocoGroup,
          );
          if (group.length === 0) return;
          const together = group.reduce((sum, order) => sum + order.filled, 0n) + fill.quantity;
          expect(group.some(({ intent }) => intent.quantity >= together)).toBe(true);
          expect(group.filter((order) => order !== filled && order.filled === order.intent.quantity)).toEqual([]);
        });
      }),
      RUNS,
    );
  });
  it('trail without ever loosening, and no nearer to the best price than asked', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const desk = drive(run, plain);
        const levels = new Map<string, bigint>();
        const intents = new Map<string, OrderIntent>();
        for (const event of desk.orderHistory) {
          if (event.type === 'OrderInitialized') intents.set(event.clientOrderId, event.intent);
          if (event.type !== 'OrderUpdated' || event.terms.trail === undefined) continue;
          const { side } = intents.get(event.clientOrderId)!;
          const { stopPrice, trail } = event.terms;
          const before = levels.get(event.clientOrderId);
          if (before !== undefined) expect(side === 'SELL' ? stopPrice! >= before : stopPrice! <= before).toBe(true);
          levels.set(event.clientOrderId, stopPrice!);
          const best = price(side === 'SELL' ? '128' : '72');
          const distance = trail.by === 'AMOUNT' ? trail.value : (best * trail.value) / 1_000_000_000n;
          expect(side === 'SELL' ? stopPrice! <= best - distance : stopPrice! >= best - distance).toBe(true);
        }
      }),
      RUNS,
    );
  });
  it('follow the favourable end of a bar only when its close proves that price came back from there', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const desk = drive(run, plain);
        readFills(desk, (fill, { terms, triggeredAt, movedAt }) => {
          if (terms.type !== 'TRAILING_STOP' || triggeredAt !== fill.at || movedAt !== fill.at) return;
          const { trail, stopPrice } = terms;
          const bar = barOf(run, desk, fill)!;
          const distance = trail!.by === 'AMOUNT' ? trail!.value : (bar.open * trail!.value) / 1_000_000_000n;
          const cent = price('0.01');
          const byOpen = fill.side === 'SELL' ? stopPrice! <= bar.open - distance + cent : stopPrice! >= bar.open + distance - cent;
          expect(byOpen || (fill.side === 'SELL' ? bar.close <= stopPrice! : bar.close >= stopPrice!)).toBe(true);
        });
      }),
      RUNS,
    );
  });
  it('protect with the prices of entries of the same direction alone', () => {
    fc.assert(
      fc.property(steps, (run) => {
        const intents = drive(run, scarce).orderHistory.flatMap((event) => (event.type === 'OrderInitialized' ? [event.intent] : []));
        for (const { purpose, symbol, side, stopPrice, limitPrice } of intents) {
          if (purpose !== 'stop' && purpose !== 'target') continue;
          const brought = intents.filter((entry) => !isReduceOnly(entry) && entry.symbol === symbol && entry.side !== side);
          const prices = brought.map((entry) => (purpose === 'stop' ? entry.protectiveStop : entry.takeProfit));
          expect(prices).toContain(purpose === 'stop' ? stopPrice : limitPrice);
        }
      }),
      RUNS,
    );
  });
  it('leave at most one stop and one target beside a position, over all of it, and nothing that reduces beside none', () => {
    const watch = (desk: Desk): void => {
      const seen = new Set<string>();
      for (const { order } of Object.values(desk.state.open)) {
        const { symbol, purpose } = order.intent;
        const held = desk.state.account.positions[symbol]?.quantity ?? 0n;
        if (isReduceOnly(order.intent)) expect(held).not.toBe(0n);
        if (purpose !== 'stop' && purpose !== 'target') continue;
        expect(seen.has(`${symbol}/${purpose}`)).toBe(false);
        seen.add(`${symbol}/${purpose}`);
        if (!order.triggered) expect(leavesOf(order)).toBe(held > 0n ? held : -held);
        expect(termsOf(order).quantity >= order.filledQuantity).toBe(true);
      }
    };
    fc.assert(
      fc.property(steps, (run) => {
        drive(run, scarce, { watch });
      }),
      RUNS,
    );
  });
});
