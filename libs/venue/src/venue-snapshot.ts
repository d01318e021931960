import type { AccountId, Decimal, Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { OrderTerms, TimeInForce } from './venue-order.js';

/** What the venue holds an order to be; partial fills show in `filledQuantity`. */
export type VenueOrderStatus = 'WORKING' | 'PENDING_CANCEL' | 'PENDING_UPDATE' | 'FILLED' | 'CANCELED' | 'REJECTED' | 'EXPIRED';

/** One order as the venue shows it. */
export interface VenueOrderView extends OrderTerms {
  readonly venueOrderId: string;
  readonly clientOrderId?: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly timeInForce: TimeInForce;
  readonly status: VenueOrderStatus;
  readonly filledQuantity: Quantity;
  /** Undefined before the first fill. */
  readonly averagePrice?: Price;
  readonly updatedAt: UnixNanos;
}

/** One execution as the venue lists it. */
export interface VenueExecution {
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

export interface VenuePosition {
  readonly symbol: Symbol;
  /** Signed; positive is long. Never zero. */
  readonly quantity: Quantity;
  readonly averagePrice: Price;
  readonly marketPrice?: Price;
}

/** A dividend, fee, interest, transfer … as the venue booked it. */
export interface VenueActivity {
  readonly id: string;
  readonly kind: 'DIVIDEND' | 'SPLIT' | 'FEE' | 'INTEREST' | 'BORROW' | 'TRANSFER' | 'OTHER';
  readonly at: UnixNanos;
  readonly symbol?: Symbol;
  /** Signed change of cash. */
  readonly amount: Money;
  readonly currency: string;
  /** SPLIT: new shares for old ones. */
  readonly ratio?: { readonly numerator: bigint; readonly denominator: bigint };
  readonly description: string;
}

/** The venue's view of the account, read as one: what reconciliation compares with ours. */
export interface VenueSnapshot {
  readonly at: UnixNanos;
  /** The venue's name of the account. */
  readonly venueAccount: string;
  readonly accountId?: AccountId;
  /** All working orders, and the orders that ended since `executionsSince`. */
  readonly orders: readonly VenueOrderView[];
  readonly executions: readonly VenueExecution[];
  /** From here on the list of executions is complete; later than asked for when the venue keeps less. */
  readonly executionsSince: UnixNanos;
  readonly positions: readonly VenuePosition[];
  /** By currency, e.g. `USD`; settled and unsettled together. */
  readonly cash: Readonly<Record<string, Money>>;
  /** Units of the account's currency for one of each, where the venue tells it. */
  readonly rates?: Readonly<Record<string, Decimal>>;
  readonly buyingPower?: Money;
  readonly activities: readonly VenueActivity[];
}
