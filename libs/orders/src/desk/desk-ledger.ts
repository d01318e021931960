import { snapshotOf } from '@tradewind/portfolio';
import type { AccountEvent } from '@tradewind/portfolio';
import type { VenueOrderChange } from '@tradewind/venue';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { OrderAnomaly, OrderEvent, OrderIntent, OrdersChanged } from '../facts.js';
import type { OrderEventBody } from '../ledger.js';
import { OrderError } from '../order-error.js';
import type { Order } from '../order.js';
import type { StageEvent } from '../stage-state.js';
import { TRANSITIONS } from '../transition.js';
import type { OrderTrigger } from '../transition.js';
import { evolveDesk } from './desk-state.js';
import type { DeskChanges, DeskEvent, DeskEventType, DeskRequest, DeskState } from './desk-state.js';

/** What one decision of the desk led to. `changed` is there when there is something to tell outside the steps. */
export interface DeskOutcome {
  readonly state: DeskState;
  readonly events: readonly DeskEvent[];
  readonly changed: OrdersChanged | undefined;
}

/** Writes down what happens during one message; state changes through events only. */
export class DeskLedger {
  readonly events: DeskEvent[] = [];
  readonly orderEvents: OrderEvent[] = [];
  readonly accountEvents: AccountEvent[] = [];
  readonly anomalies: OrderAnomaly[] = [];

  /** `at` is the time that events bear, the venue's of its reports; `now` is ours, which requests go by. */
  constructor(
    public state: DeskState,
    public at: UnixNanos,
    readonly now: UnixNanos = at,
  ) {}

  stage(event: StageEvent): void {
    this.record(event);
  }

  note(type: DeskEventType, changes: DeskChanges): void {
    const { account, desk } = this.state;
    this.record({ type, id: `dk/${account.accountId}/${desk.noted}`, at: this.at, changes });
  }

  book(event: AccountEvent): void {
    this.record({ type: 'AccountBooked', id: event.id, at: this.at, event });
    this.accountEvents.push(event);
  }

  tell(anomaly: Omit<OrderAnomaly, 'at'>): void {
    this.anomalies.push({ ...anomaly, at: this.at });
  }

  /** An order by our id, open or kept after its end. */
  order(clientOrderId: string): Order | undefined {
    return this.state.open[clientOrderId]?.order ?? this.state.closed[clientOrderId]?.order;
  }

  /** The table has a row for it. */
  canSay(clientOrderId: string, trigger: OrderTrigger): boolean {
    const order = this.order(clientOrderId);
    return order !== undefined && TRANSITIONS[order.status][trigger] !== undefined;
  }

  initialize(intent: OrderIntent, causes: readonly string[]): void {
    const { clientOrderId, symbol } = intent;
    this.recordOrder({ type: 'OrderInitialized', id: `oe/${clientOrderId}/0`, clientOrderId, symbol, at: this.at, causes, intent });
  }

  /** Returns the id of the event. Throws OrderError when there is no such order or the table has no such row. */
  say(clientOrderId: string, body: OrderEventBody, causes: readonly string[]): string {
    const order = this.order(clientOrderId);
    if (order === undefined) throw new OrderError('ORDER_UNKNOWN', `order ${clientOrderId} is unknown`);
    const id = `oe/${clientOrderId}/${order.eventCount}`;
    this.recordOrder({ ...body, id, clientOrderId, symbol: order.intent.symbol, at: this.at, causes });
    return id;
  }

  /** The same; undefined, and nothing written, when the order or the table won't have it. */
  trySay(clientOrderId: string, body: OrderEventBody, causes: readonly string[]): string | undefined {
    try {
      return this.say(clientOrderId, body, causes);
    } catch (error) {
      if (error instanceof OrderError) return undefined;
      throw error;
    }
  }

  deny(intent: OrderIntent, code: string, causes: readonly string[]): void {
    this.initialize(intent, causes);
    this.say(intent.clientOrderId, { type: 'OrderDenied', code }, causes);
  }

  /** A request that the sender is to carry out. */
  request(kind: DeskRequest['kind'], clientOrderId: string, change?: VenueOrderChange): void {
    const { requested } = this.state.desk;
    const id = `rq/${requested}`;
    const request: DeskRequest = {
      id,
      kind,
      clientOrderId,
      stage: kind === 'LOOK' ? 'IN_DOUBT' : 'DUE',
      since: this.now,
      at: this.now,
      attempts: 0,
      looks: 0,
      ...(change === undefined ? {} : { change }),
    };
    this.note('RequestDecided', { requested: requested + 1, requests: { [id]: request } });
  }

  settle(requests: readonly DeskRequest[]): void {
    if (requests.length > 0) this.note('RequestSettled', { requests: Object.fromEntries(requests.map(({ id }) => [id, null])) });
  }

  restage(request: DeskRequest, next: Partial<DeskRequest>): void {
    this.note('RequestSettled', { requests: { [request.id]: { ...request, ...next } } });
  }

  requestsOf(clientOrderId: string, kind?: DeskRequest['kind']): readonly DeskRequest[] {
    return Object.values(this.state.desk.requests).filter(
      (request) => request.clientOrderId === clientOrderId && (kind === undefined || request.kind === kind),
    );
  }

  /** A client order id part that no other order of this account has. */
  nextGenerated(): number {
    const { generated } = this.state.desk;
    this.note('ProtectionPlanned', { generated: generated + 1 });
    return generated;
  }

  held(symbol: Symbol): bigint {
    return this.state.account.positions[symbol]?.quantity ?? 0n;
  }

  /** Closes the message: what there is to tell gets the next sequence of `orders.changes`. */
  outcome(causes: readonly string[]): DeskOutcome {
    const changed = this.changed(causes);
    return { state: this.state, events: this.events, changed };
  }

  private changed(causes: readonly string[]): OrdersChanged | undefined {
    const { orderEvents, accountEvents, anomalies } = this;
    if (orderEvents.length + accountEvents.length + anomalies.length === 0) return undefined;
    const { account, desk, run } = this.state;
    this.note('ChangesTold', { changes: desk.changes + 1 });
    return {
      id: `orders.changes/${account.accountId}/${desk.changes}`,
      run,
      accountId: account.accountId,
      at: this.at,
      events: orderEvents,
      accountEvents,
      anomalies,
      account: snapshotOf(this.state.account, this.at),
      causes,
    };
  }

  private recordOrder(event: OrderEvent): void {
    this.record(event);
    this.orderEvents.push(event);
  }

  private record(event: DeskEvent): void {
    this.state = evolveDesk(this.state, event);
    this.events.push(event);
  }
}
