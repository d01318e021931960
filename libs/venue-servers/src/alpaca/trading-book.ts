import type { SimulatedVenue, VenueAnswer, VenueOrderChange, VenueReport, VenueReportOf } from '@tradewind/venue';
import {
  add,
  type Decimal,
  divideHalfEven,
  type Instrument,
  type Price,
  type Quantity,
  subtract,
  type Symbol,
  type UnixNanos,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import { noteFill, OPEN, openOrder, type OrderTermsOf, type TradingOrder, type TradingStatus, uuidOf } from './trading-orders.js';
import { answerTo, invalid, notFound, Refused, unprocessable } from './trading-refusal.js';
import type { ChangeRequest, LegRequest, OrderRequest } from './trading-request.js';

/** One execution as activities list it. */
export interface TradingExecution {
  readonly id: string;
  readonly order: TradingOrder;
  readonly at: UnixNanos;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly cumulative: Quantity;
  readonly leaves: Quantity;
}

/** What the stream tells of an order. `fill` goes with fill and partial_fill. */
export interface TradingUpdate {
  readonly event: string;
  readonly order: TradingOrder;
  readonly at: UnixNanos;
  readonly execution?: TradingExecution;
  readonly positionQuantity?: Quantity;
}

export interface TradingBookSettings {
  /** Ids are made from it: those of two accounts differ. */
  readonly accountNumber: string;
  readonly instruments: Readonly<Record<string, Instrument>>;
  now(): UnixNanos;
  /** What a market order costs a share about now; undefined before any quote. */
  priceOf(symbol: Symbol): Price | undefined;
  update(update: TradingUpdate): void;
}

const SCALE = 1_000_000_000n;

/** The orders of one account as Alpaca keeps them, on an exchange that matches them. */
export class TradingBook {
  readonly orders = new Map<string, TradingOrder>();
  readonly executions: TradingExecution[] = [];
  readonly positions = new Map<Symbol, Quantity>();
  private readonly byClientId = new Map<string, string>();
  /** The exchange's order to the one that stands for it now. */
  private readonly current = new Map<string, string>();
  /** Replacements that the exchange has not confirmed, by its order. */
  private readonly pending = new Map<string, string>();
  private count = 0;

  constructor(
    private readonly venue: SimulatedVenue,
    private readonly settings: TradingBookSettings,
  ) {}

  get(id: string): TradingOrder | undefined {
    return this.orders.get(id);
  }
  withClientId(clientOrderId: string): TradingOrder | undefined {
    return this.orders.get(this.byClientId.get(clientOrderId) ?? '');
  }
  legsOf(order: TradingOrder): readonly TradingOrder[] {
    return order.legs.map((id) => this.orders.get(id)!);
  }

  /** Places the order and its legs. Throws Refused. `answered` is called with what REST answers, before anything that follows from the order. */
  submit<T>(request: OrderRequest, answered: (order: TradingOrder) => T): T {
    const { symbol } = request;
    if (this.settings.instruments[symbol] === undefined) throw new Refused(invalid(`asset "${symbol}" not found`));
    if (request.clientOrderId !== undefined && this.byClientId.has(request.clientOrderId))
      throw new Refused(invalid('client_order_id must be unique'));
    const price = request.orderClass === 'oco' ? request.takeProfit?.limitPrice : request.limitPrice;
    const order = this.record({ ...request, limitPrice: price, quantity: this.quantityOf(request) }, request.clientOrderId, undefined);
    const legs = this.legRequests(request).map((leg) => this.legOf(order, leg));
    const taken = this.place(order, request.orderClass === 'oco' ? order.id : undefined);
    this.keep(order);
    for (const leg of legs) this.keep(leg);
    const result = answered(order);
    this.tell('pending_new', order);
    this.apply(taken.reports);
    if (request.orderClass === 'oco') this.release(order);
    return result;
  }

  /** Throws Refused. */
  replace<T>(id: string, change: ChangeRequest, answered: (order: TradingOrder) => T): T {
    const order = this.open(id, 'replaced');
    if (order.status === 'held' || order.status === 'pending_replace')
      throw new Refused(unprocessable(`cannot replace order in ${order.status} status`));
    if (order.notional !== undefined) throw new Refused(unprocessable('notional orders cannot be replaced'));
    if (change.clientOrderId !== undefined && this.byClientId.has(change.clientOrderId))
      throw new Refused(invalid('client_order_id must be unique'));
    const before = add(order.filledBefore, order.filled);
    const trail =
      change.trail === undefined || order.trail === undefined
        ? order.trail
        : { ...order.trail, value: order.trail.by === 'AMOUNT' ? change.trail : ((change.trail / 100n) as Decimal) };
    const terms = {
      quantity: change.quantity ?? order.quantity,
      limitPrice: change.limitPrice ?? order.limitPrice,
      stopPrice: change.stopPrice ?? order.stopPrice,
      trail,
    };
    const asked: VenueOrderChange = {
      quantity: add(before, terms.quantity),
      ...(change.limitPrice === undefined ? {} : { limitPrice: change.limitPrice }),
      ...(change.stopPrice === undefined ? {} : { stopPrice: change.stopPrice }),
      ...(change.trail === undefined || trail === undefined ? {} : { trail }),
    };
    const taken = this.venue.replace({ venueOrderId: order.venueOrderId! }, asked, this.settings.now());
    if (taken.status === 'REFUSED') throw new Refused(answerTo(taken.code, taken.message, order));
    const next = this.record({ ...order, ...terms }, change.clientOrderId, order.parent);
    next.replaces = order.id;
    next.venueOrderId = order.venueOrderId;
    next.filledBefore = before;
    order.replacedBy = next.id;
    order.status = 'pending_replace';
    this.keep(next);
    this.pending.set(order.venueOrderId!, next.id);
    const result = answered(next);
    this.apply(taken.reports);
    return result;
  }

  /** Throws Refused. */
  cancel(id: string): void {
    const order = this.open(id, 'canceled');
    if (order.status === 'held') {
      this.end(order, 'canceled');
      return;
    }
    const taken = this.venue.cancel({ venueOrderId: order.venueOrderId! }, this.settings.now());
    if (taken.status === 'REFUSED') throw new Refused(unprocessable('order is not cancelable'));
    order.status = 'pending_cancel';
    this.apply(taken.reports);
  }

  /** What the exchange says, in its order. */
  apply(reports: readonly VenueReport[]): void {
    for (const report of reports) {
      const order = this.orders.get(this.current.get(report.venueOrderId) ?? '');
      if (order !== undefined) this.applyOne(order, report);
    }
  }

  private applyOne(order: TradingOrder, report: VenueReport): void {
    order.updatedAt = report.at;
    switch (report.type) {
      case 'ACCEPTED':
        this.tell('new', order, 'new');
        return;
      case 'FILLED':
        this.fill(order, report);
        return;
      case 'CANCELED':
        this.end(order, 'canceled');
        return;
      case 'EXPIRED':
        this.end(order, 'expired');
        return;
      case 'REJECTED':
        this.end(order, 'rejected');
        return;
      case 'UPDATED':
        this.replaced(order, report);
        return;
      case 'UPDATE_REJECTED':
        this.replacementRejected(order);
        return;
      case 'CANCEL_REJECTED':
        this.tell('order_cancel_rejected', order, this.workingStatusOf(order));
        return;
      default:
        return;
    }
  }

  private fill(order: TradingOrder, { quantity, price, at }: VenueReportOf<'FILLED'>): void {
    noteFill(order, quantity, price);
    const leaves = subtract(order.quantity, order.filled);
    const execution = {
      id: uuidOf(`${this.settings.accountNumber}/execution/${(this.count += 1)}`),
      order,
      at,
      quantity,
      price,
      cumulative: order.filled,
      leaves,
    };
    this.executions.push(execution);
    const held = add(this.positions.get(order.symbol) ?? ZERO_QUANTITY, (order.side === 'BUY' ? quantity : -quantity) as Quantity);
    this.positions.set(order.symbol, held);
    order.status =
      leaves === 0n
        ? 'filled'
        : order.status === 'pending_replace' || order.status === 'pending_cancel'
          ? order.status
          : 'partially_filled';
    if (leaves === 0n) order.endedAt = at;
    this.settings.update({ event: leaves === 0n ? 'fill' : 'partial_fill', order: { ...order }, at, execution, positionQuantity: held });
    if (leaves === 0n && order.orderClass !== 'oco') this.release(order);
  }

  private replaced(order: TradingOrder, { venueOrderId, at, terms }: VenueReportOf<'UPDATED'>): void {
    const next = this.orders.get(this.pending.get(venueOrderId) ?? '');
    if (next === undefined) {
      // The other order of a pair has filled in part: this one is for as much less.
      order.quantity = subtract(terms.quantity, order.filledBefore);
      return;
    }
    this.pending.delete(venueOrderId);
    this.current.set(venueOrderId, next.id);
    order.endedAt = at;
    this.tell('replaced', order, 'replaced');
    this.tell('new', next, 'new');
  }

  private replacementRejected(order: TradingOrder): void {
    const next = this.orders.get(this.pending.get(order.venueOrderId!) ?? '');
    if (next === undefined) return;
    this.pending.delete(order.venueOrderId!);
    this.tell('order_replace_rejected', order, this.workingStatusOf(order));
    order.replacedBy = undefined;
    next.endedAt = this.settings.now();
    this.tell('rejected', next, 'rejected');
  }

  private end(order: TradingOrder, status: TradingStatus & ('canceled' | 'expired' | 'rejected')): void {
    order.endedAt = this.settings.now();
    this.tell(status, order, status);
    for (const leg of this.legsOf(order)) if (leg.status === 'held') this.end(leg, 'canceled');
  }

  /** What an order is again when a request about it is refused; what has ended stays so. */
  private workingStatusOf(order: TradingOrder): TradingStatus {
    if (!OPEN.has(order.status)) return order.status;
    return order.filled > 0n ? 'partially_filled' : 'new';
  }

  private tell(event: string, order: TradingOrder, status: TradingStatus = order.status): void {
    order.status = status;
    this.settings.update({ event, order: { ...order }, at: order.updatedAt });
  }

  /** The legs of an order that is filled, or of a pair, begin to work. */
  private release(order: TradingOrder): void {
    for (const leg of this.legsOf(order)) {
      if (leg.status !== 'held') continue;
      try {
        const { reports } = this.place(leg, order.id);
        this.apply(reports);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.end(leg, 'rejected');
      }
    }
  }

  private place(order: TradingOrder, group: string | undefined): Extract<VenueAnswer, { status: 'TAKEN' }> {
    const { symbol, side, type, timeInForce, quantity, limitPrice, stopPrice, trail, extendedHours } = order;
    const taken = this.venue.submit(
      {
        clientOrderId: this.venueClientIdOf(order),
        symbol,
        side,
        type,
        timeInForce,
        quantity,
        ...(limitPrice === undefined ? {} : { limitPrice }),
        ...(stopPrice === undefined ? {} : { stopPrice }),
        ...(trail === undefined ? {} : { trail }),
        ...(extendedHours ? { extendedHours } : {}),
        ...(group === undefined ? {} : { ocoGroup: group.replaceAll('-', '') }),
      },
      this.settings.now(),
    );
    if (taken.status === 'REFUSED') throw new Refused(answerTo(taken.code, taken.message, order));
    order.venueOrderId = taken.venueOrderId;
    order.status = 'pending_new';
    this.current.set(taken.venueOrderId, order.id);
    return taken;
  }

  /** The exchange's client order ids are ours to choose: Alpaca's own may be longer than it takes. */
  private venueClientIdOf({ id }: TradingOrder): string {
    return id.replaceAll('-', '');
  }

  private legRequests({ orderClass, takeProfit, stopLoss }: OrderRequest): readonly LegRequest[] {
    const profit = orderClass === 'bracket' || orderClass === 'oto' ? takeProfit : undefined;
    return [profit, stopLoss].filter((leg) => leg !== undefined);
  }

  private legOf(parent: TradingOrder, { limitPrice, stopPrice }: LegRequest): TradingOrder {
    const type = stopPrice === undefined ? 'LIMIT' : limitPrice === undefined ? 'STOP' : 'STOP_LIMIT';
    const side = parent.orderClass === 'oco' ? parent.side : parent.side === 'BUY' ? 'SELL' : 'BUY';
    const leg = this.record({ ...parent, side, type, limitPrice, stopPrice, trail: undefined, notional: undefined }, undefined, parent.id);
    leg.status = 'held';
    parent.legs.push(leg.id);
    return leg;
  }

  private record(terms: OrderTermsOf, clientOrderId: string | undefined, parent: string | undefined): TradingOrder {
    const id = uuidOf(`${this.settings.accountNumber}/order/${(this.count += 1)}`);
    return openOrder(terms, { id, clientOrderId: clientOrderId ?? uuidOf(`client/${id}`), parent, at: this.settings.now() });
  }

  private keep(order: TradingOrder): void {
    this.orders.set(order.id, order);
    this.byClientId.set(order.clientOrderId, order.id);
  }

  private quantityOf({ quantity, notional, symbol }: OrderRequest): Quantity {
    if (quantity !== undefined) return quantity;
    const price = this.settings.priceOf(symbol);
    if (price === undefined) throw new Refused(unprocessable(`no price of "${symbol}" to work out a quantity from`));
    return divideHalfEven(notional! * SCALE, price) as Quantity;
  }

  private open(id: string, becoming: string): TradingOrder {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Refused(invalid('order_id is missing'));
    const order = this.orders.get(id);
    if (order === undefined) throw new Refused(notFound(`order not found for ${id}`));
    if (OPEN.has(order.status)) return order;
    throw new Refused(unprocessable(`order is already in "${order.status}" state and cannot be ${becoming}`));
  }
}
