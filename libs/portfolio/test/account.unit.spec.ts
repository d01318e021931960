import { accountIdOf, decodeState, encodeState, money, price, quantity, stateText, symbolOf } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side, UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AccountingError, applyFill, applyMarks, markToMarket, openAccount, snapshotOf } from '../src/index.js';
import type { AccountFill, AccountState } from '../src/index.js';

const SPX = symbolOf('SPX');
const opening = openAccount({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('100000') });
const at = (n: number): UnixNanos => BigInt(n) as UnixNanos;
let counter = 0;
const fill = (side: Side, amount: string, at_: string, commission = '0'): AccountFill => ({
  fillId: `f${(counter += 1)}`,
  symbol: SPX,
  side,
  quantity: quantity(amount),
  price: price(at_),
  commission: money(commission),
  at: at(counter),
});
const after = (...fills: AccountFill[]): AccountState => fills.reduce(applyFill, opening);

describe('applyFill', () => {
  it('pays for a purchase and its commission out of cash', () => {
    const account = after(fill('BUY', '10', '100.25', '1.01'));
    expect(account.cash).toBe(money('98996.49'));
    expect(account.feesPaid).toBe(money('1.01'));
    expect(account.positions['SPX']).toMatchObject({ quantity: quantity('10'), cost: money('1002.5') });
  });
  it('realises against the oldest lot first', () => {
    const account = after(fill('BUY', '10', '100'), fill('BUY', '10', '120'), fill('SELL', '15', '130'));
    expect(account.realisedPnl).toBe(money('350'));
    expect(account.positions['SPX']?.lots).toMatchObject([{ quantity: quantity('5'), cost: money('600') }]);
  });
  it('forgets a position that went flat and keeps its profit', () => {
    const account = after(fill('BUY', '3', '100'), fill('SELL', '3', '90'));
    expect(account.positions).toEqual({});
    expect(account.realisedPnl).toBe(money('-30'));
  });
  it('turns a position round when more is sold than held', () => {
    const account = after(fill('BUY', '3', '100'), fill('SELL', '5', '110'));
    expect(account.realisedPnl).toBe(money('30'));
    expect(account.positions['SPX']).toMatchObject({ quantity: quantity('-2'), cost: money('-220') });
    expect(applyFill(account, fill('BUY', '2', '100')).realisedPnl).toBe(money('50'));
  });
  it('refuses a fill without quantity or price, or with a negative commission', () => {
    for (const broken of [fill('BUY', '0', '1'), fill('BUY', '1', '0'), fill('BUY', '1', '1', '-1')]) {
      expect(() => applyFill(opening, broken)).toThrow(AccountingError);
    }
  });
});

describe('markToMarket', () => {
  it('adds market values to cash, and leaves a symbol without a close at its last mark', () => {
    const account = applyMarks(after(fill('BUY', '10', '100')), { SPX: price('110') });
    expect(markToMarket(account, {}, at(9))).toMatchObject({ equity: money('100100'), unrealisedPnl: money('100') });
    expect(markToMarket(account, { SPX: price('90') }, at(9)).equity).toBe(money('99900'));
  });
  it('crashes when the books do not explain the equity', () => {
    expect(() => snapshotOf({ ...opening, cash: money('1') }, at(1))).toThrow(/equity/);
  });
});

const anyFill = fc.record({
  symbol: fc.constantFrom('SPX', 'NDX', 'AAPL'),
  side: fc.constantFrom<Side>('BUY', 'SELL'),
  quantity: fc.bigInt({ min: 1n, max: 10n ** 13n }),
  price: fc.bigInt({ min: 1n, max: 10n ** 13n }),
  commission: fc.bigInt({ min: 0n, max: 10n ** 10n }),
});
const anyMarks = fc.dictionary(fc.constantFrom('SPX', 'NDX', 'AAPL'), fc.bigInt({ min: 1n, max: 10n ** 13n }));

describe('invariants over any fills and marks', () => {
  it('explains every change of equity by realised + unrealised − fees, and cash by the fills, to the last unit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyFill, anyMarks), { maxLength: 40 }), (steps) => {
        let account: AccountState = opening;
        const held: Record<string, bigint> = {};
        steps.forEach(([raw, marks], index) => {
          const before = snapshotOf(account, at(index));
          account = applyFill(account, {
            ...raw,
            fillId: `f${index}`,
            symbol: symbolOf(raw.symbol),
            at: at(index),
            quantity: raw.quantity as Quantity,
            price: raw.price as Price,
            commission: raw.commission as Money,
          });
          account = applyMarks(account, marks as Record<string, Price>);
          held[raw.symbol] = (held[raw.symbol] ?? 0n) + (raw.side === 'BUY' ? raw.quantity : -raw.quantity);
          const now = snapshotOf(account, at(index));
          expect(now.equity - before.equity).toBe(
            now.realisedPnl - before.realisedPnl + (now.unrealisedPnl - before.unrealisedPnl) - (now.feesPaid - before.feesPaid),
          );
          expect(now.equity).toBe(now.positions.reduce((sum, position) => sum + position.marketValue, now.cash as bigint));
          for (const [symbol, amount] of Object.entries(held)) expect(account.positions[symbol]?.quantity ?? 0n).toBe(amount);
          for (const position of Object.values(account.positions)) {
            expect(position.lots.reduce((sum, lot) => sum + lot.quantity, 0n)).toBe(position.quantity);
            expect(position.lots.reduce((sum, lot) => sum + lot.cost, 0n)).toBe(position.cost);
          }
        });
      }),
      { numRuns: 200 },
    );
  });
  it('survives being saved', () => {
    const account = after(fill('BUY', '10', '100.123456789', '1.01'), fill('SELL', '3', '101'));
    expect(stateText(decodeState<AccountState>(encodeState(account)))).toBe(stateText(account));
  });
});
