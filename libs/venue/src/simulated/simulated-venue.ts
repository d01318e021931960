import type { Bar, BookScale, OrderEvent, Tick } from '@tradewind/market';
import { averagePrice, subtract } from '@tradewind/vocabulary';
import type { Money, Price, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { FullBook } from '../matching/full-book.js';
import { isTrailing } from '../matching/order-trigger.js';
import type { RequestKind } from '../models/latency/latency-model.js';
import { uniformAt } from '../models/latency/seeded-latency.js';
import type { VenueOrder, VenueOrderChange } from '../venue-order.js';
import type { RejectCode, VenueReport } from '../venue-report.js';
import type { VenueOrderView, VenueSnapshot } from '../venue-snapshot.js';
import { matchBarEvent } from './bar-event.js';
import { payBorrow } from './borrow-fee.js';
import { refusalOf, refusalOfTerms, reservedCash } from './order-checks.js';
import { admit, changePhase, openSymbol, wake } from './session-matching.js';
import { buyingPowerOf, openSimulatedAccount, settledCash } from './simulated-account.js';
import { applyTick } from '../matching/tick-matching.js';
import { NOTHING_YET, termsOf, VenueDesk } from './venue-desk.js';
import type { SessionPhase, SimulatedVenueSettings, TradingHalt, VenueOrderReference } from './venue-settings.js';
import type { OrderRecord, RequestInFlight, VenueState } from './venue-state.js';

/** The venue's answer to a request, and what it had to report by then. Reports of the request itself may come later, when there is latency. */
export type VenueAnswer =
  | { readonly status: 'TAKEN'; readonly venueOrderId: string; readonly reports: readonly VenueReport[] }
  | { readonly status: 'REFUSED'; readonly code: RejectCode; readonly message: string; readonly reports: readonly VenueReport[] };

/** What `save` returns: plain data (`encodeState` of the vocabulary writes it as JSON). */
export type SavedVenue = VenueState;

const VERSION = 1;

/**
 * A venue without a market of its own: it takes orders and market events, and says what a venue would say, in order. Deterministic: the same calls with the same
 * times give the same reports, on every machine, also when it is saved and loaded in between. It has no clock; every call brings its time, and time never runs
 * backwards (an earlier time counts as the present). A refusal is an answer and leaves no trace; what is reported of an order stays findable.
 */
export class SimulatedVenue {
  private constructor(private readonly desk: VenueDesk) {}

  static open(settings: SimulatedVenueSettings): SimulatedVenue {
    return new SimulatedVenue(
      new VenueDesk(
        {
          version: VERSION,
          now: 0n as UnixNanos,
          phase: settings.phase ?? 'REGULAR',
          sequence: 0,
          orders: {},
          byClientId: {},
          ended: [],
          inFlight: [],
          markets: {},
          account: openSimulatedAccount(settings.account),
          executions: [],
          executionsSince: 0n as UnixNanos,
          activities: [],
          fullBooks: {},
        },
        settings,
      ),
    );
  }

  /** A venue in the saved state; the settings are those it was opened with. Throws RangeError on a state of another version. */
  static load(saved: SavedVenue, settings: SimulatedVenueSettings): SimulatedVenue {
    if (saved.version !== VERSION) throw new RangeError(`a saved venue of version ${String(saved.version)} can't be read`);
    return new SimulatedVenue(new VenueDesk(structuredClone(saved), settings));
  }

  save(): SavedVenue {
    return this.desk.save();
  }

  /** A new order. Refused at once are ids used before, unknown symbols, unsound terms, and what the account can't carry. */
  submit(order: VenueOrder, at: UnixNanos): VenueAnswer {
    this.advanceTo(at);
    const { desk } = this;
    const refusal = refusalOf(desk, order);
    if (refusal !== undefined) return { status: 'REFUSED', ...refusal, reports: desk.takeReports() };
    const { state, settings } = desk;
    const sequence = (state.sequence += 1);
    const record: OrderRecord = {
      ...NOTHING_YET,
      venueOrderId: `${settings.account.venueAccount}-o${sequence}`,
      sequence,
      order,
      status: 'WORKING',
      working: true,
      stop: order.stopPrice,
      limit: order.limitPrice,
      triggered: false,
      place: undefined,
      waits: true,
      arriving: true,
      reports: 0,
      updatedAt: state.now,
    };
    state.orders[record.venueOrderId] = record;
    state.byClientId[order.clientOrderId] = record.venueOrderId;
    desk.ordersOf(order.symbol).put(record);
    this.send(record, { kind: 'INSERT' });
    return { status: 'TAKEN', venueOrderId: record.venueOrderId, reports: desk.takeReports() };
  }

  /** New terms of a working order. It keeps its place in the queue only when nothing but its quantity shrinks. */
  replace(reference: VenueOrderReference, change: VenueOrderChange, at: UnixNanos): VenueAnswer {
    this.advanceTo(at);
    const record = this.recordOf(reference);
    const refusal = this.faultOfTarget(record) ?? refusalOfTerms(this.desk, { ...record!.order, ...change }, record!);
    if (refusal !== undefined) return { status: 'REFUSED', ...refusal, reports: this.desk.takeReports() };
    record!.status = 'PENDING_UPDATE';
    this.send(record!, { kind: 'UPDATE', change });
    return { status: 'TAKEN', venueOrderId: record!.venueOrderId, reports: this.desk.takeReports() };
  }

  /** Takes a working order back; what fills while the request is on its way has filled. */
  cancel(reference: VenueOrderReference, at: UnixNanos): VenueAnswer {
    this.advanceTo(at);
    const record = this.recordOf(reference);
    const refusal = this.faultOfTarget(record);
    if (refusal !== undefined) return { status: 'REFUSED', ...refusal, reports: this.desk.takeReports() };
    record!.status = 'PENDING_CANCEL';
    this.send(record!, { kind: 'CANCEL' });
    return { status: 'TAKEN', venueOrderId: record!.venueOrderId, reports: this.desk.takeReports() };
  }

  /** A trade, a quote or a change of the book. */
  onTick(tick: Tick): readonly VenueReport[] {
    this.advanceTo(tick.at);
    const market = this.desk.marketOf(tick.symbol);
    if (!market.opened && tick.kind === 'trade') openSymbol(this.desk, tick.symbol, tick.price);
    market.ticks = true;
    applyTick(this.desk, market, tick);
    const mark = tick.kind === 'trade' ? tick.price : undefined;
    if (mark !== undefined) this.desk.state.account.marks[tick.symbol] = mark;
    return this.desk.takeReports();
  }

  /**
   * One change of the recorded full book of a symbol, whose prices and quantities are in units of `scale`. Our resting orders stand in the same queue, so their
   * place is exact. A symbol is fed with these or with ticks of its book, not both.
   */
  onOrderEvent(symbol: Symbol, event: OrderEvent, scale: BookScale): readonly VenueReport[] {
    this.advanceTo(event.at);
    const { desk } = this;
    const market = desk.marketOf(symbol);
    market.ticks = true;
    const book = desk.fullBooks.get(symbol) ?? new FullBook(scale);
    desk.fullBooks.set(symbol, book);
    book.apply(desk, market, event);
    return desk.takeReports();
  }

  /** A finished bar. It matches orders in symbols of which no tick was ever seen; in the others it only marks the position. */
  onBar(bar: Bar): readonly VenueReport[] {
    this.advanceTo(bar.closeTime);
    matchBarEvent(this.desk, bar);
    return this.desk.takeReports();
  }

  /** The session opens, closes or changes into extended hours; `prices` are those of the auctions, by symbol, where they are known. */
  onSession(phase: SessionPhase, at: UnixNanos, prices: Readonly<Record<string, Price>> = {}): readonly VenueReport[] {
    this.advanceTo(at);
    if (this.desk.state.phase === 'REGULAR' && phase !== 'REGULAR') payBorrow(this.desk);
    changePhase(this.desk, phase, prices);
    return this.desk.takeReports();
  }

  onHalt({ symbol, at }: TradingHalt): readonly VenueReport[] {
    this.advanceTo(at);
    this.desk.marketOf(symbol).halted = true;
    return this.desk.takeReports();
  }

  /** Orders that came during the halt begin to work; the book that was shown before it is no longer offered. */
  onResume({ symbol, at }: TradingHalt): readonly VenueReport[] {
    this.advanceTo(at);
    this.desk.marketOf(symbol).halted = false;
    wake(this.desk, symbol);
    return this.desk.takeReports();
  }

  /** Lets time pass: requests on their way arrive. */
  advance(at: UnixNanos): readonly VenueReport[] {
    this.advanceTo(at);
    return this.desk.takeReports();
  }

  /** When the next request on its way arrives; undefined when none is. */
  get nextArrival(): UnixNanos | undefined {
    return this.desk.state.inFlight[0]?.dueAt;
  }

  /** The order with this client order id, working or ended; undefined when the venue never took it. */
  find(clientOrderId: string): VenueOrderView | undefined {
    const id = this.desk.state.byClientId[clientOrderId];
    const record = id === undefined ? undefined : this.desk.state.orders[id];
    return record === undefined ? undefined : viewOf(record);
  }

  /** The account as it stands, with the executions, ended orders and activities from `since` on. */
  snapshot(since: UnixNanos, at: UnixNanos): VenueSnapshot & { readonly settledCash: Money } {
    this.advanceTo(at);
    const { state, settings } = this.desk;
    const { account } = state;
    const positions = Object.entries(account.positions).map(([symbol, position]) => ({
      symbol: symbol as Symbol,
      ...position,
      ...(account.marks[symbol] === undefined ? {} : { marketPrice: account.marks[symbol] }),
    }));
    return {
      at: state.now,
      venueAccount: settings.account.venueAccount,
      ...(settings.account.accountId === undefined ? {} : { accountId: settings.account.accountId }),
      orders: Object.values(state.orders)
        .filter((record) => record.working || record.updatedAt >= since)
        .map(viewOf),
      executions: state.executions.filter((execution) => execution.at >= since),
      executionsSince: since > state.executionsSince ? since : state.executionsSince,
      positions,
      cash: { [settings.account.currency]: account.cash },
      buyingPower: subtract(buyingPowerOf(account, settings.account), reservedCash(this.desk)),
      settledCash: settledCash(account),
      activities: state.activities.filter((activity) => activity.at >= since),
    };
  }

  private recordOf({ venueOrderId, clientOrderId }: VenueOrderReference): OrderRecord | undefined {
    const { orders, byClientId } = this.desk.state;
    const id = venueOrderId ?? (clientOrderId === undefined ? undefined : byClientId[clientOrderId]);
    return id === undefined ? undefined : orders[id];
  }

  private faultOfTarget(record: OrderRecord | undefined): { readonly code: RejectCode; readonly message: string } | undefined {
    if (record === undefined) return { code: 'ORDER_UNKNOWN', message: 'the venue has no such order' };
    if (!record.working) return { code: 'TOO_LATE', message: `the order is ${record.status.toLowerCase()}` };
    return record.status === 'PENDING_CANCEL' ? { code: 'TOO_LATE', message: 'the order is being cancelled' } : undefined;
  }

  /** Puts a request on its way, and carries it out at once when there is no latency. */
  private send(record: OrderRecord, request: RequestInFlight['request']): void {
    const { state, policies, settings } = this.desk;
    const sequence = (state.sequence += 1);
    const kind: RequestKind = request.kind;
    const delay = policies.latency.delay(kind, uniformAt(settings.seed, sequence));
    const flight = { dueAt: (state.now + delay) as UnixNanos, sequence, venueOrderId: record.venueOrderId, request };
    if (delay <= 0n) {
      this.arrive(flight);
      return;
    }
    let place = state.inFlight.length;
    while (place > 0 && state.inFlight[place - 1]!.dueAt > flight.dueAt) place -= 1;
    state.inFlight.splice(place, 0, flight);
  }

  private advanceTo(at: UnixNanos): void {
    const { state } = this.desk;
    for (let next = state.inFlight[0]; next !== undefined && next.dueAt <= at; next = state.inFlight[0]) {
      state.inFlight.shift();
      if (next.dueAt > state.now) state.now = next.dueAt;
      this.arrive(next);
    }
    if (at <= state.now) return;
    state.now = at;
    this.desk.settle();
  }

  private arrive({ venueOrderId, request }: RequestInFlight): void {
    const record = this.desk.state.orders[venueOrderId];
    if (record === undefined) return;
    switch (request.kind) {
      case 'INSERT':
        this.insert(record);
        return;
      case 'UPDATE':
        this.update(record, request.change);
        return;
      case 'CANCEL':
        this.takeBack(record);
    }
  }

  private insert(record: OrderRecord): void {
    const { desk } = this;
    if (!record.working) return;
    desk.ordersOf(record.order.symbol).remove(record);
    record.arriving = false;
    const halted = desk.marketOf(record.order.symbol).halted && desk.policies.halts === 'REJECT';
    if (halted) {
      desk.end(record, { type: 'REJECTED', code: 'HALTED', message: `${record.order.symbol} is halted` });
      return;
    }
    desk.say(record, { type: 'ACCEPTED' });
    admit(desk, record);
  }

  private update(record: OrderRecord, change: VenueOrderChange): void {
    const { desk } = this;
    const order = { ...record.order, ...change };
    const refusal = record.working
      ? refusalOfTerms(desk, order, record)
      : { code: 'TOO_LATE' as const, message: `the order is ${record.status.toLowerCase()}` };
    if (record.status === 'PENDING_UPDATE') record.status = 'WORKING';
    if (refusal !== undefined) {
      desk.say(record, { type: 'UPDATE_REJECTED', ...refusal });
      return;
    }
    const keepsPlace =
      record.place !== undefined && order.limitPrice === record.order.limitPrice && order.quantity <= record.order.quantity;
    const orders = desk.ordersOf(order.symbol);
    orders.remove(record);
    record.order = order;
    if (change.stopPrice !== undefined || (change.trail !== undefined && isTrailing(order.type))) {
      record.stop = change.stopPrice;
    }
    desk.say(record, { type: 'UPDATED', terms: termsOf(record) });
    if (record.arriving || keepsPlace) orders.put(record);
    else {
      record.place = undefined;
      admit(desk, record);
    }
  }

  private takeBack(record: OrderRecord): void {
    const { desk } = this;
    if (record.working) desk.end(record, { type: 'CANCELED', reason: 'REQUESTED' });
    else desk.say(record, { type: 'CANCEL_REJECTED', code: 'TOO_LATE', message: `the order is ${record.status.toLowerCase()}` });
  }
}

const viewOf = (record: OrderRecord): VenueOrderView => {
  const { venueOrderId, order, status, filled, notional, updatedAt } = record;
  return {
    venueOrderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    side: order.side,
    timeInForce: order.timeInForce,
    ...termsOf(record),
    status,
    filledQuantity: filled,
    ...(filled === 0n ? {} : { averagePrice: averagePrice(notional, filled) }),
    updatedAt,
  };
};
