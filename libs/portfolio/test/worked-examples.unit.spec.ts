import { accountIdOf, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Side, UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { applyAccountEvent, applyFill, borrowFee, markToMarket, openAccount, snapshotOf } from '../src/index.js';
import type { AccountEvent, AccountState, ChosenLot, LotMethod } from '../src/index.js';

const SPX = symbolOf('SPX');
const NOW = 0n as UnixNanos;

const fill = (account: AccountState, fillId: string, side: Side, amount: string, at: string, closes?: readonly ChosenLot[]): AccountState =>
  applyFill(account, {
    fillId,
    symbol: SPX,
    side,
    quantity: quantity(amount),
    price: price(at),
    commission: money('0'),
    at: NOW,
    ...(closes === undefined ? {} : { closes }),
  });
const opened = (lotMethod: LotMethod = 'FIFO'): AccountState =>
  openAccount({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('10000'), lotMethod });
const event = (body: object): AccountEvent => ({ id: 'ae/1', at: NOW, causes: [], ...body }) as unknown as AccountEvent;

describe('the worked examples of docs/reference/accounting.md', () => {
  const sold = (method: LotMethod, closes?: readonly ChosenLot[]): AccountState => {
    const bought = [
      ['a', '100'],
      ['b', '120'],
      ['c', '110'],
    ] as const;
    const held = bought.reduce((account, [id, at]) => fill(account, id, 'BUY', '10', at), opened(method));
    return fill(held, 'd', 'SELL', '15', '130', closes);
  };
  it.each([
    ['FIFO', undefined, '350', '1700', '250'],
    ['LIFO', undefined, '250', '1600', '350'],
    ['HIGHEST_COST', undefined, '200', '1550', '400'],
    ['FIFO', 'b', '250', '1600', '350'],
  ] as const)('lots: %s, chosen %s', (method, chosen, realised, left, unrealised) => {
    const account = sold(method, chosen === undefined ? undefined : [{ fillId: chosen, quantity: quantity('10') }]);
    const marked = markToMarket(account, { SPX: price('130') }, NOW);
    expect([marked.realisedPnl, account.positions['SPX']?.cost, marked.unrealisedPnl]).toEqual([realised, left, unrealised].map(money));
    expect(marked.equity).toBe(money('10600'));
  });
  it('splits: two for one, and one for three with cash in lieu', () => {
    const two = applyAccountEvent(
      fill(opened(), 'a', 'BUY', '10', '100'),
      event({ type: 'SharesSplit', symbol: SPX, numerator: 2n, denominator: 1n, cashInLieu: 0n }),
    );
    expect(two.positions['SPX']).toMatchObject({ quantity: quantity('20'), cost: money('1000'), markPrice: price('50') });
    const held = fill(opened(), 'a', 'BUY', '10', '90');
    const three = applyAccountEvent(
      held,
      event({ type: 'SharesSplit', symbol: SPX, numerator: 1n, denominator: 3n, cashInLieu: money('100') }),
    );
    expect(three.positions['SPX']?.quantity).toBe(quantity('3'));
    expect(Number(three.realisedPnl) / 1e9).toBeCloseTo(10, 6);
    expect(() => snapshotOf(three, NOW)).not.toThrow();
  });
  it('dividends: what is paid is realised', () => {
    const paid = event({
      type: 'DividendPaid',
      symbol: SPX,
      amount: money('2.4'),
      currency: 'USD',
      perShare: price('0.24'),
      quantity: quantity('10'),
    });
    expect(applyAccountEvent(fill(opened(), 'a', 'BUY', '10', '100'), paid)).toMatchObject({
      realisedPnl: money('2.4'),
      cash: money('9002.4'),
    });
  });
  it('borrowing: a night', () => {
    expect(borrowFee(price('50.10'), quantity('100'), money('0.05'))).toBe(money('0.72'));
  });
  it('currencies: a dividend in euros, held while the rate moves, and sold', () => {
    const rate = (worth: string): AccountEvent => event({ type: 'RatesMarked', rates: { EUR: price(worth) } });
    const dividend = event({ type: 'DividendPaid', symbol: SPX, amount: money('8'), currency: 'EUR' });
    const held = [rate('1.25'), dividend, rate('1.5')].reduce(applyAccountEvent, opened());
    expect(snapshotOf(held, NOW)).toMatchObject({ realisedPnl: money('10'), unrealisedPnl: money('2'), equity: money('10012') });
    const deal = event({ type: 'CurrencyConverted', sold: money('8'), soldCurrency: 'EUR', bought: money('12'), boughtCurrency: 'USD' });
    expect(snapshotOf(applyAccountEvent(held, deal), NOW)).toMatchObject({ realisedPnl: money('12'), unrealisedPnl: money('0') });
  });
});
