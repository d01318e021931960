import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RoundTrips } from '../src/report/round-trips.js';
import { fill } from './orders.js';

const tripsOf = (fills: readonly ReturnType<typeof fill>[]) => {
  const trips = new RoundTrips();
  for (const one of fills) trips.add(one, 'signal');
  return trips.closed;
};

describe('round trips', () => {
  it('runs from flat to flat, whatever number of fills it took, commission off the profit', () => {
    expect(
      tripsOf([
        fill('SPX', 'BUY', '10', '100', '2000-01-04', '1'),
        fill('SPX', 'BUY', '10', '110', '2000-01-05', '1'),
        fill('SPX', 'SELL', '5', '120', '2000-01-06', '0.5'),
        fill('SPX', 'SELL', '15', '115', '2000-01-07', '1.5'),
      ]),
    ).toEqual([
      {
        symbol: 'SPX',
        side: 'LONG',
        entryDate: '2000-01-04',
        exitDate: '2000-01-07',
        quantity: 20,
        entryPrice: 105,
        exitPrice: 116.25,
        profit: 221,
        return: 221 / 2100,
        exitPurpose: 'signal',
      },
    ]);
  });

  it('keeps symbols apart and an open position out', () => {
    const trips = tripsOf([
      fill('SPX', 'BUY', '1', '10', '2000-01-04'),
      fill('NDX', 'BUY', '1', '10', '2000-01-04'),
      fill('NDX', 'SELL', '1', '9', '2000-01-05'),
    ]);
    expect(trips.map((trip) => [trip.symbol, trip.profit])).toEqual([['NDX', -1]]);
  });

  it('splits a fill that goes through flat, commission by quantity', () => {
    const trips = tripsOf([
      fill('SPX', 'BUY', '1', '100', '2000-01-04'),
      fill('SPX', 'SELL', '3', '110', '2000-01-05', '3'),
      fill('SPX', 'BUY', '2', '100', '2000-01-06'),
    ]);
    expect(trips.map((trip) => [trip.side, trip.quantity, trip.profit])).toEqual([
      ['LONG', 1, 9],
      ['SHORT', 2, 18],
    ]);
  });

  it('explains all money of any fills that end flat', () => {
    const side = fc.constantFrom('BUY' as const, 'SELL' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(side, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 50, max: 150 })), { maxLength: 12 }), (raw) => {
        const net = raw.reduce((sum, [one, amount]) => sum + (one === 'BUY' ? amount : -amount), 0);
        const closing = net === 0 ? [] : [[net > 0 ? 'SELL' : 'BUY', Math.abs(net), 100] as const];
        const all = [...raw, ...closing];
        const fills = all.map(([one, amount, at], day) =>
          fill('SPX', one, String(amount), String(at), `2000-02-${String(day + 1).padStart(2, '0')}`, '0.25'),
        );
        const cash = all.reduce((sum, [one, amount, at]) => sum + (one === 'BUY' ? -1 : 1) * amount * at - 0.25, 0);
        expect(tripsOf(fills).reduce((sum, trip) => sum + trip.profit, 0)).toBeCloseTo(cash, 6);
      }),
    );
  });
});
