import type { OrderStatus } from './facts.js';
import { OrderError } from './order-error.js';

/**
 * What can happen to an order. A fill is `PartialFill` or `FullFill` by what it leaves; an amendment is `UpdatedToFilled` when it leaves nothing.
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
  | 'UpdatedToFilled'
  | 'OrderUpdateRejected'
  | 'OrderCancelRequested'
  | 'OrderCancelRejected'
  | 'OrderCanceled'
  | 'OrderExpired'
  | 'PartialFill'
  | 'FullFill';

/** The next status; or back to the status beneath a pending one; or pending as before, over what the row of the status beneath makes of it. */
type Next = OrderStatus | 'BENEATH' | 'OVER';

/** A row that looks odd says which real event makes it. */
interface OddRow {
  readonly next: Next;
  readonly because: string;
}

type Rows = Readonly<Partial<Record<OrderTrigger, Next | OddRow>>>;

const odd = (next: Next, because: string): OddRow => ({ next, because });

/** The life cycle. A row that is not here is illegal. */
export const TRANSITIONS: Readonly<Record<OrderStatus, Rows>> = {
  INITIALIZED: {
    OrderDenied: 'DENIED',
    OrderEmulated: 'EMULATED',
    OrderSubmitted: 'SUBMITTED',
    OrderAccepted: odd('ACCEPTED', 'found at the broker by reconciliation: placed elsewhere, or sent before we died'),
    OrderCanceled: odd('CANCELED', 'withdrawn before it was sent'),
    OrderExpired: odd('EXPIRED', 'its session ended before it could be sent'),
  },
  DENIED: {},
  EMULATED: {
    OrderReleased: 'RELEASED',
    OrderUpdated: odd('EMULATED', 'its trail has moved, we changed it on our side, or its group was filled in part'),
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
  },
  RELEASED: {
    OrderSubmitted: 'SUBMITTED',
    OrderUpdated: odd('RELEASED', 'its group was filled in part while it waited for the other side to be cancelled'),
    OrderDenied: odd('DENIED', 'risk is asked again at the moment of release'),
    OrderCanceled: odd('CANCELED', 'withdrawn before it was sent, or its group is whole'),
    OrderExpired: odd('EXPIRED', 'its session ended before it could be sent'),
  },
  SUBMITTED: {
    OrderAccepted: 'ACCEPTED',
    OrderRejected: 'REJECTED',
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderUpdated: odd('SUBMITTED', 'the venue rounds or caps a price as it takes the order, before it acknowledges'),
    OrderUpdateRejected: odd('SUBMITTED', 'the answer to a repeated request'),
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCancelRejected: odd('SUBMITTED', 'the answer to a repeated cancel that overtook the order itself'),
    OrderCanceled: odd('CANCELED', 'an IOC or FOK that found nothing is never acknowledged'),
    OrderExpired: odd('EXPIRED', 'an auction order whose auction passed'),
    OrderTriggered: odd('TRIGGERED', 'the trigger overtook the acknowledgement'),
    PartialFill: odd('PARTIALLY_FILLED', 'the execution overtook the acknowledgement'),
    FullFill: odd('FILLED', 'the execution overtook the acknowledgement'),
  },
  ACCEPTED: {
    OrderAccepted: odd('ACCEPTED', 'acknowledged by the broker, then by the exchange; or suspended and working again'),
    OrderRejected: odd('REJECTED', 'accepted overnight by the broker, refused by the exchange at the open'),
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderUpdated: odd('ACCEPTED', 'amended by the venue itself, for a split or its group; or the answer to a repeated request'),
    OrderUpdateRejected: odd('ACCEPTED', 'the answer to a repeated request'),
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCancelRejected: odd('ACCEPTED', 'the answer to a repeated cancel'),
    OrderCanceled: odd('CANCELED', 'by the venue: one cancels other, position gone, halt'),
    OrderExpired: 'EXPIRED',
    OrderTriggered: 'TRIGGERED',
    PartialFill: 'PARTIALLY_FILLED',
    FullFill: 'FILLED',
  },
  REJECTED: {
    OrderRejected: odd('REJECTED', 'told twice: by an error and by a status'),
    OrderCanceled: odd('REJECTED', 'told twice: refused by an error, then shown as cancelled'),
    OrderCancelRejected: odd('REJECTED', 'we asked to cancel what had just been refused'),
    OrderUpdateRejected: odd('REJECTED', 'we asked to amend what had just been refused'),
  },
  TRIGGERED: {
    OrderAccepted: odd('TRIGGERED', 'the acknowledgement that the trigger overtook, or that of the order it released'),
    OrderRejected: odd('REJECTED', 'the order that the trigger released was refused'),
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderUpdated: odd('TRIGGERED', 'amended by the venue itself, or the answer to a repeated request'),
    OrderUpdateRejected: odd('TRIGGERED', 'the answer to a repeated request'),
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCancelRejected: odd('TRIGGERED', 'the answer to a repeated cancel'),
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    OrderTriggered: odd('TRIGGERED', 'told twice: by the stream and by a snapshot'),
    PartialFill: 'PARTIALLY_FILLED',
    FullFill: 'FILLED',
  },
  PENDING_UPDATE: {
    OrderAccepted: odd('OVER', 'the request overtook the acknowledgement'),
    OrderRejected: odd('REJECTED', 'the order that was to be amended was never taken'),
    OrderUpdateRequested: odd('PENDING_UPDATE', 'asked again, or asked for more, before the first answer'),
    OrderUpdated: 'BENEATH',
    UpdatedToFilled: odd('FILLED', 'amended down to what was filled by then: nothing is left'),
    OrderUpdateRejected: 'BENEATH',
    OrderCancelRequested: odd('PENDING_CANCEL', 'cancelling does not wait for an amendment'),
    OrderCancelRejected: odd('PENDING_UPDATE', 'the late answer to a cancel from before the request'),
    OrderCanceled: odd('CANCELED', 'ended while the amendment was under way'),
    OrderExpired: odd('EXPIRED', 'ended while the amendment was under way'),
    OrderTriggered: odd('OVER', 'triggered while the amendment was under way'),
    PartialFill: odd('OVER', 'filled while the amendment was under way'),
    FullFill: odd('FILLED', 'filled while the amendment was under way'),
  },
  PENDING_CANCEL: {
    OrderAccepted: odd('OVER', 'the cancel overtook the acknowledgement'),
    OrderRejected: odd('REJECTED', 'the order that was to be cancelled was never taken'),
    OrderUpdated: odd('PENDING_CANCEL', 'the amendment that was under way when we asked to cancel'),
    UpdatedToFilled: odd('FILLED', 'that amendment left nothing to cancel'),
    OrderUpdateRejected: odd('PENDING_CANCEL', 'the amendment that was under way when we asked to cancel'),
    OrderCancelRequested: odd('PENDING_CANCEL', 'asked again: the first cancel was never answered'),
    OrderCancelRejected: 'BENEATH',
    OrderCanceled: 'CANCELED',
    OrderExpired: odd('EXPIRED', 'its session ended while the cancel was under way'),
    OrderTriggered: odd('OVER', 'triggered while the cancel was under way'),
    PartialFill: odd('OVER', 'filled while the cancel was under way'),
    FullFill: odd('FILLED', 'the cancel came too late'),
  },
  PARTIALLY_FILLED: {
    OrderAccepted: odd('PARTIALLY_FILLED', 'the acknowledgement that the fill overtook'),
    OrderUpdateRequested: 'PENDING_UPDATE',
    OrderUpdated: odd('PARTIALLY_FILLED', 'amended by the venue itself, or the answer to a repeated request'),
    UpdatedToFilled: odd('FILLED', 'amended down to what was filled by then: nothing is left'),
    OrderUpdateRejected: odd('PARTIALLY_FILLED', 'the answer to a repeated request'),
    OrderCancelRequested: 'PENDING_CANCEL',
    OrderCancelRejected: odd('PARTIALLY_FILLED', 'the answer to a repeated cancel'),
    OrderCanceled: 'CANCELED',
    OrderExpired: 'EXPIRED',
    OrderTriggered: odd('PARTIALLY_FILLED', 'the trigger that the fill overtook'),
    PartialFill: 'PARTIALLY_FILLED',
    FullFill: 'FILLED',
  },
  FILLED: {
    OrderAccepted: odd('FILLED', 'the acknowledgement that the fill overtook'),
    OrderTriggered: odd('FILLED', 'the trigger that the fill overtook'),
    OrderUpdated: odd('PARTIALLY_FILLED', 'enlarged before the fill used up the old quantity, told after it: the order goes on'),
    UpdatedToFilled: odd('FILLED', 'amended to what was filled by then, told after the fill'),
    OrderUpdateRejected: odd('FILLED', 'too late to amend: the answer to a request that crossed the fill'),
    OrderCancelRejected: odd('FILLED', 'too late to cancel: the answer to a cancel that crossed the fill'),
  },
  CANCELED: {
    OrderAccepted: odd('CANCELED', 'the acknowledgement that the cancel overtook: an IOC that found nothing'),
    OrderTriggered: odd('CANCELED', 'the trigger that the cancel overtook'),
    OrderUpdated: odd('CANCELED', 'an amendment from before the cancel, told after it'),
    UpdatedToFilled: odd('FILLED', 'an amendment from before the cancel left nothing to cancel'),
    OrderUpdateRejected: odd('CANCELED', 'the cancel overtook the amendment'),
    OrderCancelRejected: odd('CANCELED', 'the answer to a second cancel'),
    OrderCanceled: odd('CANCELED', 'told twice: by an error and by a status'),
    OrderExpired: odd('CANCELED', 'our cancel crossed the end of the session; the venue says both'),
    PartialFill: odd('CANCELED', 'executed before the cancel, told after it; the cancel stands for the rest'),
    FullFill: odd('FILLED', 'executed before the cancel, told after it; nothing was left to cancel'),
  },
  EXPIRED: {
    OrderAccepted: odd('EXPIRED', 'the acknowledgement that the expiry overtook: an auction without us'),
    OrderTriggered: odd('EXPIRED', 'the trigger that the expiry overtook'),
    OrderUpdated: odd('EXPIRED', 'an amendment from before the expiry, told after it'),
    UpdatedToFilled: odd('FILLED', 'an amendment from before the expiry left nothing to expire'),
    OrderUpdateRejected: odd('EXPIRED', 'we asked to amend what had just expired'),
    OrderCancelRejected: odd('EXPIRED', 'we asked to cancel what had just expired'),
    OrderCanceled: odd('EXPIRED', 'our cancel crossed the end of the session; the venue says both'),
    OrderExpired: odd('EXPIRED', 'told twice: by the stream and by a snapshot'),
    PartialFill: odd('EXPIRED', 'executed in the closing auction, told after the expiry'),
    FullFill: odd('FILLED', 'executed in the closing auction, told after the expiry'),
  },
};

