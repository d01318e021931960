import { money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { evolveOrder, isTerminal, nextStanding, OrderError, TRANSITIONS } from '../src/index.js';
import type { Order, OrderEvent, OrderStatus, OrderTrigger } from '../src/index.js';
import { intent } from './fixtures.js';

const statuses = Object.keys(TRANSITIONS) as OrderStatus[];
const triggers = [...new Set(statuses.flatMap((status) => Object.keys(TRANSITIONS[status])))] as OrderTrigger[];
const stand = (status: OrderStatus, beneath: OrderStatus = status.startsWith('PENDING') ? 'ACCEPTED' : status) => ({ status, beneath });

describe('the transition table', () => {
  it('knows fourteen states and reaches every one but the first', () => {
    expect(statuses).toHaveLength(14);
    const reached = new Set(
      statuses.flatMap((status) =>
        Object.keys(TRANSITIONS[status]).map((trigger) => nextStanding(stand(status), trigger as OrderTrigger).status),
      ),
    );
    expect([...reached].sort()).toEqual(statuses.filter((status) => status !== 'INITIALIZED').sort());
  });
  it('throws a typed error for every pair that has no row', () => {
    for (const status of statuses) {
      for (const trigger of triggers) {
        if (TRANSITIONS[status][trigger] !== undefined) continue;
        expect(() => nextStanding(stand(status), trigger)).toThrow(OrderError);
      }
    }
  });
  it('leaves a terminal state only by news from before the end: a late fill, or an amendment that changed what there was to fill', () => {
    const leaving = statuses.filter(isTerminal).flatMap((status) =>
      Object.keys(TRANSITIONS[status])
        .filter((trigger) => nextStanding(stand(status), trigger as OrderTrigger).status !== status)
        .map((trigger) => `${status} ${trigger}`),
    );
    expect(leaving.sort()).toEqual([
      'CANCELED FullFill',
      'CANCELED UpdatedToFilled',
      'EXPIRED FullFill',
      'EXPIRED UpdatedToFilled',
      'FILLED OrderUpdated',
    ]);
  });
  it('returns to what the order was when a cancel is refused', () => {
    const pending = nextStanding(stand('PARTIALLY_FILLED'), 'OrderCancelRequested');
    expect(pending).toEqual(stand('PENDING_CANCEL', 'PARTIALLY_FILLED'));
    expect(nextStanding(pending, 'OrderCancelRejected')).toEqual(stand('PARTIALLY_FILLED'));
  });
  it('stays pending over a fill and returns to the filled state beneath', () => {
    const pending = nextStanding(nextStanding(stand('ACCEPTED'), 'OrderCancelRequested'), 'PartialFill');
    expect(pending).toEqual(stand('PENDING_CANCEL', 'PARTIALLY_FILLED'));
    expect(nextStanding(nextStanding(pending, 'OrderUpdateRejected'), 'FullFill').status).toBe('FILLED');
  });
});

const fact = (type: string, extra: object = {}): OrderEvent =>
  ({ id: 'x', clientOrderId: 'tw-1', symbol: symbolOf('SPX'), at: 0n as UnixNanos, causes: [], type, ...extra }) as OrderEvent;
const fill = (fillId: string, amount: string): OrderEvent =>
  fact('OrderFilled', {
    fillId,
    side: 'BUY',
    quantity: quantity(amount),
    price: price('100'),
    commission: money('0'),
    slippage: money('0'),
    leavesQuantity: quantity('0'),
  });
const fold = (...events: OrderEvent[]): Order => {
  let order: Order | undefined;
  for (const event of [fact('OrderInitialized', { intent: intent({ clientOrderId: 'tw-1' }) }), ...events])
    order = evolveOrder(order, event);
  return order!;
};
const accepted = [fact('OrderSubmitted'), fact('OrderAccepted', { venueOrderId: 'v' })];

describe('evolveOrder', () => {
  it('counts fills up to the quantity', () => {
    expect(fold(...accepted, fill('a', '4'))).toMatchObject({ status: 'PARTIALLY_FILLED', filledQuantity: quantity('4') });
    expect(fold(...accepted, fill('a', '4'), fill('b', '6')).status).toBe('FILLED');
  });
  it('ignores a fill id that it has booked', () => {
    const once = fold(...accepted, fill('a', '4'));
    expect(evolveOrder(once, fill('a', '4'))).toBe(once);
    expect(fold(...accepted, fill('a', '10'), fill('a', '10')).filledQuantity).toBe(quantity('10'));
  });
  it('refuses more than was ordered', () => {
    expect(() => fold(...accepted, fill('a', '4'), fill('b', '7'))).toThrow(/larger than/);
  });
  it('books a fill that was executed before the cancel and reported after it', () => {
    const cancelled = [...accepted, fact('OrderCanceled', { reason: 'x' })];
    expect(fold(...cancelled, fill('a', '4'))).toMatchObject({ status: 'CANCELED', filledQuantity: quantity('4') });
    expect(fold(...cancelled, fill('a', '10')).status).toBe('FILLED');
  });
  it('refuses a fill of another side or symbol', () => {
    expect(() => fold(...accepted, { ...fill('a', '1'), side: 'SELL' } as OrderEvent)).toThrow(/does not belong/);
  });
  it('never fills beyond the quantity, whatever happens in whatever order', () => {
    const happening = fc.oneof(
      fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 12 })).map(([id, amount]) => fill(id, String(amount))),
      fc
        .constantFrom(
          'OrderSubmitted',
          'OrderAccepted',
          'OrderTriggered',
          'OrderCancelRequested',
          'OrderCancelRejected',
          'OrderCanceled',
          'OrderExpired',
        )
        .map((type) => fact(type, { reason: 'x', code: 'x', venueOrderId: 'v' })),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 20 }), (events) => {
        let order = fold();
        const booked = new Map<string, bigint>();
        for (const event of events) {
          try {
            const next = evolveOrder(order, event);
            if (event.type === 'OrderFilled' && next !== order) booked.set(event.fillId, event.quantity);
            if (isTerminal(order.status) && next.status !== order.status) expect(['CANCELED', 'EXPIRED']).toContain(order.status);
            order = next;
          } catch (error) {
            expect(error).toBeInstanceOf(OrderError);
          }
        }
        expect(order.filledQuantity).toBe([...booked.values()].reduce((sum, amount) => sum + amount, 0n));
        expect(order.filledQuantity <= order.intent.quantity).toBe(true);
        expect(order.status === 'FILLED').toBe(order.filledQuantity === order.intent.quantity);
      }),
      { numRuns: 500 },
    );
  });
});
