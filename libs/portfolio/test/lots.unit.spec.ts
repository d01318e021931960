import { accountIdOf, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Price, Quantity, Side, UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AccountingError, applyAccountEvent, applyFill, borrowFee, collateralMark, openAccount, snapshotOf } from '../src/index.js';
import type { AccountEvent, AccountFill, AccountState, ChosenLot, LotMethod } from '../src/index.js';

const ACME = symbolOf('ACME');
const METHODS = ['FIFO', 'LIFO', 'HIGHEST_COST'] as const;
const open = (lotMethod?: LotMethod): AccountState =>
  openAccount({
    accountId: accountIdOf('paper-1'),
    currency: 'USD',
    openingCash: money('100000'),
    ...(lotMethod === undefined ? {} : { lotMethod }),
  });
const fill = (fillId: string, side: Side, amount: string, at: string, closes?: readonly ChosenLot[]): AccountFill => ({
  fillId,
  symbol: ACME,
  side,
  quantity: quantity(amount),
  price: price(at),
  commission: money('0'),
  at: 0n as UnixNanos,
  ...(closes === undefined ? {} : { closes }),
});
const realised = (method: LotMethod | undefined, ...fills: AccountFill[]) => fills.reduce(applyFill, open(method)).realisedPnl;

describe('published examples', () => {
  /** J. K. Lasser's Your Income Tax 2013, 30.2: 100 at 77 in 1998, 200 at 84 in 1999, 100 at 105 in 2000; 100 are sold at 90. */
  const acme = [fill('1998', 'BUY', '100', '77'), fill('1999', 'BUY', '200', '84'), fill('2000', 'BUY', '100', '105')];
  it('Lasser 30.2: the lot of 2000 gives a loss of 1,500 when it is identified', () => {
    const sale = fill('sale', 'SELL', '100', '90', [{ fillId: '2000', quantity: quantity('100') }]);
    expect(realised(undefined, ...acme, sale)).toBe(money('-1500'));
  });
  it('Lasser 30.2: without identification the lot of 1998 is sold', () => {
    expect(realised(undefined, ...acme, fill('sale', 'SELL', '100', '90'))).toBe(money('1300'));
  });
  it('Lasser 30.2: the youngest lot is here the dearest one too', () => {
    expect(realised('LIFO', ...acme, fill('sale', 'SELL', '100', '90'))).toBe(money('-1500'));
    expect(realised('HIGHEST_COST', ...acme, fill('sale', 'SELL', '100', '90'))).toBe(money('-1500'));
  });
  /** The Motley Fool, 18 August 2000: 1,000 at 15 in January and at 35 in February; 1,000 are sold at 32 in April. */
  const fool = [fill('january', 'BUY', '1000', '15'), fill('february', 'BUY', '1000', '35')];
  it('Motley Fool: a gain of 17,000 first in first out, a loss of 3,000 when February is identified', () => {
    expect(realised('FIFO', ...fool, fill('april', 'SELL', '1000', '32'))).toBe(money('17000'));
    const february = [{ fillId: 'february', quantity: quantity('1000') }];
    expect(realised('FIFO', ...fool, fill('april', 'SELL', '1000', '32', february))).toBe(money('-3000'));
  });
  /** The collateral convention of Interactive Brokers' reporting guide, "Borrow Fee Details"; 42.80 x 1.02 = 43.656. */
  it('Interactive Brokers: borrowed shares count as 102% of their close, rounded up to the dollar', () => {
    expect(collateralMark(price('42.8'))).toBe(price('44'));
    expect(collateralMark(price('0.1'))).toBe(price('1'));
    expect(collateralMark(price('50'))).toBe(price('51'));
    // 3,700 x 44 x 0.29% / 360 = 1.3114 a day
    expect(borrowFee(price('42.8'), quantity('3700'), price('0.0029'))).toBe(money('1.31'));
    expect(borrowFee(price('42.8'), quantity('3700'), price('0.0029'), 3)).toBe(money('3.93'));
    expect(() => borrowFee(price('0'), quantity('1'), price('0.01'))).toThrow(AccountingError);
  });
});

describe('the choice of lots', () => {
  const two = [fill('a', 'BUY', '10', '100'), fill('b', 'BUY', '10', '120'), fill('c', 'BUY', '10', '110')];
  it('takes the rest of a close by the method, and leaves lots in the order of their dates', () => {
    const account = [...two, fill('s', 'SELL', '15', '130', [{ fillId: 'c', quantity: quantity('4') }])].reduce(applyFill, open('LIFO'));
    // 4 of c as chosen, then LIFO: the other 6 of c, and 5 of b
    expect(account.realisedPnl).toBe(money('250'));
    expect(account.positions['ACME']?.lots).toMatchObject([
      { fillId: 'a', quantity: quantity('10') },
      { fillId: 'b', quantity: quantity('5') },
    ]);
  });
  it('closes what was sold short cheapest first when the highest cost goes first', () => {
    const shorts = [fill('a', 'SELL', '10', '100'), fill('b', 'SELL', '10', '80'), fill('c', 'SELL', '10', '90')];
    expect(realised('HIGHEST_COST', ...shorts, fill('cover', 'BUY', '10', '70'))).toBe(money('100'));
  });
  it('refuses lots that are not there, too small or chosen for more than the close', () => {
    const closes = [
      [{ fillId: 'x', quantity: quantity('1') }],
      [{ fillId: 'a', quantity: quantity('11') }],
      [{ fillId: 'a', quantity: quantity('0') }],
      [
        { fillId: 'a', quantity: quantity('10') },
        { fillId: 'b', quantity: quantity('10') },
      ],
    ];
    const account = two.reduce(applyFill, open());
    for (const chosen of closes) expect(() => applyFill(account, fill('s', 'SELL', '15', '1', chosen))).toThrow(AccountingError);
  });
});

