import { applyFill, openAccount } from '@tradewind/portfolio';
import type { AccountFill, AccountState } from '@tradewind/portfolio';
import { accountIdOf, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Side, UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { executionChange, OrderError, splitOverfill, evolveOrder } from '../src/index.js';
import type { OrderEvent } from '../src/index.js';
import { intent } from './fixtures.js';

const SPX = symbolOf('SPX');
const opening = openAccount({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('100000') });
const fill = (fillId: string, side: Side, amount: string, at: string): AccountFill => ({
  fillId,
  symbol: SPX,
  side,
  quantity: quantity(amount),
  price: price(at),
  commission: money('0'),
  at: 1n as UnixNanos,
});
const after = (...fills: AccountFill[]): AccountState => fills.reduce(applyFill, opening);

describe('a busted execution', () => {
  it('gives its money back and takes its own lot away, whichever was bought first', () => {
    const second = fill('b', 'BUY', '5', '120');
    const account = after(fill('a', 'BUY', '10', '100'), second);
    expect(executionChange(account, second)).toEqual({ quantity: quantity('10'), averagePrice: price('100'), cash: money('600') });
  });
  it('leaves what was sold out of its lot to the others', () => {
    const first = fill('a', 'BUY', '10', '100');
    const account = after(first, fill('b', 'BUY', '5', '120'), fill('c', 'SELL', '4', '130'));
    expect(executionChange(account, first)).toEqual({ quantity: quantity('1'), averagePrice: price('120'), cash: money('1000') });
  });
  it('that was sold already leaves a short position', () => {
    const first = fill('a', 'BUY', '10', '100');
    const change = executionChange(after(first, fill('b', 'SELL', '10', '110')), first);
    expect(change).toEqual({ quantity: quantity('-10'), averagePrice: price('100'), cash: money('1000') });
  });
  it('of the whole position leaves none', () => {
    const only = fill('a', 'SELL', '3', '50');
    expect(executionChange(after(only), only)).toEqual({ quantity: 0n, averagePrice: 0n, cash: money('-150') });
  });
});

describe('a corrected execution', () => {
  it('is booked at its new price and quantity in place of the old ones', () => {
    const only = fill('a', 'BUY', '10', '100');
    expect(executionChange(after(only), only, { quantity: quantity('8'), price: price('101') })).toEqual({
      quantity: quantity('8'),
      averagePrice: price('101'),
      cash: money('192'),
    });
  });
  it('to nothing is no correction', () => {
    const only = fill('a', 'BUY', '10', '100');
    expect(() => executionChange(after(only), only, { quantity: quantity('0'), price: price('1') })).toThrow(OrderError);
  });
  it('leaves position and cash as though it had been told so at once', () => {
    const trade = fc.record({
      side: fc.constantFrom('BUY', 'SELL' as const),
      quantity: fc.integer({ min: 1, max: 50 }),
      price: fc.integer({ min: 1, max: 500 }),
    });
    const trades = fc.array(trade, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(trades, fc.nat(), fc.option(trade, { nil: undefined }), (list, pick, corrected) => {
        const fills = list.map((one, index) => fill(`f${index}`, one.side, String(one.quantity), String(one.price)));
        const chosen = pick % fills.length;
        const change = executionChange(
          after(...fills),
          fills[chosen]!,
          corrected === undefined ? undefined : { quantity: quantity(String(corrected.quantity)), price: price(String(corrected.price)) },
        );
        const truth = fills.flatMap((one, index) => {
          if (index !== chosen) return [one];
          return corrected === undefined ? [] : [fill(one.fillId, one.side, String(corrected.quantity), String(corrected.price))];
        });
        const told = after(...truth);
        expect(change.quantity).toBe(told.positions['SPX']?.quantity ?? 0n);
        expect(after(...fills).cash + change.cash).toBe(told.cash);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an overfill', () => {
  it('is what goes beyond the quantity that the order leaves', () => {
    const fact = (type: string, extra: object = {}): OrderEvent =>
      ({ id: 'x', clientOrderId: 'tw-o', symbol: SPX, at: 0n, causes: [], type, ...extra }) as unknown as OrderEvent;
    const order = evolveOrder(undefined, fact('OrderInitialized', { intent: intent({ clientOrderId: 'tw-o' }) }));
    expect(splitOverfill(order, quantity('10'))).toEqual({ fits: quantity('10'), excess: 0n });
    expect(splitOverfill(order, quantity('12'))).toEqual({ fits: quantity('10'), excess: quantity('2') });
  });
});
