import type { Tick } from '@tradewind/market';
import { symbolOf } from '@tradewind/vocabulary';
import type { Price, Quantity } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { OrderType, TimeInForce, VenueOrder } from '../src/index.js';
import { AAPL, after, INSTRUMENTS, openVenue, quoteOf, START, tradeOf } from './fixtures.js';

/** Sound values, and the absurd ones: zero, negative, off the grid, larger than any account. */
const amount = fc.oneof(
  fc.integer({ min: 1, max: 500 }).map((cents) => BigInt(10_000 + cents) * 10_000_000n),
  fc.constantFrom(0n, 1n, -1n, -(10n ** 12n), 10n ** 9n, 10n ** 30n, 2n ** 63n),
);
const absurdOrder = fc.record(
  {
    clientOrderId: fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('a', 'b', 'toString', '__proto__', 'x'.repeat(33))),
    symbol: fc.constantFrom(AAPL, symbolOf('NONE'), '' as typeof AAPL, '__proto__' as typeof AAPL, 'constructor' as typeof AAPL),
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    type: fc.constantFrom<OrderType>('MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'),
    timeInForce: fc.constantFrom<TimeInForce>('DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS'),
    quantity: amount,
    limitPrice: amount,
    stopPrice: amount,
    limitOffset: amount,
    trail: fc.record({ by: fc.constantFrom('AMOUNT' as const, 'RATIO' as const), value: amount }),
    ocoGroup: fc.constantFrom('', 'g', '__proto__'),
    extendedHours: fc.boolean(),
  },
  { requiredKeys: ['clientOrderId', 'symbol', 'side', 'type', 'timeInForce', 'quantity'] },
) as unknown as fc.Arbitrary<VenueOrder>;

const absurdTick: fc.Arbitrary<Tick> = fc.oneof(
  fc.tuple(amount, amount, amount, amount).map(([bidPrice, bidQuantity, askPrice, askQuantity]) => ({
    ...quoteOf(after(1), '1', '1', '2', '1'),
    bidPrice: bidPrice as Price,
    bidQuantity: bidQuantity as Quantity,
    askPrice: askPrice as Price,
    askQuantity: askQuantity as Quantity,
  })),
  fc.tuple(amount, amount).map(([at, size]) => ({ ...tradeOf(after(1), '1', '1'), price: at as Price, quantity: size as Quantity })),
  fc
    .tuple(fc.array(amount, { maxLength: 3 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }))
    .map(([prices, sequence, previousSequence]): Tick => ({
      kind: 'book-delta',
      symbol: AAPL,
      at: after(1),
      sequence,
      previousSequence,
      changes: prices.map((at) => ({ side: 'BID', price: at as Price, quantity: at as unknown as Quantity })),
    })),
  fc.array(amount, { maxLength: 3 }).map((prices): Tick => ({
    kind: 'book-snapshot',
    symbol: AAPL,
    at: after(1),
    sequence: 1,
    bids: prices.map((at) => ({ price: at as Price, quantity: at as unknown as Quantity, orders: 0 })),
    asks: [],
  })),
);

describe('absurd input', () => {
  it('is refused or survived: every order gets an answer, no position is in a symbol that is not traded, no fill at a price of zero', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(absurdOrder, absurdTick), { maxLength: 30 }), (inputs) => {
        const venue = openVenue();
        venue.onTick(quoteOf(START, '100', '500', '100.01', '500'));
        for (const input of inputs) {
          if ('kind' in input) venue.onTick(input);
          else {
            const answer = venue.submit(input, after(2));
            if (answer.status === 'TAKEN') expect(Object.keys(INSTRUMENTS)).toContain(input.symbol);
            venue.replace({ clientOrderId: input.clientOrderId }, { quantity: input.quantity }, after(3));
            venue.cancel({ clientOrderId: input.clientOrderId }, after(4));
          }
        }
        for (const { price, quantity } of venue.snapshot(START, after(5)).executions) expect(price > 0n && quantity > 0n).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
