import type { VenuePolicies } from '@tradewind/venue';
import { add, divideHalfEven, greatest, least, money, notional, scaleBy, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money } from '@tradewind/vocabulary';

const A_SHARE = money('0.005');
const AN_ORDER_MIN = money('1');
const OF_VALUE_MAX = money('0.01');
const CENT = 10_000_000n;

/** IBKR Pro's fixed price for US shares: half a cent a share, a dollar an order at least, one per cent of the order's value at most. */
export const fixedCommission: VenuePolicies['commission'] = {
  commission: ({ price, quantity, order }) => {
    const shares = add(quantity, order?.quantity ?? ZERO_QUANTITY);
    const value = add(notional(price, quantity), order?.notional ?? ZERO_MONEY);
    const due = least(greatest(scaleBy(A_SHARE, shares), AN_ORDER_MIN), scaleBy(value, OF_VALUE_MAX));
    const cents = (divideHalfEven(due, CENT) * CENT) as Money;
    return subtract(cents, order?.commission ?? ZERO_MONEY);
  },
};
