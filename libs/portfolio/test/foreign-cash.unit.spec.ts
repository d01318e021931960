import { accountIdOf, decodeState, encodeState, money, price, stateText } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AccountingError, applyAccountEvent, applyRates, openAccount, snapshotOf } from '../src/index.js';
import type { AccountEvent, AccountState } from '../src/index.js';

const opening = openAccount({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('1000') });
const event = (body: object): AccountEvent =>
  ({ id: 'ae/1', at: 0n as UnixNanos, causes: [], description: '', reason: '', ...body }) as unknown as AccountEvent;
const convert = (sold: string, soldCurrency: string, bought: string, boughtCurrency: string) =>
  event({ type: 'CurrencyConverted', sold: money(sold), soldCurrency, bought: money(bought), boughtCurrency });
const booked = (account: AccountState, ...events: AccountEvent[]) => events.reduce(applyAccountEvent, account);
const snapshot = (account: AccountState) => snapshotOf(account, 0n as UnixNanos);

describe('cash in another currency', () => {
  it('is worth what was paid for it until the rate changes', () => {
    const bought = booked(opening, convert('100', 'USD', '80', 'EUR'));
    expect(bought.foreign).toEqual({ EUR: { cash: money('80'), cost: money('100'), rate: price('1.25') } });
    expect(snapshot(bought)).toMatchObject({ cash: money('1000'), equity: money('1000'), unrealisedPnl: money('0') });
    expect(snapshot(applyRates(bought, { EUR: price('1.5') }))).toMatchObject({ equity: money('1020'), unrealisedPnl: money('20') });
  });
  it('realises the difference of rates when it is sold again, in proportion', () => {
    const half = booked(opening, convert('100', 'USD', '80', 'EUR'), convert('40', 'EUR', '60', 'USD'));
    expect(half.realisedPnl).toBe(money('10'));
    expect(half.foreign?.['EUR']).toMatchObject({ cash: money('40'), cost: money('50') });
    expect(snapshot(half).equity).toBe(money('1020'));
  });
  it('may be borrowed, and pays back at the new rate', () => {
    const borrowed = booked(opening, convert('100', 'USD', '80', 'EUR'), convert('160', 'EUR', '200', 'USD'));
    expect(borrowed.foreign?.['EUR']).toMatchObject({ cash: money('-80'), cost: money('-100') });
    expect(snapshot(applyRates(borrowed, { EUR: price('1') })).unrealisedPnl).toBe(money('20'));
  });
  it('takes dividends, fees and transfers at the last rate', () => {
    const rated = applyRates(opening, { EUR: price('1.25') });
    const paid = booked(rated, event({ type: 'DividendPaid', amount: money('8'), currency: 'EUR' }));
    expect(snapshot(paid)).toMatchObject({ equity: money('1010'), realisedPnl: money('10') });
    expect(snapshot(booked(paid, event({ type: 'FeeCharged', amount: money('4'), currency: 'EUR' })))).toMatchObject({
      equity: money('1005'),
      feesPaid: money('5'),
    });
    const sent = booked(rated, event({ type: 'CashTransferred', amount: money('80'), currency: 'EUR' }));
    expect(snapshot(sent)).toMatchObject({ equity: money('1100'), realisedPnl: money('0') });
  });
  it('is worth what an event says that it is, and the profit of the rate shows as unrealised', () => {
    const marked = (rate: string) => event({ type: 'RatesMarked', rates: { EUR: price(rate) } });
    const paid = booked(opening, marked('1.25'), event({ type: 'DividendPaid', amount: money('8'), currency: 'EUR' }), marked('1.5'));
    expect(snapshot(paid)).toMatchObject({ equity: money('1012'), realisedPnl: money('10'), unrealisedPnl: money('2') });
    expect(() => booked(opening, marked('0'))).toThrow(AccountingError);
  });
  it('is refused without a rate, and conversions that are none', () => {
    expect(() => booked(opening, event({ type: 'DividendPaid', amount: money('8'), currency: 'EUR' }))).toThrow(AccountingError);
    expect(() => booked(opening, convert('0', 'USD', '1', 'EUR'))).toThrow(AccountingError);
    expect(() => booked(opening, convert('1', 'USD', '1', 'USD'))).toThrow(AccountingError);
    expect(() => applyRates(opening, { EUR: price('0') })).toThrow(AccountingError);
    expect(() => applyRates(opening, { USD: price('1') })).toThrow(AccountingError);
  });
  it('keeps equity explained to the last unit, and leaves an account without it as it always was', () => {
    const currency = fc.constantFrom('USD', 'EUR', 'JPY');
    const amount = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const happening = fc.oneof(
      fc.record({ kind: fc.constant('RATE' as const), EUR: amount, JPY: amount }),
      fc.record({ kind: fc.constant('CONVERT' as const), sold: amount, soldCurrency: currency, bought: amount, boughtCurrency: currency }),
      fc.record({
        kind: fc.constant('EVENT' as const),
        type: fc.constantFrom('DividendPaid', 'BorrowCharged', 'FeeCharged', 'CashTransferred', 'CashAdjusted'),
        amount: fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }),
        currency,
      }),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (list) => {
        let account = applyRates(opening, { EUR: price('1.1'), JPY: price('0.0067') });
        for (const one of list) {
          try {
            if (one.kind === 'RATE') account = booked(account, event({ type: 'RatesMarked', rates: { EUR: one.EUR, JPY: one.JPY } }));
            else if (one.kind === 'CONVERT') account = booked(account, event({ ...one, type: 'CurrencyConverted' }));
            else account = booked(account, event(one));
          } catch (error) {
            expect(error).toBeInstanceOf(AccountingError);
          }
          expect(() => snapshot(account)).not.toThrow();
          for (const held of Object.values(account.foreign ?? {})) if (held.cash === 0n) expect(held.cost).toBe(0n);
        }
        expect(stateText(decodeState(encodeState(account)))).toBe(stateText(account));
      }),
      { numRuns: 400 },
    );
    expect(Object.keys(booked(opening, event({ type: 'FeeCharged', amount: money('1'), currency: 'USD' })))).not.toContain('foreign');
  });
});
