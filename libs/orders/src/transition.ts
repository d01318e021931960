import type { OrderStatus } from './facts.js';
import { OrderError } from './order-error.js';

/**
 * What can happen to an order. A fill is `PartialFill` or `FullFill` by what it leaves. Emulated, released and update rows belong to orders held or
 * amended at a real broker; the paper venue never says them, and their facts join the contract with the first broker that does.
 */
export type OrderTrigger =
  | 'OrderDenied'
  | 'OrderEmulated'
  | 'OrderReleased'
  | 'OrderSubmitted'
  | 'OrderAccepted'
  | 'OrderRejected'
  | 'OrderTriggered'
  | 'OrderUpdateRequested'
  | 'OrderUpdated'
  | 'OrderUpdateRejected'
  | 'OrderCancelRequested'
  | 'OrderCancelRejected'
  | 'OrderCanceled'
  | 'OrderExpired'
  | 'PartialFill'
  | 'FullFill';

/** Either the next status; or a pending status that goes on, over a new status beneath; or back to the status beneath. */
type Next = OrderStatus | { readonly pending: OrderStatus; readonly beneath: OrderStatus } | 'BENEATH';
type Row = Readonly<Partial<Record<OrderTrigger, Next>>>;

/** The life cycle. A row that is not here is illegal. */
export const TRANSITIONS: Readonly<Record<OrderStatus, Row>> = {
  INITIALIZED: {
    OrderDenied: 'DENIED',
    OrderEmulated: 'EMULATED',
    OrderSubmitted: 'SUBMITTED',
    OrderAccepted: 'ACCEPTED', // found at the broker by reconciliation: it was sent, but we died before we wrote that down
    OrderCanceled: 'CANCELED', // withdrawn before it was sent
  },
  DENIED: {},
  EMULATED: { OrderReleased: 'RELEASED', OrderCanceled: 'CANCELED', OrderExpired: 'EXPIRED' },
  RELEASED: {
    OrderSubmitted: 'SUBMITTED',
    OrderDenied: 'DENIED', // risk is asked again at the moment of release
    OrderCanceled: 'CANCELED',
  },
  SUBMITTED: {
    OrderAccepted: 'ACCEPTED',
    OrderRejected: 'REJECTED',
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCanceled: 'CANCELED', // an IOC or FOK that found nothing is never acknowledged
    OrderExpired: 'EXPIRED', // an auction order whose auction passed
    OrderTriggered: 'TRIGGERED', // the trigger overtook the acknowledgement
    PartialFill: 'PARTIALLY_FILLED', // the execution overtook the acknowledgement
    FullFill: 'FILLED', // same
  },
  ACCEPTED: {
    OrderRejected: 'REJECTED', // accepted overnight by the broker, refused by the exchange at the open
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderUpdated: 'ACCEPTED', // amended by the venue itself, e.g. for a split
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCanceled: 'CANCELED', // by the venue: one cancels other, position gone, halt
    OrderExpired: 'EXPIRED',
    OrderTriggered: 'TRIGGERED',
    PartialFill: 'PARTIALLY_FILLED',
    FullFill: 'FILLED',
  },
  REJECTED: {},
  TRIGGERED: {
    OrderAccepted: 'TRIGGERED', // the acknowledgement that the trigger overtook
    OrderRejected: 'REJECTED', // the released child order was refused
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    PartialFill: 'PARTIALLY_FILLED',
    FullFill: 'FILLED',
  },
  PENDING_UPDATE: {
    OrderAccepted: { pending: 'PENDING_UPDATE', beneath: 'ACCEPTED' }, // the request overtook the acknowledgement
    OrderRejected: 'REJECTED', // the order that was to be amended was never taken
    OrderUpdated: 'BENEATH',
    OrderUpdateRejected: 'BENEATH',
    OrderCancelRequested: 'PENDING_CANCEL', // cancelling does not wait for an amendment
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    OrderTriggered: { pending: 'PENDING_UPDATE', beneath: 'TRIGGERED' }, // triggered while the amendment was under way
    PartialFill: { pending: 'PENDING_UPDATE', beneath: 'PARTIALLY_FILLED' }, // filled while the amendment was under way
    FullFill: 'FILLED', // same
  },
  PENDING_CANCEL: {
    OrderAccepted: { pending: 'PENDING_CANCEL', beneath: 'ACCEPTED' }, // the cancel overtook the acknowledgement
    OrderRejected: 'REJECTED',
    OrderUpdated: 'PENDING_CANCEL', // the amendment that was under way when we asked to cancel
    OrderUpdateRejected: 'PENDING_CANCEL', // same
    OrderCancelRejected: 'BENEATH',
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    OrderTriggered: { pending: 'PENDING_CANCEL', beneath: 'TRIGGERED' },
    PartialFill: { pending: 'PENDING_CANCEL', beneath: 'PARTIALLY_FILLED' }, // filled while the cancel was under way
    FullFill: 'FILLED', // the cancel came too late
  },
  PARTIALLY_FILLED: {
    OrderAccepted: 'PARTIALLY_FILLED', // the acknowledgement that the fill overtook
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderUpdated: 'PARTIALLY_FILLED',
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    PartialFill: 'PARTIALLY_FILLED',
    FullFill: 'FILLED',
  },
  FILLED: {
    OrderAccepted: 'FILLED', // the acknowledgement that the fill overtook
    OrderCancelRejected: 'FILLED', // "too late to cancel": the answer to a cancel that crossed the fill
    OrderUpdateRejected: 'FILLED', // same, for an amendment
  },
  CANCELED: {
    OrderCancelRejected: 'CANCELED', // the answer to a second cancel
    PartialFill: 'CANCELED', // executed before the cancel, reported after it; the cancel stands for the rest
    FullFill: 'FILLED', // same, and nothing was left to cancel
  },
  EXPIRED: {
    OrderCancelRejected: 'EXPIRED', // we asked to cancel what had just expired
    PartialFill: 'EXPIRED', // executed in the closing auction, reported after the expiry
    FullFill: 'FILLED', // same
  },
};

const TERMINAL: ReadonlySet<OrderStatus> = new Set(['DENIED', 'REJECTED', 'FILLED', 'CANCELED', 'EXPIRED']);

/** Nothing more is expected of the order; late fills of a cancelled or expired one are still booked. */
export const isTerminal = (status: OrderStatus): boolean => TERMINAL.has(status);

export interface Standing {
  readonly status: OrderStatus;
  /** While an update or cancel is pending: what the order is if the venue refuses it; else the status itself. */
  readonly beneath: OrderStatus;
}

/** The standing after `trigger`. Throws OrderError TRANSITION_ILLEGAL. */
export const nextStanding = (standing: Standing, trigger: OrderTrigger): Standing => {
  const next = TRANSITIONS[standing.status][trigger];
  if (next === undefined) throw new OrderError('TRANSITION_ILLEGAL', `${trigger} cannot follow ${standing.status}`);
  if (next === 'BENEATH') return { status: standing.beneath, beneath: standing.beneath };
  if (typeof next === 'object') return { status: next.pending, beneath: next.beneath };
  return { status: next, beneath: next === 'PENDING_UPDATE' || next === 'PENDING_CANCEL' ? standing.beneath : next };
};
