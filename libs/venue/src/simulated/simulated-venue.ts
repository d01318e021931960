import type { Bar, BookScale, OrderEvent, Tick } from '@tradewind/market';
import type { Money, Price, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { FullBook } from '../matching/full-book.js';
import type { VenueOrder, VenueOrderChange } from '../venue-order.js';
import type { RejectCode, VenueReport } from '../venue-report.js';
import type { VenueOrderView, VenueSnapshot } from '../venue-snapshot.js';
import { matchBarEvent } from './bar-event.js';
import { payBorrow } from './borrow-fee.js';
import { refusalOf, refusalOfTerms } from './order-checks.js';
import { advanceTo, sendRequest } from './request-delivery.js';
import { changePhase, openSymbol, wake } from './session-matching.js';
import { openSimulatedAccount } from './simulated-account.js';
import { applyTick } from '../matching/tick-matching.js';
import { NOTHING_YET, VenueDesk } from './venue-desk.js';
import type { SessionPhase, SimulatedVenueSettings, TradingHalt, VenueOrderReference } from './venue-settings.js';
import type { OrderRecord, VenueState } from './venue-state.js';
import { snapshotOf, viewOf } from './venue-view.js';

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
    advanceTo(this.desk, at);
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
    sendRequest(desk, record, { kind: 'INSERT' });
    return { status: 'TAKEN', venueOrderId: record.venueOrderId, reports: desk.takeReports() };
  }

  /** New terms of a working order. It keeps its place in the queue only when nothing but its quantity shrinks. */
  replace(reference: VenueOrderReference, change: VenueOrderChange, at: UnixNanos): VenueAnswer {
    advanceTo(this.desk, at);
    const record = this.desk.recordOf(reference);
    const refusal = this.faultOfTarget(record) ?? refusalOfTerms(this.desk, { ...record!.order, ...change }, record!);
    if (refusal !== undefined) return { status: 'REFUSED', ...refusal, reports: this.desk.takeReports() };
    record!.status = 'PENDING_UPDATE';
    sendRequest(this.desk, record!, { kind: 'UPDATE', change });
    return { status: 'TAKEN', venueOrderId: record!.venueOrderId, reports: this.desk.takeReports() };
  }

  /** Takes a working order back; what fills while the request is on its way has filled. */
  cancel(reference: VenueOrderReference, at: UnixNanos): VenueAnswer {
    advanceTo(this.desk, at);
    const record = this.desk.recordOf(reference);
    const refusal = this.faultOfTarget(record);
    if (refusal !== undefined) return { status: 'REFUSED', ...refusal, reports: this.desk.takeReports() };
    record!.status = 'PENDING_CANCEL';
    sendRequest(this.desk, record!, { kind: 'CANCEL' });
    return { status: 'TAKEN', venueOrderId: record!.venueOrderId, reports: this.desk.takeReports() };
  }

  /** A trade, a quote or a change of the book. */
  onTick(tick: Tick): readonly VenueReport[] {
    advanceTo(this.desk, tick.at);
    const market = this.desk.marketOf(tick.symbol);
    const traded = tick.kind === 'trade' && tick.price > 0n && tick.quantity > 0n ? tick.price : undefined;
    if (!market.opened && traded !== undefined) openSymbol(this.desk, tick.symbol, traded);
    market.ticks = true;
    applyTick(this.desk, market, tick);
    if (traded !== undefined) this.desk.state.account.marks[tick.symbol] = traded;
    return this.desk.takeReports();
  }

  /**
   * One change of the recorded full book of a symbol, whose prices and quantities are in units of `scale`. Our resting orders stand in the same queue, so their
   * place is exact. A symbol is fed with these or with ticks of its book, not both.
   */
  onOrderEvent(symbol: Symbol, event: OrderEvent, scale: BookScale): readonly VenueReport[] {
    advanceTo(this.desk, event.at);
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
    advanceTo(this.desk, bar.closeTime);
    matchBarEvent(this.desk, bar);
    return this.desk.takeReports();
  }

  /** The session opens, closes or changes into extended hours; `prices` are those of the auctions, by symbol, where they are known. */
  onSession(phase: SessionPhase, at: UnixNanos, prices: Readonly<Record<string, Price>> = {}): readonly VenueReport[] {
    advanceTo(this.desk, at);
    if (this.desk.state.phase === 'REGULAR' && phase !== 'REGULAR') payBorrow(this.desk);
    changePhase(this.desk, phase, prices);
    return this.desk.takeReports();
  }

  onHalt({ symbol, at }: TradingHalt): readonly VenueReport[] {
    advanceTo(this.desk, at);
    this.desk.marketOf(symbol).halted = true;
    return this.desk.takeReports();
  }

  /** Orders that came during the halt begin to work; the book is the one that is shown by then. */
  onResume({ symbol, at }: TradingHalt): readonly VenueReport[] {
    advanceTo(this.desk, at);
    this.desk.marketOf(symbol).halted = false;
    wake(this.desk, symbol);
    return this.desk.takeReports();
  }

  /** Lets time pass: requests on their way arrive. */
  advance(at: UnixNanos): readonly VenueReport[] {
    advanceTo(this.desk, at);
    return this.desk.takeReports();
  }

  /** When the next request on its way arrives; undefined when none is. */
  get nextArrival(): UnixNanos | undefined {
    return this.desk.state.inFlight[0]?.dueAt;
  }

  /** The order with this client order id, working or ended; undefined when the venue never took it. */
  find(clientOrderId: string): VenueOrderView | undefined {
    const record = this.desk.recordOf({ clientOrderId });
    return record === undefined ? undefined : viewOf(record);
  }

  /** The account as it stands, with the executions, ended orders and activities from `since` on. */
  snapshot(since: UnixNanos, at: UnixNanos): VenueSnapshot & { readonly settledCash: Money } {
    advanceTo(this.desk, at);
    return snapshotOf(this.desk, since);
  }

  private faultOfTarget(record: OrderRecord | undefined): { readonly code: RejectCode; readonly message: string } | undefined {
    if (record === undefined) return { code: 'ORDER_UNKNOWN', message: 'the venue has no such order' };
    if (!record.working) return { code: 'TOO_LATE', message: `the order is ${record.status.toLowerCase()}` };
    return record.status === 'PENDING_CANCEL' ? { code: 'TOO_LATE', message: 'the order is being cancelled' } : undefined;
  }
}
