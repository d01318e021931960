import type { Money, Price, Quantity, UnixNanos } from '@tradewind/vocabulary';

import type { TwsContract } from '../contract.js';
import type { PlacedOrder } from './placed-order.js';

export type TwsOrderStatus = 'PendingSubmit' | 'PreSubmitted' | 'Submitted' | 'PendingCancel' | 'Cancelled' | 'Filled' | 'Inactive';

/** One order as TWS keeps it. */
export interface OrderRecord {
  /** The account's own number of it. */
  readonly permId: number;
  /** -1 for one made by hand that no client has bound. */
  clientId: number;
  /** Of the client; negative for one made by hand, as TWS numbers those that are bound. 0 while it has none. */
  orderId: number;
  readonly contract: TwsContract;
  /** Where the client routed it. */
  readonly exchange: string;
  terms: PlacedOrder;
  status: TwsOrderStatus;
  filled: Quantity;
  averagePrice: Price;
  lastFillPrice: Price;
  whyHeld: string;
  completedAt: UnixNanos | undefined;
  completedStatus: string;
  /** A client, or somebody in TWS, asked for its end. */
  cancelRequested: boolean;
}

export const isEnded = ({ status }: OrderRecord): boolean => status === 'Cancelled' || status === 'Filled' || status === 'Inactive';

/** One execution as TWS keeps it; a correction is one more, whose id ends in the next number. */
export interface ExecutionRecord {
  readonly executionId: string;
  readonly record: OrderRecord;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly at: UnixNanos;
  readonly cumulative: Quantity;
  readonly averagePrice: Price;
  readonly exchange: string;
  /** Undefined when there is none to tell. */
  readonly commission: Money | undefined;
}

const LAST_NUMBER = /\.(\d{2})$/;

/** The id of an execution's next correction: `…01.01` is corrected by `…01.02`. */
export const correctionOf = (executionId: string): string =>
  executionId.replace(LAST_NUMBER, (_all, digits: string) => `.${String(Number(digits) + 1).padStart(2, '0')}`);
