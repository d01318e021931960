import { alwaysOpenCalendar, calendarOf } from '@tradewind/market';
import type { CivilDate, TradingCalendar } from '@tradewind/market';
import { add, floorToStep, greatest, least, notional, subtract, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Instrument, Money, Price, Quantity, Symbol } from '@tradewind/vocabulary';

import { FullBook } from '../matching/full-book.js';
import type { MatchingDesk } from '../matching/matching-desk.js';
import { emptyBook } from '../matching/shown-book.js';
import { SymbolOrders } from '../matching/symbol-orders.js';
import { leavesOf } from '../matching/tick-matching.js';
import type { CommissionableFill } from '../models/commission/commission-policy.js';
import { regulatoryFees } from '../models/commission/us-regulatory-fees.js';
import { VENUE_POLICIES } from '../models/venue-policies.js';
import type { VenuePolicies } from '../models/venue-policies.js';
import { settlementDateOf } from '../models/settlement/settlement-date.js';
import type { VenueReport } from '../venue-report.js';
import { bookTrade, heldOf, settleUpTo, spendableCash } from './simulated-account.js';
import { VENUE_LIMITS } from './venue-settings.js';
import type { SimulatedVenueSettings, VenueOrderReference } from './venue-settings.js';
import type { OrderRecord, VenueMarket, VenueState } from './venue-state.js';

const NANOS_PER_HOUR = 3_600_000_000_000n;

type Body<R> = R extends VenueReport ? Omit<R, 'id' | 'at' | 'symbol' | 'venueOrderId' | 'clientOrderId'> : never;
export type ReportBody = Body<VenueReport>;

/** The venue's state, what it has to say, and the acts that change an order: reports, fills, ends. Matching and checks are built on it. */
export class VenueDesk implements MatchingDesk<OrderRecord> {
  readonly policies: VenuePolicies;
  readonly fullBooks: Map<string, FullBook>;
  private reports: VenueReport[] = [];
  private readonly calendars = new Map<string, TradingCalendar>();
  /** The exchange whose days are those of the account. */
  private readonly homeCalendar: TradingCalendar;
  private settledHour = -1n;
  private lastDates: { readonly calendar: TradingCalendar; readonly tradeDate: CivilDate; readonly settlementDate: CivilDate } | undefined;
  private readonly bySymbol = new Map<string, SymbolOrders<OrderRecord>>();

  constructor(
    readonly state: VenueState,
    readonly settings: SimulatedVenueSettings,
  ) {
    this.homeCalendar = calendarOfExchange(Object.values(settings.instruments)[0]?.exchange);
    this.policies = { ...VENUE_POLICIES, ...settings.policies };
    this.fullBooks = new Map(Object.entries(state.fullBooks).map(([symbol, book]) => [symbol, new FullBook(book)]));
    for (const record of Object.values(state.orders)) if (record.working) this.ordersOf(record.order.symbol).put(record);
  }

  save(): VenueState {
    const fullBooks = Object.fromEntries([...this.fullBooks].map(([symbol, book]) => [symbol, book.save()]));
    return { ...structuredClone(this.state), fullBooks };
  }

  /** What was said since the last call. */
  takeReports(): readonly VenueReport[] {
    const { reports } = this;
    this.reports = [];
    return reports;
  }

  ordersOf(symbol: Symbol): SymbolOrders<OrderRecord> {
    let orders = this.bySymbol.get(symbol);
    if (orders === undefined) {
      orders = new SymbolOrders();
      this.bySymbol.set(symbol, orders);
    }
    return orders;
  }

  /** All working orders, symbol by symbol. */
  *working(): Iterable<OrderRecord> {
    for (const orders of this.bySymbol.values()) if (!orders.isEmpty) yield* orders.all();
  }

  marketOf(symbol: Symbol): VenueMarket {
    return (this.state.markets[symbol] ??= {
      symbol,
      book: emptyBook(),
      lastPrice: undefined,
      halted: false,
      ticks: false,
      opened: false,
    });
  }

  /** Looked up as an own field: a symbol or an id may be any text, `constructor` too. */
  instrumentOf(symbol: string): Instrument | undefined {
    return Object.hasOwn(this.settings.instruments, symbol) ? this.settings.instruments[symbol] : undefined;
  }

  recordOf({ venueOrderId, clientOrderId }: VenueOrderReference): OrderRecord | undefined {
    const { orders, byClientId } = this.state;
    const named = clientOrderId !== undefined && Object.hasOwn(byClientId, clientOrderId) ? byClientId[clientOrderId] : undefined;
    const id = venueOrderId ?? named;
    return id !== undefined && Object.hasOwn(orders, id) ? orders[id] : undefined;
  }

