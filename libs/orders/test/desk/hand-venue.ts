import { absolute, add, averagePrice, money, notional, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Money, Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';
import type {
  VenueActivity,
  VenueExecution,
  VenueOrder,
  VenueOrderChange,
  VenueOrderView,
  VenuePosition,
  VenueReport,
  VenueSnapshot,
} from '@tradewind/venue';

import type { RequestAnswer } from '../../src/index.js';

type Body<R> = R extends VenueReport ? Omit<R, 'id' | 'at' | 'symbol' | 'venueOrderId' | 'clientOrderId'> : never;

interface Held {
  quantity: Quantity;
  cost: Money;
}

/** A venue driven by hand: nothing fills, ends or is told unless the test says so. It keeps what a venue keeps, and takes an order of one id once. */
export class HandVenue {
  readonly orders = new Map<string, VenueOrderView>();
  readonly executions: VenueExecution[] = [];
  readonly activities: VenueActivity[] = [];
  readonly held = new Map<Symbol, Held>();
  cash: Money = money('100000');
  reports: VenueReport[] = [];
  executionsSince: UnixNanos | undefined;
  submissions = 0;
  #told = 0;

  constructor(public now: UnixNanos) {}

  submit(order: VenueOrder): RequestAnswer {
    this.submissions += 1;
    if (this.orders.has(order.clientOrderId))
      return { status: 'REFUSED', code: 'DUPLICATE_ORDER_ID', message: 'client order id must be unique' };
    const venueOrderId = `v-${this.orders.size + 1}`;
    const { extendedHours: _hours, ocoGroup: _group, ...terms } = order;
    this.orders.set(order.clientOrderId, { ...terms, venueOrderId, status: 'WORKING', filledQuantity: ZERO_QUANTITY, updatedAt: this.now });
    this.#tell(order.clientOrderId, { type: 'ACCEPTED' });
    return { status: 'TAKEN', venueOrderId };
  }

  cancel(clientOrderId: string): RequestAnswer {
    const order = this.orders.get(clientOrderId);
    if (order === undefined) return { status: 'REFUSED', code: 'ORDER_UNKNOWN', message: '' };
    if (order.status !== 'WORKING') return { status: 'REFUSED', code: 'TOO_LATE', message: '' };
    this.#set(clientOrderId, { status: 'CANCELED' });
    this.#tell(clientOrderId, { type: 'CANCELED', reason: 'client' });
    return { status: 'TAKEN', venueOrderId: order.venueOrderId };
  }

  replace(clientOrderId: string, change: VenueOrderChange): RequestAnswer {
    const order = this.orders.get(clientOrderId);
    if (order?.status !== 'WORKING') return { status: 'REFUSED', code: 'TOO_LATE', message: '' };
    const { venueOrderId, type } = order;
    this.#set(clientOrderId, change);
    const now = this.orders.get(clientOrderId)!;
    const prices = {
      ...(now.limitPrice === undefined ? {} : { limitPrice: now.limitPrice }),
      ...(now.stopPrice === undefined ? {} : { stopPrice: now.stopPrice }),
    };
    this.#tell(clientOrderId, { type: 'UPDATED', terms: { type, quantity: now.quantity, ...prices } });
    return { status: 'TAKEN', venueOrderId };
  }

  /** Fills so much of an order, more than it asks for if told so. */
  fill(clientOrderId: string, quantity: Quantity, price: Price, commission?: Money): void {
    const order = this.orders.get(clientOrderId)!;
    const filledQuantity = add(order.filledQuantity, quantity);
    const spent = add(notional(order.averagePrice ?? (0n as Price), order.filledQuantity), notional(price, quantity));
    this.#set(clientOrderId, {
      filledQuantity,
      averagePrice: averagePrice(spent, filledQuantity),
      ...(filledQuantity >= order.quantity ? { status: 'FILLED' as const } : {}),
    });
    const executionId = `ex-${this.executions.length + 1}`;
    const { venueOrderId, symbol, side } = order;
    const ours = order.clientOrderId === undefined ? {} : { clientOrderId: order.clientOrderId };
    const charge = commission === undefined ? {} : { commission };
    const execution: VenueExecution = { executionId, venueOrderId, ...ours, symbol, side, quantity, price, at: this.now, ...charge };
    this.executions.push(execution);
    this.#deal(symbol, side === 'BUY' ? quantity : (-quantity as Quantity), price, commission);
    this.reports.push({ ...execution, type: 'FILLED', id: `r/${executionId}` });
  }

  end(clientOrderId: string, status: 'CANCELED' | 'EXPIRED' | 'REJECTED'): void {
    this.#set(clientOrderId, { status });
    if (status === 'CANCELED') this.#tell(clientOrderId, { type: 'CANCELED', reason: 'venue' });
    else if (status === 'EXPIRED') this.#tell(clientOrderId, { type: 'EXPIRED' });
    else this.#tell(clientOrderId, { type: 'REJECTED', code: 'BUYING_POWER', message: 'no' });
  }

  /** Somebody trades by hand, past us. */
  trade(symbol: Symbol, side: 'BUY' | 'SELL', quantity: Quantity, price: Price, told = false): void {
    const venueOrderId = `m-${this.executions.length + 1}`;
    const executionId = `ex-${this.executions.length + 1}`;
    const execution: VenueExecution = { executionId, venueOrderId, symbol, side, quantity, price, at: this.now };
    this.executions.push(execution);
    this.#deal(symbol, side === 'BUY' ? quantity : (-quantity as Quantity), price);
    if (told) this.reports.push({ ...execution, type: 'FILLED', id: `r/${executionId}` });
  }

  /** Everything not told yet, in order. */
  take(): readonly VenueReport[] {
    const { reports } = this;
    this.reports = [];
    return reports;
  }

  find(clientOrderId: string): VenueOrderView | undefined {
    return this.orders.get(clientOrderId);
  }

  snapshot(since: UnixNanos): VenueSnapshot {
    const from = this.executionsSince ?? since;
    const positions: VenuePosition[] = [...this.held].map(([symbol, { quantity, cost }]) => ({
      symbol,
      quantity,
      averagePrice: absolute(averagePrice(cost, quantity)),
    }));
    return {
      at: this.now,
      venueAccount: 'DU1',
      orders: [...this.orders.values()],
      executions: this.executions.filter(({ at }) => at >= from),
      executionsSince: from,
      positions,
      cash: { USD: this.cash },
      activities: this.activities.filter(({ at }) => at >= since),
    };
  }

  hold(symbol: Symbol, quantity: Quantity, cost: Money): void {
    if (quantity === 0n) this.held.delete(symbol);
    else this.held.set(symbol, { quantity, cost });
  }

  #deal(symbol: Symbol, quantity: Quantity, price: Price, commission: Money = 0n as Money): void {
    const before = this.held.get(symbol) ?? { quantity: ZERO_QUANTITY, cost: 0n as Money };
    const after = add(before.quantity, quantity);
    const grows = before.quantity === 0n || before.quantity > 0n === quantity > 0n;
    const flips = !grows && before.quantity > 0n !== after > 0n;
    const cost = grows
      ? add(before.cost, notional(price, quantity))
      : flips
        ? notional(price, after)
        : (((before.cost * after) / before.quantity) as Money);
    this.hold(symbol, after, cost);
    this.cash = subtract(subtract(this.cash, notional(price, quantity)), commission);
  }

  #set(clientOrderId: string, change: Partial<VenueOrderView>): void {
    this.orders.set(clientOrderId, { ...this.orders.get(clientOrderId)!, ...change, updatedAt: this.now });
  }

  #tell(clientOrderId: string, body: Body<VenueReport>): void {
    const { symbol, venueOrderId } = this.orders.get(clientOrderId)!;
    this.#told += 1;
    this.reports.push({ ...body, id: `r-${this.#told}`, at: this.now, symbol, venueOrderId, clientOrderId } as VenueReport);
  }
}
