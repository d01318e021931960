import { noCommission, ratioSlippage, SimulatedVenue, volumeParticipation } from '@tradewind/venue';
import { formatDecimal, money, price, quantity } from '@tradewind/vocabulary';
import type { Price } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { OrderIntent } from '../src/index.js';
import { bar, closeAt, Desk, instrument, intent } from './fixtures.js';
import type { Candle } from './fixtures.js';

const SETTINGS = { slippageRatio: '0.001', participationRatio: '0.05' };
const cents = (value: number): Price => price((value / 100).toFixed(2));

const anyCandle = fc
  .array(fc.integer({ min: 9_000, max: 11_000 }), { minLength: 4, maxLength: 4 })
  .map(([open, close, one, other]): Candle => {
    const prices = [open!, close!, one!, other!];
    const text = (value: number): string => (value / 100).toFixed(2);
    return [text(open!), text(Math.max(...prices)), text(Math.min(...prices)), text(close!)];
  });

/** A stop beyond the last price waits at both; one that was reached already is a matter of how it is placed. */
const stopAt = (side: 'BUY' | 'SELL', distance: Price): Price =>
  (side === 'BUY' ? price('100') + distance : price('100') - distance) as Price;
const anyPrice = fc.integer({ min: 9_000, max: 11_000 }).map(cents);
const anyOrder = fc
  .record({
    side: fc.constantFrom('BUY' as const, 'SELL' as const),
    type: fc.constantFrom('MARKET' as const, 'LIMIT' as const, 'STOP' as const, 'STOP_LIMIT' as const, 'TRAILING_STOP' as const),
    timeInForce: fc.constantFrom('DAY' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
    quantity: fc.integer({ min: 1, max: 120 }).map((value) => quantity(String(value))),
    limit: anyPrice,
    distance: fc.integer({ min: 1, max: 900 }).map(cents),
  })
  .map(({ side, type, timeInForce, quantity: size, limit, distance }): OrderIntent =>
    intent({
      side,
      type,
      // A stop waits: it can't fill at once or not at all.
      timeInForce: type === 'MARKET' || type === 'LIMIT' ? timeInForce : timeInForce === 'DAY' ? 'DAY' : 'GTC',
      quantity: size,
      ...(type === 'LIMIT' || type === 'STOP_LIMIT' ? { limitPrice: limit } : {}),
      ...(type === 'STOP' || type === 'STOP_LIMIT' || type === 'TRAILING_STOP' ? { stopPrice: stopAt(side, distance) } : {}),
      ...(type === 'TRAILING_STOP' ? { trail: { by: 'AMOUNT', value: distance } as const } : {}),
    }),
  );

const inSteps = (order: OrderIntent, candles: readonly Candle[]): readonly string[] => {
  const desk = new Desk(SETTINGS).candle('100', '100', '100', '100').place([order]);
  return candles.flatMap((candle, index) =>
    desk.candle(...candle).fills.map(({ quantity: size, price: at }) => `${index}: ${formatDecimal(size)}@${formatDecimal(at)}`),
  );
};

const atVenue = (order: OrderIntent, candles: readonly Candle[]): readonly string[] => {
  const venue = SimulatedVenue.open({
    instruments: { SPX: instrument('SPX', true) },
    account: { venueAccount: 'test', currency: 'USD', openingCash: money('10000000'), kind: 'MARGIN' },
    policies: {
      commission: noCommission,
      slippage: ratioSlippage(quantity(SETTINGS.slippageRatio)),
      participation: volumeParticipation(quantity(SETTINGS.participationRatio)),
    },
    seed: 1,
  });
  venue.onBar(bar(0, ['100', '100', '100', '100']));
  expect(venue.submit(order, closeAt(0)).status).toBe('TAKEN');
  return candles.flatMap((candle, index) =>
    venue
      .onBar(bar(index + 1, candle))
      .flatMap((report) =>
        report.type === 'FILLED' ? [`${index}: ${formatDecimal(report.quantity)}@${formatDecimal(report.price)}`] : [],
      ),
  );
};

describe('the rules of bars, written for the steps and for the simulated venue', () => {
  it('fill any single order in the same bars, for as much, at the same price', () => {
    let fills = 0;
    fc.assert(
      fc.property(anyOrder, fc.array(anyCandle, { minLength: 1, maxLength: 6 }), (order, candles) => {
        const told = inSteps(order, candles);
        fills += told.length;
        expect(atVenue(order, candles)).toEqual(told);
      }),
      { numRuns: 600 },
    );
    expect(fills).toBeGreaterThan(300);
  });
});