  tickSizeOf(symbol: Symbol): Price {
    return this.instrumentOf(symbol)?.tickSize ?? (1n as Price);
  }

  lotSizeOf(symbol: Symbol): Quantity {
    return this.instrumentOf(symbol)?.lotSize ?? (1n as Quantity);
  }

  /** The calendar of the symbol's exchange; a market without one settles at once. */
  calendarOf(symbol: Symbol): TradingCalendar {
    let calendar = this.calendars.get(symbol);
    if (calendar === undefined) {
      calendar = calendarOfExchange(this.instrumentOf(symbol)?.exchange);
      this.calendars.set(symbol, calendar);
    }
    return calendar;
  }

  say(record: OrderRecord, body: ReportBody): void {
    const { state } = this;
    const id = body.type === 'FILLED' ? `fill/${body.executionId}` : `${record.venueOrderId}/${record.reports}`;
    record.reports += 1;
    record.updatedAt = state.now;
    const { venueOrderId, order } = record;
    this.reports.push({
      ...body,
      id,
      at: state.now,
      symbol: order.symbol,
      venueOrderId,
      clientOrderId: order.clientOrderId,
    });
  }

  /** Ends an order that has not filled whole. */
  end(record: OrderRecord, body: Extract<ReportBody, { type: 'CANCELED' | 'EXPIRED' | 'REJECTED' }>): void {
    record.status = body.type;
    record.working = false;
    this.forget(record);
    this.say(record, body);
  }

  /**
   * Books a fill of at most what is left and says it. In a cash account it is cut to what money and position allow, and the rest of the order is cancelled.
   * Returns the quantity that filled.
   */
  fill(record: OrderRecord, price: Price, wanted: Quantity, liquidity: 'ADDED' | 'REMOVED'): Quantity {
    const { state, settings } = this;
    const { symbol, side } = record.order;
    const quantity = this.coveredQuantity(record, price, least(wanted, leavesOf(record)), liquidity);
    if (quantity > 0n) {
      const fill = this.commissionable(record, price, quantity, liquidity);
      const commission = this.policies.commission.commission(fill);
      const fees = regulatoryFees(fill);
      const { account } = state;
      const { dayFees } = account;
      account.dayFees = {
        section31: add(dayFees.section31, fees.section31),
        tradingActivity: add(dayFees.tradingActivity, fees.tradingActivity),
        auditTrail: add(dayFees.auditTrail, fees.auditTrail),
      };
      bookTrade(account, settings.account, { symbol, side, quantity, price, cost: commission, ...this.datesOf(symbol) });
      record.filled = add(record.filled, quantity);
      record.notional = add(record.notional, notional(price, quantity));
      record.commission = add(record.commission, commission);
      this.sayFill(record, price, quantity, commission);
      if (leavesOf(record) === 0n) {
        record.status = 'FILLED';
        record.working = false;
        this.forget(record);
      }
      this.reduceGroup(record, quantity);
    }
    if (quantity < least(wanted, (leavesOf(record) + quantity) as Quantity) && record.working)
      this.end(record, { type: 'CANCELED', reason: 'BUYING_POWER' });
    return quantity;
  }

  giveUp(record: OrderRecord): void {
    this.end(record, { type: 'CANCELED', reason: 'NOT_FILLED_AT_ONCE' });
  }

  triggered(record: OrderRecord): void {
    this.say(record, { type: 'TRIGGERED' });
  }

  /** Venues move a trailing stop without a word; views of the order show where it stands. */
  trailed(record: OrderRecord): void {
    record.updatedAt = this.state.now;
  }

  /** Takes an order out of the market and keeps it among the ended ones. */
  private forget(record: OrderRecord): void {
    const { state } = this;
    this.ordersOf(record.order.symbol).remove(record);
    record.place = undefined;
    record.waits = false;
    state.ended.push(record.venueOrderId);
    if (state.ended.length <= VENUE_LIMITS.endedOrdersMax) return;
    const oldest = state.ended.shift()!;
    const dropped = state.orders[oldest];
    if (dropped !== undefined) delete state.byClientId[dropped.order.clientOrderId];
    delete state.orders[oldest];
  }

  private sayFill(record: OrderRecord, price: Price, quantity: Quantity, commission: Money): void {
    const { state, settings } = this;
    const { symbol, side, clientOrderId } = record.order;
    const executionId = `${settings.account.venueAccount}-x${(state.sequence += 1)}`;
    const { venueOrderId } = record;
    state.executions.push({ executionId, venueOrderId, clientOrderId, symbol, side, quantity, price, commission, at: state.now });
    if (state.executions.length > VENUE_LIMITS.executionsMax) {
      const dropped = state.executions.shift()!;
      state.executionsSince = (dropped.at + 1n) as typeof dropped.at;
    }
    this.say(record, { type: 'FILLED', executionId, side, quantity, price, commission });
  }