const TERMINAL: ReadonlySet<OrderStatus> = new Set(['DENIED', 'REJECTED', 'FILLED', 'CANCELED', 'EXPIRED']);

/** Nothing more is expected of the order; the late news that its rows name are still booked. */
export const isTerminal = (status: OrderStatus): boolean => TERMINAL.has(status);

export interface Standing {
  readonly status: OrderStatus;
  /** While an update or cancel is pending: what the order is if the venue refuses it; else the status itself. */
  readonly beneath: OrderStatus;
}

const isPending = (status: OrderStatus): boolean => status === 'PENDING_UPDATE' || status === 'PENDING_CANCEL';

const rowOf = (status: OrderStatus, trigger: OrderTrigger): Next => {
  const row = TRANSITIONS[status][trigger];
  if (row === undefined) throw new OrderError('TRANSITION_ILLEGAL', `${trigger} cannot follow ${status}`);
  return typeof row === 'string' ? row : row.next;
};

/** The standing after `trigger`. Throws OrderError TRANSITION_ILLEGAL. */
export const nextStanding = ({ status, beneath }: Standing, trigger: OrderTrigger): Standing => {
  const next = rowOf(status, trigger);
  if (next === 'BENEATH') return { status: beneath, beneath };
  // The statuses beneath a pending one are never pending themselves, so this ends after one look.
  if (next === 'OVER') return { status, beneath: nextStanding({ status: beneath, beneath }, trigger).status };
  return { status: next, beneath: isPending(next) ? beneath : next };
};
