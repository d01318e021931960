import type { SymbolQuality } from '@tradewind/market';
import type { AccountEvent, AccountSnapshot } from '@tradewind/portfolio';
import type { OrderTerms, OrderType, TimeInForce, Trail, VenueOrderChange } from '@tradewind/venue';
import type { AccountId, Money, Price, Quantity, Side, StepHeader, Symbol, UnixNanos } from '@tradewind/vocabulary';

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
  readonly trail?: Trail;
  /** Of a trailing stop limit. */
  readonly limitOffset?: Price;
  /** Protective stop to keep working beside the position once an entry has filled. */
  readonly protectiveStop?: Price;
  /** Profit target to keep working beside the position once an entry has filled; with a protective stop the two are a bracket, one cancels the other. */
  readonly takeProfit?: Price;
  /** Orders of one group: a fill of one reduces the others by as much, and they end when it is whole. */
  readonly ocoGroup?: string;
  /** Price at the moment of the decision: what shadow trading measures the fills against. */
  readonly referencePrice?: Price;
  /** Which strategy's budget pays for it; empty or absent for the account's own. */
  readonly strategy?: string;
  /** `signal:enter`, `signal:exit`, `breaker:<rule>`, `stop`, `target`, `kill-switch`, `series-end`, `external:<why>` (placed elsewhere, found by reconciliation). All but `signal:enter` only reduce: see `isReduceOnly`. */
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
  /** Held on our side, since the venue does not take it as it is: its trigger is watched here. */
  | (OrderFact & { readonly type: 'OrderEmulated' })
  /** The watched trigger was reached at `price`; what the venue does take is sent. */
  | (OrderFact & { readonly type: 'OrderReleased'; readonly price: Price })
  | (OrderFact & { readonly type: 'OrderSubmitted' })
  | (OrderFact & { readonly type: 'OrderAccepted'; readonly venueOrderId: string })
  | (OrderFact & { readonly type: 'OrderRejected'; readonly code: string })
  | (OrderFact & { readonly type: 'OrderTriggered' })
  | (OrderFact & { readonly type: 'OrderUpdateRequested'; readonly change: VenueOrderChange; readonly reason: string })
  /** The terms as they are from now on; some venues give a replaced order a new id. */
  | (OrderFact & { readonly type: 'OrderUpdated'; readonly terms: OrderTerms; readonly venueOrderId?: string })
  | (OrderFact & { readonly type: 'OrderUpdateRejected'; readonly code: string })
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

/** Something a broker said that can't be true of an honest life of an order. It is told, alerted, and never silently repaired. */
export interface OrderAnomaly {
  /** `an/<report id>`. */
  readonly id: string;
  readonly at: UnixNanos;
  readonly code: OrderAnomalyCode;
  readonly clientOrderId?: string;
  readonly symbol?: Symbol;
  /** Decimal or plain text. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Codes never change their meaning and are never reused. */
export type OrderAnomalyCode =
  | 'OVERFILL'
  | 'DUPLICATE_EXECUTION'
  | 'EXECUTION_CHANGED'
  | 'EXECUTION_BUSTED'
  | 'UNKNOWN_ORDER'
  | 'ILLEGAL_TRANSITION'
  | 'FILL_MISMATCH'
  | 'ORDER_TIMEOUT'
  | 'BROKER_LOST'
  | 'LOGIN_NEEDED'
  /** No anomaly but the end of one: the broker is there again. */
  | 'BROKER_BACK';

/** What became of orders and account outside the steps: broker reports, repairs by reconciliation, corporate actions, orders released by emulation. */
export interface OrdersChanged {
  /** `orders.changes/<account>/<sequence>`: sequences have no gap. */
  readonly id: string;
  /** The run that was going on; empty before the first. */
  readonly run: string;
  readonly accountId: AccountId;
  readonly at: UnixNanos;
  readonly events: readonly OrderEvent[];
  readonly accountEvents: readonly AccountEvent[];
  readonly anomalies: readonly OrderAnomaly[];
  /** After all of it, at the last marks. */
  readonly account: AccountSnapshot;
  readonly causes: readonly string[];
}

/** Where our books and the venue's differ. `id` is derived from what differs, so that a person accepts exactly what was shown. */
export interface ReconciliationDifference {
  readonly id: string;
  readonly kind: 'POSITION' | 'CASH' | 'ORDER' | 'EXECUTION';
  /** Symbol, currency or client order id. */
  readonly subject: string;
  readonly ours: string;
  readonly theirs: string;
  /** Stable: `MISSING_FILL`, `UNKNOWN_ORDER`, `POSITION_FLIP` … */
  readonly code: string;
  /** `REPAIRED` by an event that says so; `OPEN` refuses entries until it is accepted or gone; `ACCEPTED` by a person. */
  readonly status: 'REPAIRED' | 'OPEN' | 'ACCEPTED';
  readonly explanation: string;
}

/** One comparison with the venue that found something, or that ended what an earlier one had found. */
export interface AccountReconciled {
  /** `rec/<account>/<digest of the differences and what they rest on>`. */
  readonly id: string;
  readonly accountId: AccountId;
  readonly at: UnixNanos;
  readonly venue: string;
  readonly differences: readonly ReconciliationDifference[];
  /** False: trading is refused until a person accepts or the venue agrees. */
  readonly tradable: boolean;
}

interface OrdersCommandBase {
  readonly id: string;
  readonly accountId: AccountId;
  readonly actor: string;
  readonly reason: string;
  readonly at: UnixNanos;
}

/** Said by a person (CLI, console). */
export type OrdersCommand =
  | (OrdersCommandBase & { readonly type: 'CancelOrder'; readonly clientOrderId: string })
  | (OrdersCommandBase & { readonly type: 'Reconcile' })
  /** Takes the venue's word for the differences with these ids: they are booked as adjustments with this command as cause. */
  | (OrdersCommandBase & { readonly type: 'AcceptDifferences'; readonly differenceIds: readonly string[] })
  | (OrdersCommandBase & { readonly type: 'RecordAccountEvent'; readonly event: AccountEvent });
