import { expect } from 'vitest';

import { type OrderType, takesNatively, type TimeInForce, type VenueOrder } from '@tradewind/venue';
import { price } from '@tradewind/vocabulary';

import { refusalOf } from '../bench.js';
import type { AcceptanceCase } from '../case.js';
import { ORDER_TYPES, orderOf, TIMES_IN_FORCE } from '../scene.js';

const AT_ONCE: ReadonlySet<TimeInForce> = new Set(['IOC', 'FOK']);

/** Terms on which an order for at once trades: through the offer. */
const crossing = (type: OrderType): Partial<VenueOrder> => (type === 'LIMIT' ? { limitPrice: price('101') } : {});

/** What capabilities claim is taken, and what they don't claim is refused before it is sent: every type with every time in force. */
export const takingCases: readonly AcceptanceCase[] = ORDER_TYPES.flatMap((type) =>
  TIMES_IN_FORCE.flatMap((timeInForce): readonly AcceptanceCase[] => [
    {
      name: `takes a ${type} order that is ${timeInForce}`,
      capable: (capabilities) => takesNatively(capabilities, type, timeInForce),
      run: async (bench) => {
        const order = orderOf(type, { timeInForce, ...(AT_ONCE.has(timeInForce) ? crossing(type) : {}) });
        await bench.placeWorking(order);
        const view = await bench.found(order.clientOrderId, () => true);
        expect(view).toMatchObject({ type, timeInForce, side: 'BUY', symbol: order.symbol, quantity: order.quantity });
        if (AT_ONCE.has(timeInForce)) await bench.filled(order.clientOrderId, order.quantity);
      },
    },
    {
      name: `refuses a ${type} order that is ${timeInForce} as UNSUPPORTED, unsent`,
      capable: (capabilities) => !takesNatively(capabilities, type, timeInForce),
      run: async (bench) => {
        const order = orderOf(type, { timeInForce });
        expect(refusalOf(await bench.broker.submit(order))).toBe('UNSUPPORTED');
        expect(await bench.broker.find(order.clientOrderId)).toBeUndefined();
      },
    },
  ]),
);
