import type { OrderEvent } from '@tradewind/orders';
import { type Money, money, nanosFromMillis, price, quantity, type Side, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

export const dayAt = (date: string): UnixNanos => nanosFromMillis(Date.parse(`${date}T21:00:00Z`));

let count = 0;
/** A fill with nothing but what matters. */
export const fill = (
  symbol: string,
  side: Side,
  amount: string,
  at: string,
  date: string,
  commission = '0',
  slippage: Money = money('0'),
): Extract<OrderEvent, { type: 'OrderFilled' }> => {
  count += 1;
  return {
    type: 'OrderFilled',
    id: `oe/o${count}/1`,
    clientOrderId: `o${count}`,
    fillId: `fl/o${count}/0`,
    symbol: symbolOf(symbol),
    at: dayAt(date),
    causes: [],
    side,
    quantity: quantity(amount),
    price: price(at),
    commission: money(commission),
    slippage,
    leavesQuantity: quantity('0'),
  };
};
