import { applyFill, averageCost } from '@tradewind/portfolio';
import type { AccountFill, AccountState } from '@tradewind/portfolio';
import { subtract, ZERO_MONEY, ZERO_PRICE, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity } from '@tradewind/vocabulary';

import { OrderError } from './order-error.js';

/** An execution as it was booked. */
export type BookedExecution = Pick<AccountFill, 'fillId' | 'symbol' | 'side' | 'quantity' | 'price' | 'at'>;

/** What a position and the cash have to be adjusted by, so that the books are as though the venue had told the truth at once. */
export interface ExecutionChange {
  /** Signed quantity of the position afterwards, and its average price; zeros for none. */
  readonly quantity: Quantity;
  readonly averagePrice: Price;
  /** Signed change of cash. Commissions are not in it: the venue books those itself. */
  readonly cash: Money;
}

/** The lot that the execution opened goes first: it is the one that never was. */
const withLotFirst = (account: AccountState, { symbol, fillId }: BookedExecution): AccountState => {
  const held = account.positions[symbol];
  if (held === undefined) return account;
  const lots = [...held.lots.filter((lot) => lot.fillId === fillId), ...held.lots.filter((lot) => lot.fillId !== fillId)];
  return { ...account, positions: { ...account.positions, [symbol]: { ...held, lots } } };
};

/**
 * What a venue's bust of an execution (`corrected` undefined) or its correction to another price or quantity does to an account: the execution is
 * traded back at its own price, out of its own lot as far as that is still there, and the corrected one is booked. It is told as PositionAdjusted and
 * CashAdjusted, with an EXECUTION_BUSTED or EXECUTION_CHANGED anomaly; the order keeps what it was filled by, since the venue does not reopen it.
 * Throws OrderError EXECUTION_CHANGE_INVALID on a correction without quantity or price.
 */
export const executionChange = (
  account: AccountState,
  booked: BookedExecution,
  corrected?: { readonly quantity: Quantity; readonly price: Price },
): ExecutionChange => {
  if (corrected !== undefined && (corrected.quantity <= 0n || corrected.price <= 0n)) {
    throw new OrderError('EXECUTION_CHANGE_INVALID', `execution ${booked.fillId} cannot be corrected to no quantity or price`);
  }
  const back: AccountFill = { ...booked, side: booked.side === 'BUY' ? 'SELL' : 'BUY', commission: ZERO_MONEY };
  const undone = applyFill(withLotFirst(account, booked), back);
  const after = corrected === undefined ? undone : applyFill(undone, { ...booked, ...corrected, commission: ZERO_MONEY });
  const position = after.positions[booked.symbol];
  return {
    quantity: position?.quantity ?? ZERO_QUANTITY,
    averagePrice: position === undefined ? ZERO_PRICE : averageCost(position),
    cash: subtract(after.cash, account.cash),
  };
};