const event = (body: object): AccountEvent => ({ id: 'ae/1', at: 0n as UnixNanos, causes: [], ...body }) as unknown as AccountEvent;
const split = (numerator: bigint, denominator: bigint, cashInLieu = '0') =>
  event({ type: 'SharesSplit', symbol: ACME, numerator, denominator, cashInLieu: money(cashInLieu) });

describe('a split', () => {
  it('leaves every lot the cost that it had', () => {
    const held = [fill('a', 'BUY', '10', '100'), fill('b', 'BUY', '10', '200')].reduce(applyFill, open());
    const after = applyAccountEvent(held, split(2n, 1n));
    expect(after.positions['ACME']?.lots).toMatchObject([
      { quantity: quantity('20'), cost: money('1000') },
      { quantity: quantity('20'), cost: money('2000') },
    ]);
    expect(applyFill(after, fill('s', 'SELL', '20', '60')).realisedPnl).toBe(money('200'));
  });
  it('realises the cash in lieu of a fraction against the cost of that fraction', () => {
    const held = [fill('a', 'BUY', '5', '100')].reduce(applyFill, open());
    const after = applyAccountEvent(held, split(1n, 2n, '110'));
    expect(after.positions['ACME']).toMatchObject({ quantity: quantity('2'), cost: money('400') });
    expect(after.realisedPnl).toBe(money('10'));
    expect(after.cash).toBe(money('99610'));
  });
});

describe('any trades and corporate actions', () => {
  const trade = fc.record({
    kind: fc.constant('TRADE' as const),
    side: fc.constantFrom('BUY', 'SELL' as const),
    amount: fc.integer({ min: 1, max: 9999 }),
    at: fc.integer({ min: 1, max: 99_999 }),
  });
  const action = fc.record({
    kind: fc.constant('SPLIT' as const),
    numerator: fc.integer({ min: 1, max: 7 }),
    denominator: fc.integer({ min: 1, max: 7 }),
    cash: fc.boolean(),
  });
  const history = fc.array(fc.oneof({ weight: 4, arbitrary: trade }, action), { maxLength: 25 });
  type Happening =
    | { kind: 'TRADE'; side: Side; amount: number; at: number }
    | { kind: 'SPLIT'; numerator: number; denominator: number; cash: boolean };
  const book = (method: LotMethod, list: readonly Happening[], check: (account: AccountState) => void): AccountState => {
    let account = open(method);
    for (const [index, one] of list.entries()) {
      if (one.kind === 'TRADE') {
        const amount = (BigInt(one.amount) * 10_000_000n) as Quantity;
        account = applyFill(account, {
          ...fill(`f${index}`, one.side, '1', '1'),
          quantity: amount,
          price: (BigInt(one.at) * 10_000_000n) as Price,
        });
      } else {
        const short = (account.positions['ACME']?.quantity ?? 0n) < 0n;
        account = applyAccountEvent(account, split(BigInt(one.numerator), BigInt(one.denominator), one.cash ? (short ? '-3' : '3') : '0'));
      }
      check(account);
    }
    return account;
  };
  it('leave lots that add up to the position in quantity and cost, and equity that is explained, whatever the method', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...METHODS), (list, method) => {
        book(method, list, (account) => {
          expect(() => snapshotOf(account, 0n as UnixNanos)).not.toThrow();
          const held = account.positions['ACME'];
          if (held === undefined) return;
          expect(held.lots.reduce((sum, lot) => sum + lot.quantity, 0n)).toBe(held.quantity);
          expect(held.lots.reduce((sum, lot) => sum + lot.cost, 0n)).toBe(held.cost);
          for (const lot of held.lots) expect(lot.quantity > 0n).toBe(held.quantity > 0n);
        });
      }),
      { numRuns: 400 },
    );
  });
  it('end in the same position and cash whatever the method: it decides what is realised, not what is owned', () => {
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 25 }), (list) => {
        const ends = METHODS.map((method) => book(method, list, () => undefined));
        const owned = ends.map(({ cash, positions }) => `${cash}/${positions['ACME']?.quantity ?? 0n}`);
        expect(new Set(owned).size).toBe(1);
        const equity = ends.map((account) => snapshotOf(account, 0n as UnixNanos).equity);
        expect(new Set(equity).size).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
  it('realise least with the highest cost first, when every purchase comes before the first sale', () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 10 }), fc.integer({ min: 1, max: 99_999 }), (list, at) => {
        const bought = list.map((one) => ({ ...one, side: 'BUY' as const }));
        const total = bought.reduce((sum, { amount }) => sum + amount, 0);
        const sale = { kind: 'TRADE' as const, side: 'SELL' as const, amount: Math.ceil(total / 2), at };
        const [fifo, lifo, dearest] = METHODS.map((method) => book(method, [...bought, sale], () => undefined).realisedPnl);
        // A partial lot is rounded at 10^-9.
        expect(dearest! <= fifo! + 1n && dearest! <= lifo! + 1n).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
