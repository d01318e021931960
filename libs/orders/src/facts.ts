import type { SymbolQuality } from '@tradewind/market';
import type { AccountSnapshot } from '@tradewind/portfolio';
import type { Money, Price, Quantity, Side, StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

export type OrderType = 'MARKET' | 'LIMIT' | 'STOP' | 'STOP_LIMIT';
export type TimeInForce = 'DAY' | 'GTC' | 'IOC' | 'FOK' | 'OPG' | 'CLS';

/** The fourteen states of SPEC OR1. */
export type OrderStatus =
  | 'INITIALIZED'
  | 'DENIED'
  | 'EMULATED'
  | 'RELEASED'
  | 'SUBMITTED'
  | 'ACCEPTED'
  | 'REJECTED'
  | 'TRIGGERED'
  | 'PENDING_UPDATE'
  | 'PENDING_CANCEL'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'EXPIRED';

/** What risk approved. `clientOrderId` is derived from the decision (OR4): the same decision can never become two orders. */
export interface OrderIntent {
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Quantity;
  readonly limitPrice?: Price;
  readonly stopPrice?: Price;
  /** Protective stop to keep working beside the position once an entry has filled. */
  readonly protectiveStop?: Price;
  /** `signal:enter`, `signal:exit`, `breaker:<rule>`, `stop`, `kill-switch`, `series-end`. All but `signal:enter` only reduce: see `isReduceOnly`. */
  readonly purpose: string;
  /** Id of the approving verdict. */
  readonly verdictId: string;
}

interface OrderFact {
  /** `oe/<clientOrderId>/<sequence>`, unique and derived. */
  readonly id: string;
  readonly clientOrderId: string;
  readonly symbol: Symbol;
  readonly at: UnixNanos;
  readonly causes: readonly string[];
}

/** Immutable facts of an order's life, named in the past tense. */
export type OrderEvent =
  | (OrderFact & { readonly type: 'OrderInitialized'; readonly intent: OrderIntent })
  | (OrderFact & { readonly type: 'OrderDenied'; readonly code: string })
  | (OrderFact & { readonly type: 'OrderSubmitted' })
  | (OrderFact & { readonly type: 'OrderAccepted'; readonly venueOrderId: string })
  | (OrderFact & { readonly type: 'OrderRejected'; readonly code: string })
  | (OrderFact & { readonly type: 'OrderTriggered' })
  | (OrderFact & { readonly type: 'OrderCancelRequested'; readonly reason: string })
  | (OrderFact & { readonly type: 'OrderCancelRejected'; readonly code: string })
  | (OrderFact & { readonly type: 'OrderCanceled'; readonly reason: string })
  | (OrderFact & { readonly type: 'OrderExpired' })
  | (OrderFact & {
      readonly type: 'OrderFilled';
      /** Venue execution id; `fl/<clientOrderId>/<n>` on the paper venue. A trade is booked once per id. */
      readonly fillId: string;
      readonly side: Side;
      readonly quantity: Quantity;
      readonly price: Price;
      readonly commission: Money;
      /** Signed cost of slippage against the reference price, in money; 0 for none. */
      readonly slippage: Money;
      readonly leavesQuantity: Quantity;
    });

/** What a step's bars did to working orders, and the account marked at their closes. First half of an orders step. */
export interface ExecutionsReported {
  readonly header: StepHeader;
  readonly events: readonly OrderEvent[];
  readonly account: AccountSnapshot;
  /** As market data told it with the bars: nothing new may be traded in these symbols. By symbol. */
  readonly lowQuality: readonly SymbolQuality[];
  readonly final: boolean;
}

/** What became of the step's approved intents. Second half of an orders step, and the end of the step for the whole pipeline. */
export interface OrdersPlaced {
  readonly header: StepHeader;
  readonly events: readonly OrderEvent[];
  readonly final: boolean;
}

/** Working orders cancelled by a halt, outside the steps. */
export interface OrdersHalted {
  readonly id: string;
  readonly at: UnixNanos;
  readonly events: readonly OrderEvent[];
  readonly causes: readonly string[];
}
