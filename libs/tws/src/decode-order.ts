import { decodeContractName } from './decode-contract-name.js';
import type { FieldCursor } from './field-cursor.js';
import { type AccountMessage, ORDER_STATUSES, type OrderFields } from './messages.js';

const LEGS_MAX = 100;
const PARAMETERS_MAX = 1000;
/** Fields of a condition after its kind and its conjunction, by kind: price, time, margin, execution, volume, change in percent. */
const CONDITION_FIELDS: ReadonlyMap<number, number> = new Map([
  [1, 5],
  [3, 2],
  [4, 2],
  [5, 3],
  [6, 4],
  [7, 4],
]);

type Terms = Pick<
  OrderFields,
  'contract' | 'action' | 'quantity' | 'orderType' | 'limitPrice' | 'auxPrice' | 'timeInForce' | 'ocaGroup' | 'account' | 'orderRef'
>;

/** A short sale is a sale: only institutions mark it. */
const ACTIONS = { BUY: 'BUY', SELL: 'SELL', SSHORT: 'SELL' } as const;

const decodeTerms = (cursor: FieldCursor): Terms => {
  const contract = decodeContractName(cursor);
  const action = ACTIONS[cursor.one('action', ['BUY', 'SELL', 'SSHORT'])];
  const quantity = cursor.quantity('total quantity');
  const orderType = cursor.text('order type');
  const [limitPrice, auxPrice] = [cursor.priceIfAny('limit price'), cursor.priceIfAny('aux price')];
  const [timeInForce, ocaGroup, account] = [cursor.text('time in force'), cursor.text('oca group'), cursor.text('account')];
  cursor.skip('open or close', 'origin');
  return {
    contract,
    action,
    quantity,
    orderType,
    limitPrice,
    auxPrice,
    timeInForce,
    ocaGroup,
    account,
    orderRef: cursor.text('order reference'),
  };
};

const decodeIds = (cursor: FieldCursor): { readonly permId: number; readonly outsideRegularHours: boolean } => {
  const permId = cursor.count('permanent id', Number.MAX_SAFE_INTEGER);
  const outsideRegularHours = cursor.flag('outside regular hours');
  cursor.skip('hidden', 'discretionary amount', 'good after time');
  return { permId, outsideRegularHours };
};

/** Allocation, validity and institutional fields, from the group of accounts to the exempt code: none of them is used. */
const skipAllocation = (cursor: FieldCursor): void => cursor.skipCount('allocation', 11);

const decodeTrail = (cursor: FieldCursor, volatilityFields: number): Pick<OrderFields, 'trailingPercent'> => {
  cursor.skip('volatility', 'volatility type');
  const hedged = cursor.text('delta neutral order type');
  cursor.skip('delta neutral aux price');
  if (hedged !== '') cursor.skipCount('delta neutral', volatilityFields);
  cursor.skip('continuous update', 'reference price type', 'trail stop price');
  return { trailingPercent: cursor.priceIfAny('trailing percent') };
};

const skipCombos = (cursor: FieldCursor): void => {
  cursor.skip('combo legs description');
  cursor.skipCount('combo leg', 8 * cursor.count('combo legs', LEGS_MAX));
  cursor.skipCount('combo leg price', cursor.count('combo leg prices', LEGS_MAX));
  cursor.skipCount('smart combo parameter', 2 * cursor.count('smart combo parameters', PARAMETERS_MAX));
};

const skipScale = (cursor: FieldCursor): void => {
  cursor.skip('scale initial size', 'scale next size');
  if (cursor.priceIfAny('scale price increment') !== undefined) cursor.skipCount('scale', 7);
  if (cursor.text('hedge type') !== '') cursor.skip('hedge parameter');
};

const skipAlgorithm = (cursor: FieldCursor): void => {
  if (cursor.flag('delta neutral contract')) cursor.skipCount('delta neutral contract', 3);
  if (cursor.text('algo strategy') !== '') cursor.skipCount('algo parameter', 2 * cursor.count('algo parameters', PARAMETERS_MAX));
  cursor.skip('solicited');
};

