import { expect } from 'vitest';

import { takesNatively, type VenueCapabilities } from '@tradewind/venue';
import { price, quantity } from '@tradewind/vocabulary';

import type { Bench } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { AAPL, freshId, orderOf } from '../scene.js';

const groups = (capabilities: VenueCapabilities): boolean => capabilities.oneCancelsOther && takesNatively(capabilities, 'STOP', 'GTC');

/** A position of 100 with a pair of orders that leaves it: a limit above, a stop below. */
const guarded = async (bench: Bench) => {
  await bench.placeFilled(orderOf('MARKET', { quantity: quantity('100') }));
  const both = { side: 'SELL', ocoGroup: freshId(), timeInForce: 'GTC', quantity: quantity('100') } as const;
  const profit = orderOf('LIMIT', { ...both, limitPrice: price('105') });
  const loss = orderOf('STOP', { ...both, stopPrice: price('95') });
  return { profit, loss, references: [await bench.placeWorking(profit), await bench.placeWorking(loss)] as const };
};

export const groupCases: readonly AcceptanceCase[] = [
  {
    name: 'ends the stop of a pair when its limit fills',
    capable: groups,
    run: async (bench) => {
      const { profit, loss } = await guarded(bench);
      await bench.venue.market.quote(AAPL, '105.1', '105.2');
      await bench.filled(profit.clientOrderId, quantity('100'));
      await bench.ended(loss.clientOrderId);
      expect((await bench.snapshot()).positions).toEqual([]);
    },
  },
  {
    name: 'ends the limit of a pair when its stop fills',
    capable: groups,
    run: async (bench) => {
      const { profit, loss } = await guarded(bench);
      await bench.venue.market.quote(AAPL, '94.8', '94.9');
      await bench.filled(loss.clientOrderId, quantity('100'));
      await bench.ended(profit.clientOrderId);
      expect((await bench.snapshot()).positions).toEqual([]);
    },
  },
  {
    name: 'reduces the other order of a pair by what one fills in part',
    capable: groups,
    run: async (bench) => {
      const { profit, loss } = await guarded(bench);
      await bench.venue.market.quote(AAPL, '105.1', '105.2', '40');
      await bench.filled(profit.clientOrderId, quantity('40'));
      await bench.found(loss.clientOrderId, (view) => view.quantity - view.filledQuantity === quantity('60'));
      await bench.venue.market.quote(AAPL, '94.8', '94.9');
      await bench.filled(loss.clientOrderId, quantity('60'));
      expect((await bench.snapshot()).positions).toEqual([]);
    },
  },
  {
    name: 'never sells more than the position that a pair guards, whatever the market does',
    capable: groups,
    run: async (bench) => {
      const { profit, loss } = await guarded(bench);
      await Promise.all([bench.venue.market.quote(AAPL, '105.1', '105.2'), bench.venue.market.quote(AAPL, '94.8', '94.9')]);
      await bench.found(profit.clientOrderId, ({ status }) => status !== 'WORKING');
      await bench.found(loss.clientOrderId, ({ status }) => status !== 'WORKING');
      expect(bench.filledQuantity(profit.clientOrderId) + bench.filledQuantity(loss.clientOrderId)).toBe(quantity('100'));
    },
  },
];
