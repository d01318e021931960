import { averageCost } from '@tradewind/portfolio';
import { negate } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side } from '@tradewind/vocabulary';

import { executionChange } from '../execution-change.js';
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

interface Told {
  readonly executionId: string;
  readonly suffix: string;
  readonly reason: string;
  readonly causes: readonly string[];
}

/** Brings position and cash to where they would be had the venue told `corrected` (undefined: nothing) at once. */
const adjust = (
  ledger: DeskLedger,
  booked: DeskExecution,
  corrected: { readonly quantity: Quantity; readonly price: Price } | undefined,
  { executionId, suffix, reason, causes }: Told,
): void => {
  const { account } = ledger.state;
  const { symbol } = booked;
  const held = account.positions[symbol];
  const { quantity, averagePrice, cash } = executionChange(account, { ...booked, fillId: executionId }, corrected);
  const base = { at: ledger.at, causes, reason };
  if (quantity !== (held?.quantity ?? 0n) || (held !== undefined && averagePrice !== averageCost(held)))
    ledger.book({ ...base, type: 'PositionAdjusted', id: `ae/${executionId}/${suffix}/position`, symbol, quantity, averagePrice });
  if (cash !== 0n)
    ledger.book({ ...base, type: 'CashAdjusted', id: `ae/${executionId}/${suffix}/cash`, amount: cash, currency: account.currency });
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
  const { symbol, clientOrderId } = booked;
  const reason = `execution ${executionId} was taken back by the venue`;
  adjust(ledger, booked, undefined, { executionId, suffix: 'busted', reason, causes });
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
  const reason = `execution ${executionId} was corrected by the venue (${reportId})`;
  adjust(ledger, booked, { quantity, price }, { executionId, suffix: `corrected/${ledger.state.desk.noted}`, reason, causes });
  ledger.note('ExecutionBooked', { executions: { [executionId]: { ...booked, quantity, price } } });
  return booked;
};
