import type { ContractName, OrderFields, OrderStatus } from '@tradewind/tws';
import type { OrderTerms, RejectCode } from '@tradewind/venue';
import { type Price, type Quantity, type Symbol, type UnixNanos, ZERO_PRICE, ZERO_QUANTITY } from '@tradewind/vocabulary';

export interface Refused {
  readonly code: RejectCode;
  readonly message: string;
}

/** One order as far as TWS has told of it. */
export interface KnownOrder {
  readonly clientId: number;
  readonly orderId: number;
  /** 0 until IB has given it one. */
  permId: number;
  readonly clientOrderId: string | undefined;
  readonly symbol: Symbol;
  readonly contract: ContractName | undefined;
  /** As TWS last showed it; undefined before that. */
  fields: OrderFields | undefined;
  /** As placed, then as shown. */
  terms: OrderTerms;
  status: OrderStatus | undefined;
  filled: Quantity;
  averagePrice: Price;
  updatedAt: UnixNanos;
  /** What has been told of it. */
  accepted: boolean;
  triggered: boolean;
  ended: boolean;
  /** We asked for its end, or TWS said that somebody did (202). */
  cancelAsked: boolean;
  cancelReason: string;
  /** New terms were asked for and neither shown nor refused yet. */
  updateAsked: boolean;
  /** Why it was refused, once TWS has said so. */
  refused: Refused | undefined;
}

type Identity = Pick<KnownOrder, 'clientId' | 'orderId' | 'permId' | 'clientOrderId' | 'symbol' | 'contract' | 'terms' | 'updatedAt'>;

export const knownOrder = (identity: Identity): KnownOrder => ({
  ...identity,
  fields: undefined,
  status: undefined,
  filled: ZERO_QUANTITY,
  averagePrice: ZERO_PRICE,
  accepted: false,
  triggered: false,
  ended: false,
  cancelAsked: false,
  cancelReason: '',
  updateAsked: false,
  refused: undefined,
});

const OUR_ID = /^[A-Za-z0-9-]{1,32}$/;

/** The reference as a client order id; undefined for one that could be none of ours. */
export const clientOrderIdOf = (orderRef: string): string | undefined => (OUR_ID.test(orderRef) ? orderRef : undefined);
