import { add, money, notional, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ExposureBook } from '../src/exposure-book.js';
import { executions, held, instrument, profile } from './fixtures.js';

const NAMES = Array.from({ length: 12 }, (_, index) => `S${index}`);
const INSTRUMENTS = Object.fromEntries(NAMES.map((name, index) => [name, instrument(name, `sector ${index % 3}`)]));
const anyAmounts = fc.array(fc.record({ name: fc.constantFrom(...NAMES), amount: fc.integer({ min: -500, max: 500 }) }), { maxLength: 10 });
const anyOrders = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    amount: fc.integer({ min: 1, max: 300 }),
    reduces: fc.boolean(),
    asks: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 15 },
);
const sumOf = (values: readonly Money[]): Money => values.reduce((total, value) => add(total, value), money('0'));

describe('ExposureBook', () => {
  it('answers every question as adding it all up would, after every reservation', () => {
    fc.assert(
      fc.property(anyAmounts, anyOrders, (amounts, orders) => {
        const positions = [...new Map(amounts.filter(({ amount }) => amount !== 0).map((each) => [each.name, each])).values()];
        const account = executions(
          1,
          '100000',
          positions.map(({ name, amount }) => held(name, String(amount), '7')),
        ).account;
        const book = new ExposureBook(account, {}, INSTRUMENTS, profile('demo'));
        const exposure = new Map<string, Money>(
          account.positions.map(({ symbol, marketValue }) => [symbol, (marketValue < 0n ? -marketValue : marketValue) as Money]),
        );
        let net = sumOf(account.positions.map(({ marketValue }) => marketValue));
        let entries = 0;
        orders.forEach(({ name, amount, reduces, asks }, index) => {
          const order = {
            clientOrderId: `o${index}`,
            symbol: symbolOf(name),
            side: 'BUY' as const,
            leaves: quantity(String(amount)),
            worstPrice: reduces ? price('0') : price('8'),
            reduces,
            isDay: true,
            session: 1,
            strategy: '',
          };
          book.reserve(order);
          const worst = notional(order.worstPrice, order.leaves);
          if (!reduces) {
            exposure.set(name, add(exposure.get(name) ?? money('0'), worst));
            net = add(net, worst);
            entries += 1;
          }
          const largest = [...exposure]
            .filter(([symbol]) => symbol !== name)
            .map(([, value]) => value)
            .sort((left, right) => (left > right ? -1 : left < right ? 1 : 0));
          expect(book.largestWithout(asks, name)).toBe(sumOf(largest.slice(0, asks)));
        });
        expect(book.gross).toBe(sumOf([...exposure.values()]));
        expect(book.net).toBe(net);
        expect(book.positions).toBe([...exposure.values()].filter((value) => value > 0n).length);
        expect(book.openOrders).toBe(orders.length);
        expect(sumOf([0, 1, 2].map((sector) => book.sectorExposure(`sector ${sector}`)))).toBe(book.gross);
        expect(entries === 0 || book.cash < account.cash).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
