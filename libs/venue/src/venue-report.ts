import type { Money, Price, Quantity, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { OrderTerms } from './venue-order.js';

/** Why a venue refused; its own words go into the message. */
export type RejectCode =
  | 'ORDER_INVALID'
  | 'SYMBOL_UNKNOWN'
  | 'NOT_TRADABLE'
  | 'MARKET_CLOSED'
  | 'HALTED'
  | 'BUYING_POWER'
  | 'POSITION_INSUFFICIENT'
  | 'NOT_SHORTABLE'
  | 'PRICE_INVALID'
  | 'DUPLICATE_ORDER_ID'
  | 'UNSUPPORTED'
  | 'RATE_LIMITED'
  | 'ACCOUNT_BLOCKED'
  | 'ORDER_UNKNOWN'
  | 'TOO_LATE'
  | 'OTHER';

interface ReportBase {
  /**
   * Unique in the life of the account and derived from what the venue says, so that the same report told twice, by the stream and by a snapshot, has the
   * same id. Of a fill it holds the execution id.
   */
  readonly id: string;
  /** When it happened, by the venue's clock. */
  readonly at: UnixNanos;
  readonly symbol: Symbol;
  /** The venue's id of the order. A replaced order may get a new one: UPDATED tells it. */
  readonly venueOrderId: string;
  /** Ours, as the venue gave it back; undefined for an order that somebody placed elsewhere. */
  readonly clientOrderId?: string;
}

/** What a venue says about an order. */
export type VenueReport = ReportBase &
  (
    | { readonly type: 'ACCEPTED' }
    | { readonly type: 'REJECTED'; readonly code: RejectCode; readonly message: string }
    | { readonly type: 'TRIGGERED' }
    | { readonly type: 'UPDATED'; readonly terms: OrderTerms }
    | { readonly type: 'UPDATE_REJECTED'; readonly code: RejectCode; readonly message: string }
    | { readonly type: 'CANCELED'; readonly reason: string }
    | { readonly type: 'CANCEL_REJECTED'; readonly code: RejectCode; readonly message: string }
    | { readonly type: 'EXPIRED' }
    | {
        readonly type: 'FILLED';
        /** The venue's execution id. */
        readonly executionId: string;
        readonly side: Side;
        readonly quantity: Quantity;
        readonly price: Price;
        /** Undefined when the venue tells it later (COMMISSIONED) or with its statement. */
        readonly commission?: Money;
      }
    | { readonly type: 'COMMISSIONED'; readonly executionId: string; readonly commission: Money; readonly currency: string }
    /** The venue took an execution back. */
    | { readonly type: 'BUSTED'; readonly executionId: string }
    /** The venue put another price or quantity in place of an execution's. */
    | { readonly type: 'CORRECTED'; readonly executionId: string; readonly quantity: Quantity; readonly price: Price }
  );

export type VenueReportOf<T extends VenueReport['type']> = Extract<VenueReport, { readonly type: T }>;
