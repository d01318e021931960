import { money, price } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { moneyView } from '../../src/interactive-brokers/views.js';

const values = (...told: readonly (readonly [key: string, value: string, currency: string])[]) =>
  ({ values: told.map(([key, value, currency]) => ({ key, value, currency, account: 'DU1' })) }) as unknown as Parameters<
    typeof moneyView
  >[0];

describe('the values of a TWS account', () => {
  it('are cash by currency, with what each is worth in that of the account', () => {
    const shown = values(
      ['CashBalance', '1085.00', 'BASE'],
      ['CashBalance', '1000.00', 'EUR'],
      ['ExchangeRate', '1.085', 'EUR'],
      ['ExchangeRate', '1.00', 'BASE'],
      ['ExchangeRate', '0', 'JPY'],
      ['BuyingPower', '4000', 'USD'],
    );
    expect(moneyView(shown)).toEqual({ cash: { EUR: money('1000') }, rates: { EUR: price('1.085') }, buyingPower: money('4000') });
  });
  it('tell no rates where TWS tells none', () => {
    expect(moneyView(values(['CashBalance', '5', 'USD']))).toEqual({ cash: { USD: money('5') } });
  });
});
