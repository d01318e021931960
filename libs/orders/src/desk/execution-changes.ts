import { absolute, add, averagePrice, negate, notional, subtract, ZERO_PRICE } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side, Symbol } from '@tradewind/vocabulary';
import type { AccountState } from '@tradewind/portfolio';

import type { DeskLedger } from './desk-ledger.js';
import type { DeskExecution } from './desk-state.js';

/** Signed like a change of position. */
export const signed = (side: Side, quantity: Quantity): Quantity => (side === 'BUY' ? quantity : negate(quantity));

export const chargeFee = (ledger: DeskLedger, executionId: string, amount: Money, currency: string, causes: readonly string[]): void => {
  ledger.book({
    type: 'FeeCharged',
    id: `ae/${executionId}/commission`,
    at: ledger.at,
    causes,
    amount,
    currency,
    description: 'commission told after the execution',
    fillId: executionId,
  });
};

/** Where a change of `amount`, dealt at `dealt`, leaves a position: what comes back keeps the average, what goes takes its own cost with it. */
const positionAfter = (
  account: AccountState,
  symbol: Symbol,
  amount: Quantity,
  dealt: Price,
): { readonly quantity: Quantity; readonly averagePrice: Price } => {
  const held = account.positions[symbol];
  if (held === undefined) return { quantity: amount, averagePrice: dealt };
  const quantity = add(held.quantity, amount);
  if (quantity === 0n) return { quantity, averagePrice: ZERO_PRICE };
  if (held.quantity > 0n !== quantity > 0n) return { quantity, averagePrice: dealt };
  const average = averagePrice(held.cost, held.quantity);
  if (held.quantity > 0n === amount > 0n) return { quantity, averagePrice: average };
  const cost = subtract(absolute(held.cost), notional(dealt, absolute(amount)));
  return { quantity, averagePrice: cost > 0n ? averagePrice(cost, absolute(quantity)) : average };
};

const adjust = (
  ledger: DeskLedger,
  executionId: string,
  suffix: string,
  change: { symbol: Symbol; amount: Quantity; dealt: Price; cash: Money; reason: string },
  causes: readonly string[],
): void => {
  const { symbol, amount, dealt, cash, reason } = change;
  const base = { at: ledger.at, causes, reason };
  if (amount !== 0n) {
    const position = positionAfter(ledger.state.account, symbol, amount, dealt);
    ledger.book({ ...base, type: 'PositionAdjusted', id: `ae/${executionId}/${suffix}/position`, symbol, ...position });
  }
  if (cash !== 0n) {
    ledger.book({
      ...base,
      type: 'CashAdjusted',
      id: `ae/${executionId}/${suffix}/cash`,
      amount: cash,
      currency: ledger.state.account.currency,
    });
  }
};

/** The venue took an execution back: position and cash return, the order keeps what it was told. Undefined when we never had it. */
export const bustExecution = (
  ledger: DeskLedger,
  executionId: string,
  reportId: string,
  causes: readonly string[],
): DeskExecution | undefined => {
  const booked = ledger.state.desk.executions[executionId];
  if (booked === undefined || booked.busted === true) return undefined;
  const { symbol, side, quantity, price, clientOrderId } = booked;
  const amount = negate(signed(side, quantity));
  adjust(
    ledger,
    executionId,
    'busted',
    {
      symbol,
      amount,
      dealt: price,
      cash: notional(price, signed(side, quantity)),
      reason: `execution ${executionId} was taken back by the venue`,
    },
    causes,
  );
  ledger.note('ExecutionBooked', { executions: { [executionId]: { ...booked, busted: true } } });
  ledger.tell({ id: `an/${reportId}`, code: 'EXECUTION_BUSTED', clientOrderId, symbol, parameters: { execution: executionId } });
  return booked;
};

/** The venue put another price or quantity in place of an execution's. Undefined when we never had it. */
export const correctExecution = (
  ledger: DeskLedger,
  executionId: string,
  { quantity, price }: { readonly quantity: Quantity; readonly price: Price },
  reportId: string,
  causes: readonly string[],
): DeskExecution | undefined => {
  const booked = ledger.state.desk.executions[executionId];
  if (booked === undefined || booked.busted === true || (booked.quantity === quantity && booked.price === price)) return booked;
  const { symbol, side } = booked;
  const amount = signed(side, subtract(quantity, booked.quantity));
  const cash = subtract(notional(booked.price, signed(side, booked.quantity)), notional(price, signed(side, quantity)));
  adjust(
    ledger,
    executionId,
    `corrected/${ledger.state.desk.noted}`,
    { symbol, amount, dealt: price, cash, reason: `execution ${executionId} was corrected by the venue (${reportId})` },
    causes,
  );
  ledger.note('ExecutionBooked', { executions: { [executionId]: { ...booked, quantity, price } } });
  return booked;
};