const skipConditions = (cursor: FieldCursor, orderType: string): void => {
  cursor.skip('randomize size', 'randomize price');
  if (orderType === 'PEG BENCH' || orderType === 'PEGBENCH') cursor.skipCount('peg to benchmark', 5);
  const count = cursor.count('conditions', LEGS_MAX);
  for (let index = 0; index < count; index += 1) {
    const kind = cursor.integer('condition kind');
    const fields = CONDITION_FIELDS.get(kind) ?? cursor.fail('condition kind', '1, 3, 4, 5, 6 or 7', kind);
    cursor.skipCount('condition', 1 + fields);
  }
  if (count > 0) cursor.skip('conditions outside regular hours', 'conditions cancel');
};

/** Open orders as version 178 writes them. */
export const decodeOpenOrder = (cursor: FieldCursor): AccountMessage => {
  const orderId = cursor.integer('order id');
  cursor.requestId = orderId;
  const terms = decodeTerms(cursor);
  const clientId = cursor.integer('client id');
  const ids = decodeIds(cursor);
  cursor.skip('shares allocation');
  skipAllocation(cursor);
  // Auction strategy, box and peg prices, display size, block, sweep, all or none, minimum quantity, OCA type, e-trade, firm quote, NBBO cap, parent, trigger.
  cursor.skipCount('execution', 17);
  const { trailingPercent } = decodeTrail(cursor, 8);
  cursor.skip('basis points', 'basis points type');
  skipCombos(cursor);
  skipScale(cursor);
  cursor.skip('opt out of smart routing', 'clearing account', 'clearing intent', 'not held');
  skipAlgorithm(cursor);
  cursor.skip('what if');
  const status = cursor.one('status', ORDER_STATUSES);
  cursor.skipCount('margin and commission', 13);
  cursor.skip('warning');
  skipConditions(cursor, terms.orderType);
  cursor.skip('adjusted order type', 'trigger price');
  const trailStopPrice = cursor.priceIfAny('trail stop price');
  const limitOffset = cursor.priceIfAny('limit price offset');
  return { kind: 'open-order', order: { ...terms, ...ids, orderId, clientId, status, trailingPercent, trailStopPrice, limitOffset } };
};

/** Ended orders as version 178 writes them. */
export const decodeCompletedOrder = (cursor: FieldCursor): AccountMessage => {
  const terms = decodeTerms(cursor);
  const ids = decodeIds(cursor);
  skipAllocation(cursor);
  // Box and peg prices, display size, sweep, all or none, minimum quantity, OCA type, trigger.
  cursor.skipCount('execution', 11);
  const { trailingPercent } = decodeTrail(cursor, 4);
  skipCombos(cursor);
  skipScale(cursor);
  cursor.skip('clearing account', 'clearing intent', 'not held');
  skipAlgorithm(cursor);
  const status = cursor.one('status', ORDER_STATUSES);
  skipConditions(cursor, terms.orderType);
  const trailStopPrice = cursor.priceIfAny('trail stop price');
  const limitOffset = cursor.priceIfAny('limit price offset');
  cursor.skip('cash quantity', 'auto price for hedge', 'oms container', 'auto cancel date');
  const filledQuantity = cursor.quantity('filled quantity');
  cursor.skip('reference future', 'auto cancel parent', 'shareholder', 'imbalance only', 'route to bbo', 'parent permanent id');
  const completedAt = cursor.civilTimeIfAny('completed time');
  const completedStatus = cursor.text('completed status');
  return {
    kind: 'completed-order',
    order: { ...terms, ...ids, status, trailingPercent, trailStopPrice, limitOffset, filledQuantity, completedAt, completedStatus },
  };
};

export const decodeOrderStatus = (cursor: FieldCursor): AccountMessage => {
  const orderId = cursor.integer('order id');
  cursor.requestId = orderId;
  const status = cursor.one('status', ORDER_STATUSES);
  const [filled, remaining] = [cursor.quantity('filled'), cursor.quantity('remaining')];
  const averagePrice = cursor.average('average fill price');
  const permId = cursor.count('permanent id', Number.MAX_SAFE_INTEGER);
  cursor.skip('parent id', 'last fill price');
  const clientId = cursor.integer('client id');
  return {
    kind: 'order-status',
    report: { orderId, clientId, permId, status, filled, remaining, averagePrice, whyHeld: cursor.text('why held') },
  };
};
