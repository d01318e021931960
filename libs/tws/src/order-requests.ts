import { formatDecimal, type Price, type Quantity } from '@tradewind/vocabulary';

import { REQUEST } from './messages.js';
import { type RoutedContract, routed } from './requests.js';

type Fields = readonly (string | number | boolean)[];

/** An order as it is placed. What is not named here has the value that leaves it out. */
export interface OrderToPlace {
  readonly action: 'BUY' | 'SELL';
  readonly quantity: Quantity;
  readonly orderType: string;
  readonly limitPrice?: Price | undefined;
  readonly auxPrice?: Price | undefined;
  readonly trailStopPrice?: Price | undefined;
  /** 5 is 5%. */
  readonly trailingPercent?: Price | undefined;
  readonly limitOffset?: Price | undefined;
  readonly timeInForce: string;
  readonly ocaGroup: string;
  /** 1 cancels the others, 2 and 3 reduce them; 0 without a group. */
  readonly ocaType: 0 | 1 | 2 | 3;
  readonly account: string;
  readonly orderRef: string;
  readonly outsideRegularHours: boolean;
}

const decimal = (value: Price | undefined): string => (value === undefined ? '' : formatDecimal(value));
const NONE = '';
const none = (count: number): Fields => Array.from({ length: count }, () => NONE);

/** Places an order, or puts new terms in place of one that has the number: at version 178. */
export const placeOrder = (orderId: number, contract: RoutedContract, order: OrderToPlace): Fields => [
  REQUEST.placeOrder,
  orderId,
  ...routed(contract),
  ...none(2), // kind and text of a security id
  order.action,
  formatDecimal(order.quantity),
  order.orderType,
  decimal(order.limitPrice),
  decimal(order.auxPrice),
  order.timeInForce,
  order.ocaGroup,
  order.account,
  NONE, // open or close
  0, // origin: a customer
  order.orderRef,
  true, // transmit
  0, // parent
  false, // block
  false, // sweep to fill
  0, // display size
  0, // trigger method
  order.outsideRegularHours,
  false, // hidden
  NONE, // shares allocation
  0, // discretionary amount
  ...none(6), // good after and until, group, method and percentage of accounts, model
  0, // short sale slot
  NONE, // its location
  -1, // exempt code
  order.ocaType,
  ...none(2), // rule 80A, settling firm
  false, // all or none
  ...none(2), // minimum quantity, percent offset
  false, // electronic only
  false, // firm quotes only
  ...none(7), // NBBO cap, auction strategy, starting and reference price, delta, range
  false, // override of precautions
  ...none(4), // volatility and its kind, hedge and its price
  false, // continuous update
  NONE, // reference price
  decimal(order.trailStopPrice),
  decimal(order.trailingPercent),
  ...none(7), // scale sizes, increment and table, active times, hedge
  false, // opt out of smart routing
  ...none(2), // clearing
  false, // not held
  false, // delta neutral
  ...none(2), // algorithm
  false, // what if
  NONE, // miscellaneous options
  false, // solicited
  false, // randomize size
  false, // randomize price
  0, // conditions
  ...none(2), // adjusted type and its trigger
  decimal(order.limitOffset),
  ...none(3), // adjusted prices
  0, // adjustable trailing unit
  ...none(8), // operator, soft dollars, cash quantity, MiFID II
  false, // auto price for hedges
  false, // OMS container
  false, // discretionary up to the limit
  ...none(3), // price management, duration, ATS
  false, // cancel with the parent
  ...none(2), // override of rejects, manual time
];

export const cancelOrder = (orderId: number): Fields => [REQUEST.cancelOrder, 1, orderId, NONE];
/** Orders of every client and of TWS itself. */
export const allOpenOrders = (): Fields => [REQUEST.allOpenOrders, 1];
/** From now on orders made in TWS by hand get a number of ours; for client 0 alone. */
export const autoOpenOrders = (): Fields => [REQUEST.autoOpenOrders, 1, true];
/** Ended orders of the day, of every client and of TWS itself. */
export const completedOrders = (): Fields => [REQUEST.completedOrders, false];
/** Executions of the day of every client: a filter by nothing but the account. */
export const executions = (requestId: number, account: string): Fields => [REQUEST.executions, 3, requestId, 0, account, ...none(5)];
export const accountUpdates = (subscribe: boolean, account: string): Fields => [REQUEST.accountUpdates, 2, subscribe, account];
export const positions = (): Fields => [REQUEST.positions, 1];
export const cancelPositions = (): Fields => [REQUEST.cancelPositions, 1];
