import { add, notional, subtract, ZERO_MONEY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { clientOrderIdOf } from '../ledger.js';
import { leavesOf, splitOverfill, termsOf } from '../order.js';
import type { Order } from '../order.js';
import type { DeskLedger } from './desk-ledger.js';
import type { DeskExecution, DeskPolicy } from './desk-state.js';
import { differenceIdOf } from './difference-id.js';
import { chargeFee, correctExecution, signed } from './execution-changes.js';
import { alignProtection, planProtection } from './protection.js';
import { clearEnded } from './working-orders.js';

/** One execution as a report or a snapshot tells it. */
export interface ToldExecution {
  readonly executionId: string;
  readonly venueOrderId: string;
  readonly clientOrderId?: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly commission?: Money;
  readonly at: UnixNanos;
}

/** Our order that the venue speaks of, by its client order id or by any id that the venue gave it. */
export const orderNamed = (
  ledger: DeskLedger,
  told: { readonly clientOrderId?: string; readonly venueOrderId: string },
): Order | undefined => {
  const byClient = told.clientOrderId === undefined ? undefined : ledger.order(told.clientOrderId);
  const name = ledger.state.desk.names[told.venueOrderId];
  return byClient ?? (name === undefined ? undefined : ledger.order(name));
};

export const nameOrder = (ledger: DeskLedger, venueOrderId: string, clientOrderId: string): void => {
  if (venueOrderId !== '' && ledger.state.desk.names[venueOrderId] !== clientOrderId)
    ledger.note('VenueOrderNamed', { names: { [venueOrderId]: clientOrderId } });
};

const slippageOf = (order: Order, { side, price, quantity }: ToldExecution): Money => {
  const reference = order.intent.referencePrice;
  if (reference === undefined) return ZERO_MONEY;
  return notional(side === 'BUY' ? subtract(price, reference) : subtract(reference, price), quantity);
};

const fill = (
  ledger: DeskLedger,
  order: Order,
  told: ToldExecution,
  commission: Money,
  policy: DeskPolicy,
  causes: readonly string[],
): boolean => {
  const { clientOrderId } = order.intent;
  const { executionId: fillId, side, quantity, price } = told;
  const leavesQuantity = subtract(leavesOf(order), quantity);
  const slippage = slippageOf(order, told);
  const id = ledger.trySay(
    clientOrderId,
    { type: 'OrderFilled', fillId, side, quantity, price, commission, slippage, leavesQuantity },
    causes,
  );
  if (id === undefined) return false;
  planProtection(ledger, order);
  clearEnded(ledger, clientOrderId);
  alignProtection(ledger, order.intent.symbol, policy, [id]);
  return true;
};

/** An execution that no order of ours explains is booked on an order of its own: the position is the venue's, whoever dealt it. */
export const bookExternally = (
  ledger: DeskLedger,
  told: ToldExecution,
  why: string,
  commission: Money,
  policy: DeskPolicy,
  causes: readonly string[],
): string => {
  const clientOrderId = clientOrderIdOf(`external/${ledger.state.account.accountId}/${told.executionId}`);
  if (ledger.order(clientOrderId) !== undefined) return clientOrderId;
  const { symbol, side, quantity, venueOrderId } = told;
  const purpose = `external:${why}`;
  ledger.initialize(
    { clientOrderId, symbol, side, type: 'MARKET', timeInForce: 'DAY', quantity, purpose, verdictId: `venue/${venueOrderId}` },
    causes,
  );
  ledger.say(clientOrderId, { type: 'OrderAccepted', venueOrderId }, causes);
  const order = ledger.order(clientOrderId);
  if (order !== undefined) fill(ledger, order, told, commission, policy, causes);
  return clientOrderId;
};

const remember = (ledger: DeskLedger, told: ToldExecution, clientOrderId: string, commission: Money | undefined): void => {
  const { executionId, symbol, side, quantity, price, at } = told;
  const booked: DeskExecution = {
    clientOrderId,
    symbol,
    side,
    quantity,
    price,
    at,
    ...(commission === undefined ? {} : { commission }),
  };
  ledger.note('ExecutionBooked', { executions: { [executionId]: booked }, commissions: { [executionId]: null } });
};

/** A fill that had been inferred is now told: it is booked already, at a price that may have been another. */
const takesInferred = (ledger: DeskLedger, order: Order | undefined, told: ToldExecution, causes: readonly string[]): boolean => {
  const id = order?.intent.clientOrderId;
  const inferred = id === undefined ? undefined : ledger.state.desk.inferred[id];
  if (id === undefined || inferred === undefined || inferred.quantity < told.quantity) return false;
  const left = subtract(inferred.quantity, told.quantity);
  ledger.note('ExecutionBooked', { inferred: { [id]: left === 0n ? null : { ...inferred, quantity: left } } });
  const dearer = subtract(
    notional(inferred.price, signed(told.side, told.quantity)),
    notional(told.price, signed(told.side, told.quantity)),
  );
  if (dearer !== 0n) {
    ledger.book({
      type: 'CashAdjusted',
      id: `ae/${told.executionId}/inferred`,
      at: ledger.at,
      causes,
      amount: dearer,
      currency: ledger.state.account.currency,
      reason: `the execution inferred for ${id} was dealt at another price`,
    });
  }
  return true;
};

const overfill = (
  ledger: DeskLedger,
  order: Order,
  told: ToldExecution,
  excess: Quantity,
  reportId: string,
  policy: DeskPolicy,
  causes: readonly string[],
): void => {
  const { clientOrderId, symbol } = order.intent;
  const executionId = `${told.executionId}#excess`;
  const external = bookExternally(ledger, { ...told, executionId, quantity: excess }, 'overfill', ZERO_MONEY, policy, causes);
  ledger.tell({
    id: `an/${reportId}`,
    code: 'OVERFILL',
    clientOrderId,
    symbol,
    parameters: { execution: told.executionId, excess: String(excess), booked: external },
  });
  const id = differenceIdOf('OVERFILL', told.executionId);
  ledger.note('AccountCompared', {
    differences: {
      [id]: {
        id,
        kind: 'EXECUTION',
        subject: clientOrderId,
        ours: String(told.quantity - excess),
        theirs: String(told.quantity),
        code: 'OVERFILL',
        status: 'OPEN',
        explanation: 'The venue filled more than was asked for. The excess is booked; entries wait until a person has looked at it.',
      },
    },
  });
};

export type ExecutionTaken = 'BOOKED' | 'DUPLICATE' | 'EXTERNAL';

/** Books one execution, once per execution id. What our order can't hold is booked on an order of its own, and told. */
export const takeExecution = (
  ledger: DeskLedger,
  told: ToldExecution,
  reportId: string,
  policy: DeskPolicy,
  causes: readonly string[],
): ExecutionTaken => {
  const { desk } = ledger.state;
  const order = orderNamed(ledger, told);
  const known = desk.executions[told.executionId];
  if (known !== undefined || order?.fillIds.includes(told.executionId) === true) {
    if (
      known !== undefined &&
      (known.quantity !== told.quantity || known.price !== told.price || known.side !== told.side) &&
      known.busted !== true
    ) {
      ledger.tell({
        id: `an/${reportId}`,
        code: 'EXECUTION_CHANGED',
        clientOrderId: known.clientOrderId,
        symbol: known.symbol,
        parameters: { execution: told.executionId },
      });
      correctExecution(ledger, told.executionId, told, reportId, causes);
    }
    ledger.note('ReportSeen', { duplicates: desk.duplicates + 1 });
    return 'DUPLICATE';
  }
  if (takesInferred(ledger, order, told, causes)) {
    remember(ledger, told, order!.intent.clientOrderId, told.commission);
    return 'DUPLICATE';
  }
  const early = desk.commissions[told.executionId];
  const commission = told.commission ?? (early?.currency === ledger.state.account.currency ? early.amount : undefined);
  // A rebate is no commission of a fill: it is booked as what it is.
  const charged = commission !== undefined && commission > 0n ? commission : ZERO_MONEY;
  const taken = bookExecution(ledger, order, told, charged, reportId, policy, causes);
  remember(ledger, told, taken.clientOrderId, commission);
  if (commission !== undefined && commission < 0n) chargeFee(ledger, told.executionId, commission, ledger.state.account.currency, causes);
  return taken.kind;
};

/**
 * More than our terms leave, and no more than those we have asked for: the venue has taken them, and tells the fill before the change. The order as it then is.
 */
const amendedBy = (ledger: DeskLedger, order: Order, told: ToldExecution, causes: readonly string[]): Order => {
  const { clientOrderId } = order.intent;
  const filled = add(order.filledQuantity, told.quantity);
  const taken = ledger
    .requestsOf(clientOrderId, 'REPLACE')
    .find(({ stage, change }) => stage !== 'DUE' && change?.quantity !== undefined && change.quantity >= filled);
  if (told.quantity <= leavesOf(order) || taken === undefined) return order;
  ledger.settle([taken]);
  ledger.trySay(
    clientOrderId,
    { type: 'OrderUpdated', terms: { ...termsOf(order), ...taken.change }, venueOrderId: told.venueOrderId },
    causes,
  );
  return ledger.order(clientOrderId) ?? order;
};

const bookExecution = (
  ledger: DeskLedger,
  order: Order | undefined,
  told: ToldExecution,
  commission: Money,
  reportId: string,
  policy: DeskPolicy,
  causes: readonly string[],
): { readonly kind: ExecutionTaken; readonly clientOrderId: string } => {
  if (order === undefined) {
    const clientOrderId = bookExternally(ledger, told, 'manual', commission, policy, causes);
    ledger.tell({
      id: `an/${reportId}`,
      code: 'UNKNOWN_ORDER',
      clientOrderId,
      symbol: told.symbol,
      parameters: { execution: told.executionId, venueOrder: told.venueOrderId },
    });
    return { kind: 'EXTERNAL', clientOrderId };
  }
  const { clientOrderId, symbol, side } = order.intent;
  if (symbol !== told.symbol || side !== told.side) {
    const external = bookExternally(ledger, told, 'mismatch', commission, policy, causes);
    ledger.tell({
      id: `an/${reportId}`,
      code: 'FILL_MISMATCH',
      clientOrderId,
      symbol: told.symbol,
      parameters: { execution: told.executionId, booked: external },
    });
    return { kind: 'EXTERNAL', clientOrderId: external };
  }
  nameOrder(ledger, told.venueOrderId, clientOrderId);
  const amended = amendedBy(ledger, order, told, causes);
  const { fits, excess } = splitOverfill(amended, told.quantity);
  const fitted = fits > 0n && fill(ledger, amended, { ...told, quantity: fits }, commission, policy, causes);
  if (fits > 0n && !fitted) {
    const external = bookExternally(ledger, told, 'unexpected', commission, policy, causes);
    ledger.tell({
      id: `an/${reportId}`,
      code: 'ILLEGAL_TRANSITION',
      clientOrderId,
      symbol,
      parameters: { execution: told.executionId, status: order.status, booked: external },
    });
    return { kind: 'EXTERNAL', clientOrderId: external };
  }
  if (excess > 0n) overfill(ledger, order, told, excess, reportId, policy, causes);
  return { kind: 'BOOKED', clientOrderId };
};
