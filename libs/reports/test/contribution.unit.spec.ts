import { applyFill, applyMarks, openAccount, snapshotOf, type AccountSnapshot } from '@tradewind/portfolio';
import {
  accountIdOf,
  money,
  type Money,
  price,
  type Price,
  quantity,
  type Quantity,
  symbolOf,
  toNumber,
  type UnixNanos,
} from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contributionsOf, type TaggedFill } from '../src/index.js';

const opening = openAccount({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('100000') });
const at = 1n as UnixNanos;
const sumOf = (amounts: Readonly<Record<string, Money>>): bigint => Object.values(amounts).reduce((sum, amount) => sum + amount, 0n);

const fill = (symbol: string, side: 'BUY' | 'SELL', amount: string, dealt: string, tag: string, commission = '0'): TaggedFill => ({
  symbol,
  side,
  quantity: quantity(amount),
  price: price(dealt),
  commission: money(commission),
  tag,
});

const traded = (fills: readonly TaggedFill[], marks: Readonly<Record<string, Price>>, from = opening): AccountSnapshot =>
  snapshotOf(
    applyMarks(
      fills.reduce((account, made, index) => applyFill(account, { ...made, symbol: symbolOf(made.symbol), fillId: `f${index}`, at }), from),
      marks,
    ),
    at,
  );

describe('contributionsOf', () => {
  it('gives each symbol and each reason its profit, and the fees apart', () => {
    const fills = [
      fill('SPX', 'BUY', '10', '100', 'breakout', '1'),
      fill('SPX', 'BUY', '10', '110', 'momentum', '1'),
      fill('SPX', 'SELL', '15', '120', 'exit', '2'),
      fill('DAX', 'BUY', '1', '50', 'breakout'),
    ];
    const end = traded(fills, { SPX: price('130'), DAX: price('45') });
    const made = contributionsOf(snapshotOf(opening, at), end, fills);
    expect(made.bySymbol).toEqual({ DAX: money('-5'), SPX: money('350') });
    expect(made.byTag).toEqual({ breakout: money('195'), momentum: money('150') });
    expect(made).toMatchObject({ fees: money('4'), total: money('341'), unexplained: 0n });
  });

  it('calls what was held at the start carried, from its mark of then', () => {
    const before = [fill('SPX', 'BUY', '10', '100', 'breakout')];
    const start = traded(before, { SPX: price('105') });
    const end = traded([...before, fill('SPX', 'SELL', '4', '110', 'exit')], { SPX: price('120') });
    const made = contributionsOf(start, end, [fill('SPX', 'SELL', '4', '110', 'exit')]);
    expect(made.byTag).toEqual({ carried: money('110') });
    expect(made.unexplained).toBe(0n);
  });

  it('counts dividends to their symbol, interest to none, fees as fees, and a deposit as no profit', () => {
    const start = snapshotOf(opening, at);
    const end = { ...start, equity: money('100561.5'), cash: money('100561.5') };
    const booked = { at, causes: [], currency: 'USD' };
    const made = contributionsOf(start, end, [
      {
        ...booked,
        id: '1',
        type: 'DividendPaid',
        symbol: symbolOf('SPX'),
        amount: money('60'),
        perShare: price('6'),
        quantity: quantity('10'),
      },
      { ...booked, id: '2', type: 'InterestBooked', amount: money('3') },
      { ...booked, id: '3', type: 'FeeCharged', amount: money('1.5'), description: 'data' },
      { ...booked, id: '4', type: 'CashTransferred', amount: money('500'), description: 'deposit' },
    ]);
    expect(made).toMatchObject({
      bySymbol: { SPX: money('60') },
      byTag: { DividendPaid: money('60') },
      other: money('3'),
      fees: money('1.5'),
      transfers: money('500'),
      total: money('61.5'),
      unexplained: 0n,
    });
  });

  it('splits the lots of before a split, and not those of after it', () => {
    const bought = fill('SPX', 'BUY', '10', '100', 'before');
    const more = fill('SPX', 'BUY', '10', '60', 'after');
    const split = { id: 's', at, causes: [], type: 'SharesSplit', symbol: symbolOf('SPX'), numerator: 2n, denominator: 1n } as const;
    const start = snapshotOf(opening, at);
    const end = traded([fill('SPX', 'BUY', '20', '50', ''), more], { SPX: price('70') });
    const made = contributionsOf(start, end, [bought, { ...split, cashInLieu: money('0') }, more]);
    expect(made.byTag).toMatchObject({ before: money('400'), after: money('100') });
    expect(made).toMatchObject({ bySymbol: { SPX: money('500') }, unexplained: 0n });
  });

  it('calls what other currencies brought by their name, and not a hole in the trail', () => {
    const start = snapshotOf(opening, at);
    const end = { ...start, equity: money('100012'), cash: money('100012') };
    const booked = { id: '1', at, causes: [], type: 'InterestBooked', amount: money('10'), currency: 'EUR' } as const;
    expect(contributionsOf(start, end, [booked])).toMatchObject({ currencies: money('12'), other: 0n, unexplained: 0n });
    expect(contributionsOf(start, end, [{ ...booked, currency: 'USD' }])).toMatchObject({ currencies: 0n, unexplained: money('2') });
  });

  it('says how much is unexplained when a fill is missing', () => {
    const fills = [fill('SPX', 'BUY', '10', '100', 'breakout', '1')];
    const end = traded(fills, { SPX: price('101') });
    expect(contributionsOf(snapshotOf(opening, at), end, []).unexplained).not.toBe(0n);
  });

  it('adds up exactly, whatever is traded at whatever prices', () => {
    const anyPrice = fc.bigInt({ min: 1_000_000n, max: 900_000_000_000n }).map((units) => units as Price);
    const anyFill = fc.record({
      symbol: fc.constantFrom('SPX', 'DAX', 'UKX'),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      quantity: fc.bigInt({ min: 1n, max: 50_000_000_000n }).map((units) => units as Quantity),
      price: anyPrice,
      commission: fc.bigInt({ min: 0n, max: 5_000_000_000n }).map((units) => units as Money),
      tag: fc.constantFrom('a', 'b', 'c'),
    });
    const marks = fc.record({ SPX: anyPrice, DAX: anyPrice, UKX: anyPrice });
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 12 }), fc.array(anyFill, { maxLength: 12 }), marks, marks, (early, late, then, now) => {
        const start = traded(early, then);
        const end = traded([...early, ...late], now);
        const made = contributionsOf(start, end, late);
        expect(made.unexplained).toBe(0n);
        expect(Math.abs(toNumber((sumOf(made.byTag) - sumOf(made.bySymbol)) as Money))).toBeLessThan(1e-7);
      }),
    );
  });
});