  private commissionable(record: OrderRecord, price: Price, quantity: Quantity, liquidity: 'ADDED' | 'REMOVED'): CommissionableFill {
    const { account, now } = this.state;
    const order = { quantity: record.filled, notional: record.notional, commission: record.commission };
    const soFar = { monthQuantity: account.monthQuantity, dayFees: account.dayFees };
    return { side: record.order.side, price, quantity, at: now, liquidity, order, account: soFar };
  }

  /** What money (a buy) or the position (a sale) of a cash account covers of a fill. */
  private coveredQuantity(record: OrderRecord, price: Price, wanted: Quantity, liquidity: 'ADDED' | 'REMOVED'): Quantity {
    const { state, settings } = this;
    if (settings.account.kind !== 'CASH') return wanted;
    const { symbol, side } = record.order;
    if (side === 'SELL') return least(wanted, greatest(heldOf(state.account, symbol), ZERO_QUANTITY));
    const money = spendableCash(state.account, settings.account);
    const costs = (quantity: Quantity): Money =>
      add(notional(price, quantity), this.policies.commission.commission(this.commissionable(record, price, quantity, liquidity)));
    if (costs(wanted) <= money) return wanted;
    if (money <= 0n) return ZERO_QUANTITY;
    const lot = this.lotSizeOf(symbol);
    let quantity = least(wanted, floorToStep(((money * 1_000_000_000n) / price) as Quantity, lot));
    // What the money buys leaves nothing for the commission: a few lots less, or a minimum that can't be paid at all.
    while (quantity > 0n && costs(quantity) > money) {
      const over = ((subtract(costs(quantity), money) * 1_000_000_000n) / price) as Quantity;
      quantity = subtract(quantity, least(quantity, greatest(floorToStep((over + lot - 1n) as Quantity, lot), lot)));
    }
    return quantity;
  }

  private datesOf(symbol: Symbol): { readonly tradeDate: CivilDate; readonly settlementDate: CivilDate } {
    const calendar = this.calendarOf(symbol);
    const tradeDate = calendar.dateAt(this.state.now);
    const { lastDates } = this;
    if (lastDates?.calendar === calendar && lastDates.tradeDate === tradeDate) return lastDates;
    const settlementDate = calendar === alwaysOpenCalendar ? tradeDate : settlementDateOf(calendar, tradeDate);
    this.lastDates = { calendar, tradeDate, settlementDate };
    return this.lastDates;
  }

  /** One cancels other: what one of the group filled, the others no longer seek. */
  private reduceGroup(record: OrderRecord, quantity: Quantity): void {
    const { ocoGroup, symbol } = record.order;
    if (ocoGroup === undefined) return;
    const whole = record.status === 'FILLED';
    for (const other of this.ordersOf(symbol).all()) {
      if (other === record || other.order.ocoGroup !== ocoGroup) continue;
      if (whole || leavesOf(other) <= quantity) {
        this.end(other, { type: 'CANCELED', reason: 'ONE_CANCELS_OTHER' });
        continue;
      }
      other.order = { ...other.order, quantity: subtract(other.order.quantity, quantity) };
      this.say(other, { type: 'UPDATED', terms: termsOf(other) });
    }
  }

  /** Brings the books of the account to the day of the clock; days begin at full hours. */
  settle(): void {
    const hour = this.state.now / NANOS_PER_HOUR;
    if (hour === this.settledHour) return;
    this.settledHour = hour;
    settleUpTo(this.state.account, this.homeCalendar.dateAt(this.state.now));
  }
}

const calendarOfExchange = (exchange: string | undefined): TradingCalendar => {
  try {
    return exchange === undefined ? alwaysOpenCalendar : calendarOf(exchange);
  } catch (error) {
    if (error instanceof RangeError) return alwaysOpenCalendar;
    throw error;
  }
};

/** The terms of an order as they stand. */
export const termsOf = ({ order, stop }: OrderRecord) => {
  const { type, quantity, limitPrice, trail, limitOffset } = order;
  return {
    type,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stop === undefined ? {} : { stopPrice: stop }),
    ...(trail === undefined ? {} : { trail }),
    ...(limitOffset === undefined ? {} : { limitOffset }),
  };
};

export const NOTHING_YET = { filled: ZERO_QUANTITY, notional: ZERO_MONEY, commission: ZERO_MONEY } as const;
