import type { RejectCode, VenueAnswer, VenueOrder, VenueOrderChange, VenueReport, VenueReportOf } from '@tradewind/venue';
import {
  add,
  averagePrice,
  type Clock,
  notional,
  type Price,
  type Quantity,
  subtract,
  type UnixNanos,
  ZERO_PRICE,
  ZERO_QUANTITY,
} from '@tradewind/vocabulary';

import type { TwsContract } from '../contract.js';
import type { TwsMarket } from '../market.js';
import { RequestRefused } from '../request-fields.js';
import type { TradingClient } from './trading-client.js';
import { civilTimeOf, parseRequestTime } from '../time-text.js';
import { Announcer } from './announcer.js';
import { sendCommission, sendExecution, sendOpenOrder, sendOrderStatus } from './order-messages.js';
import { TwsOrderBook } from './order-book.js';
import { correctionOf, type ExecutionRecord, isEnded, type OrderRecord } from './order-record.js';
import type { PlacedOrder } from './placed-order.js';
import { refusalFor } from './refusals.js';
import { changeOf, venueOrderOf } from './venue-terms.js';

interface Trade {
  readonly quantity: Quantity;
  readonly price: Price;
}

/** The market behind TWS. */
export interface Exchange {
  submit(order: VenueOrder): VenueAnswer;
  replace(name: string, change: VenueOrderChange): VenueAnswer;
  cancel(name: string): VenueAnswer;
  /** A trade has another quantity and price from now on. */
  correct(contract: TwsContract, side: 'BUY' | 'SELL', from: Trade, to: Trade): void;
}

export interface TradingNeeds {
  readonly clock: Clock;
  readonly market: TwsMarket;
  readonly accounts: readonly string[];
  readonly exchange: Exchange;
  sessions(): Iterable<TradingClient>;
  /** Money or positions changed. */
  accountChanged(): void;
}

const BY_HAND = -1;
const MASTER_CLIENT = 0;
const DETAIL_MAX = 200;

/** The orders of the account: what clients ask of them, and what they are told when the exchange has spoken. */
export class TradingDesk {
  readonly book = new TwsOrderBook();
  readonly announcer = new Announcer();
  /** True tells a fill's status before its execution. */
  statusFirst = false;
  /** True tells an order's status before the order. */
  statusBeforeOrder = false;
  readonly #venueOrders = new Map<number, VenueOrder>();
  #executions = 0;

  constructor(private readonly needs: TradingNeeds) {}

  get account(): string {
    return this.needs.accounts[0] ?? '';
  }

  /** Takes an order, or new terms of one that has the number. Throws RequestRefused with IB's number. */
  place(session: TradingClient, orderId: number, placed: PlacedOrder): void {
    if (placed.account !== '' && !this.needs.accounts.includes(placed.account))
      throw new RequestRefused(321, `Error validating request.-'b0' : cause - Invalid account code '${placed.account}'.`);
    const known = this.book.of(session.clientId, orderId);
    if (known !== undefined) this.#amend(session, known, placed);
    else if (orderId <= 0 || orderId <= this.book.lastIdOf(session.clientId)) throw new RequestRefused(103, 'Duplicate order id');
    else this.#take(placed, session.clientId, orderId);
  }

  /** An order made in TWS itself: client 0 hears of it once it has asked for such. */
  placeByHand(placed: PlacedOrder): OrderRecord {
    return this.#take(placed, BY_HAND, 0);
  }

  /** Throws RequestRefused: 10147, 10148 or 161. */
  cancel(session: TradingClient, orderId: number): void {
    const record = this.book.of(session.clientId, orderId);
    if (record === undefined) throw new RequestRefused(10_147, `OrderId ${orderId} that needs to be cancelled is not found.`);
    if (isEnded(record))
      throw new RequestRefused(10_148, `OrderId ${orderId} that needs to be cancelled can not be cancelled, state: ${record.status}.`);
    if (record.status === 'PendingCancel')
      throw new RequestRefused(161, `Cancel attempted when order is not in a cancellable state.  Order permId =${record.permId}`);
    this.cancelRecord(record);
  }

  /** By a client, or by somebody in TWS. */
  cancelRecord(record: OrderRecord): void {
    record.cancelRequested = true;
    record.status = 'PendingCancel';
    this.#tellStatus(record, true);
    this.take(this.needs.exchange.cancel(nameOf(record)).reports);
  }

  /** Orders of every client and of TWS. */
  cancelAll(): void {
    for (const record of this.book.open()) if (record.status !== 'PendingCancel') this.cancelRecord(record);
  }

  /** A client that has just connected is shown its orders, as TWS does unless it is told otherwise. */
  welcome(session: TradingClient): void {
    for (const record of this.book.open()) if (record.clientId === session.clientId) this.showOrder(session, record);
  }

  /** Executions since midnight in New York: TWS keeps no others. */
  executionsOfDay(): readonly ExecutionRecord[] {
    const began = this.#dayBegan();
    return this.book.executions.filter(({ at }) => at >= began);
  }

  /** Orders that ended since midnight in New York. */
  endedOfDay(): readonly OrderRecord[] {
    const began = this.#dayBegan();
    return this.book.ended().filter(({ completedAt }) => completedAt! >= began);
  }

  /** Gives orders that were made by hand a number of client 0. */
  bind(session: TradingClient): void {
    for (const record of this.book.open()) {
      if (record.clientId !== BY_HAND) continue;
      this.#bind(record);
      this.showOrder(session, record);
    }
  }

  /** An order and its status, as for any question about open orders. */
  showOrder(session: TradingClient, record: OrderRecord): void {
    sendOpenOrder(session, record, this.account);
    sendOrderStatus(session, record);
  }

  /** What the exchange has said: orders change, and their clients hear of it. */
  take(reports: readonly VenueReport[]): void {
    for (const report of reports) {
      const record = report.clientOrderId === undefined ? undefined : this.book.byPermId(Number(report.clientOrderId));
      if (record !== undefined) this.#apply(record, report);
    }
    if (reports.length > 0) this.needs.accountChanged();
  }

  /** Another quantity and price of an execution; none takes it back. Throws RangeError when there is no such execution. */
  correct(executionId: string, to: { readonly quantity: Quantity; readonly price: Price } | undefined): void {
    const chain = this.book.executions.filter((execution) => execution.executionId.startsWith(executionId));
    const last = chain.at(-1);
    if (last === undefined) throw new RangeError(`no execution ${executionId}`);
    const { record } = last;
    const corrected = to ?? { quantity: ZERO_QUANTITY, price: last.price };
    this.needs.exchange.correct(record.contract, record.terms.action, last, corrected);
    record.filled = add(subtract(record.filled, last.quantity), corrected.quantity);
    const execution: ExecutionRecord = { ...last, ...corrected, executionId: correctionOf(last.executionId), cumulative: record.filled };
    this.book.executions.push(execution);
    this.#toClients(record, (session) => sendExecution(session, -1, execution, this.account));
    if (to !== undefined) this.#toClients(record, (session) => sendCommission(session, execution));
    this.needs.accountChanged();
  }

  #dayBegan(): UnixNanos {
    const now = this.needs.clock.now();
    const { date } = civilTimeOf(now, 'US/Eastern');
    return parseRequestTime(`${date} 00:00:00 US/Eastern`, 'US/Eastern');
  }

  #take(placed: PlacedOrder, clientId: number, orderId: number): OrderRecord {
    const { contract } = this.needs.market.only(placed.contract);
    const permId = this.book.nextPermId;
    const order = venueOrderOf(placed, contract, String(permId));
    if (clientId !== BY_HAND) this.book.use(clientId, orderId);
    const answer = this.needs.exchange.submit(order);
    if (answer.status === 'REFUSED') throw refusalFor(answer.code);
    const record = recordOf(placed, contract, { permId, clientId, orderId });
    this.book.add(record);
    this.#venueOrders.set(permId, order);
    if (clientId === BY_HAND && this.#masterListens()) this.#bind(record);
    this.take(answer.reports);
    return record;
  }

  #amend(session: TradingClient, record: OrderRecord, placed: PlacedOrder): void {
    if (record.status === 'Filled') throw new RequestRefused(104, 'Cannot modify a filled order.');
    if (isEnded(record)) throw new RequestRefused(103, 'Duplicate order id');
    const before = this.#venueOrders.get(record.permId)!;
    const after = venueOrderOf(placed, record.contract, nameOf(record));
    const { contract } = this.needs.market.only(placed.contract);
    if (contract.conId !== record.contract.conId || after.side !== before.side || after.type !== before.type)
      throw new RequestRefused(105, 'Order being modified does not match original order');
    const change = changeOf(before, after);
    if (Object.keys(change).length === 0) {
      this.announcer.tell(session, (to) => this.showOrder(to, record), true);
      return;
    }
    const answer = this.needs.exchange.replace(nameOf(record), change);
    if (answer.status === 'REFUSED') throw refusalFor(answer.code);
    if (!answer.reports.some(({ type }) => type === 'UPDATE_REJECTED')) {
      const { orderRef, account } = record.terms;
      record.terms = { ...placed, orderRef, account };
      this.#venueOrders.set(record.permId, after);
    }
    this.take(answer.reports);
  }

  #apply(record: OrderRecord, report: VenueReport): void {
    switch (report.type) {
      case 'ACCEPTED':
        record.status = isHeld(record) ? 'PreSubmitted' : 'Submitted';
        record.whyHeld = isHeld(record) ? 'trigger' : '';
        this.#tellOrder(record, true);
        return;
      case 'TRIGGERED':
        record.whyHeld = '';
        record.status = 'Submitted';
        this.#tellStatus(record);
        return;
      case 'UPDATED':
        // One of a group is reduced by what another fills.
        record.terms = { ...record.terms, quantity: report.terms.quantity };
        this.#tellOrder(record, true);
        return;
      case 'REJECTED':
        this.#end(record, 'Inactive', report.message);
        this.#refusal(record, report.code);
        this.#tellOrder(record, true);
        return;
      case 'UPDATE_REJECTED':
        this.#refusal(record, report.code);
        return;
      case 'CANCEL_REJECTED':
        record.status = 'Submitted';
        this.#error(record, 161, `Cancel attempted when order is not in a cancellable state.  Order permId =${record.permId}`);
        return;
      case 'CANCELED':
        this.#end(record, 'Cancelled', record.cancelRequested ? 'Cancelled by Trader' : `Cancelled by System: ${report.reason}`);
        this.#error(record, 202, `Order Canceled - reason:${record.cancelRequested ? '' : report.reason.slice(0, DETAIL_MAX)}`);
        this.#tellStatus(record);
        return;
      case 'EXPIRED':
        this.#end(record, 'Cancelled', 'Cancelled by System');
        this.#tellStatus(record);
        return;
      case 'FILLED':
        this.#fill(record, report);
        return;
      default:
        return;
    }
  }

  #fill(record: OrderRecord, report: VenueReportOf<'FILLED'>): void {
    const value = add(notional(record.averagePrice, record.filled), notional(report.price, report.quantity));
    record.filled = add(record.filled, report.quantity);
    record.averagePrice = averagePrice(value, record.filled);
    record.lastFillPrice = report.price;
    record.whyHeld = '';
    if (record.filled >= record.terms.quantity) this.#end(record, 'Filled', `Filled Size: ${record.filled / 1_000_000_000n}`);
    else if (record.status !== 'PendingCancel') record.status = 'Submitted';
    this.#executions += 1;
    const execution: ExecutionRecord = {
      executionId: `0000e0d5.${(0x65_e5_00_00 + this.#executions).toString(16)}.01.01`,
      record,
      quantity: report.quantity,
      price: report.price,
      at: report.at,
      cumulative: record.filled,
      averagePrice: record.averagePrice,
      exchange: record.contract.validExchanges.find((one) => one !== 'SMART') ?? record.exchange,
      commission: report.commission,
    };
    this.book.executions.push(execution);
    const tellExecution = (): void => this.#toClients(record, (session) => sendExecution(session, -1, execution, this.account));
    if (this.statusFirst) this.#tellOrder(record);
    tellExecution();
    if (!this.statusFirst) this.#tellOrder(record);
    // TWS says it once more.
    this.#tellStatus(record);
    this.#toClients(record, (session) => sendCommission(session, execution));
    if (record.terms.ocaType === 1) this.#cancelGroup(record);
  }

  /** Group type 1: any fill ends the others. Types 2 and 3, which reduce them, are the exchange's own way. */
  #cancelGroup(record: OrderRecord): void {
    const { ocaGroup } = record.terms;
    const others = this.book.open().filter((other) => other !== record && ocaGroup !== '' && other.terms.ocaGroup === ocaGroup);
    for (const other of others) this.take(this.needs.exchange.cancel(nameOf(other)).reports);
  }

  #end(record: OrderRecord, status: 'Filled' | 'Cancelled' | 'Inactive', completedStatus: string): void {
    record.status = status;
    record.completedAt = this.needs.clock.now();
    record.completedStatus = completedStatus;
  }

  #bind(record: OrderRecord): void {
    record.clientId = MASTER_CLIENT;
    record.orderId = this.book.nextHandNumber();
    this.book.number(record);
  }

  #masterListens(): boolean {
    return [...this.needs.sessions()].some((session) => session.clientId === MASTER_CLIENT && session.bindsOrders);
  }

  #tellOrder(record: OrderRecord, acknowledges = false): void {
    if (this.statusBeforeOrder) this.#tellStatus(record);
    this.#toClients(record, (session) => sendOpenOrder(session, record, this.account), acknowledges);
    this.#tellStatus(record);
  }

  #tellStatus(record: OrderRecord, acknowledges = false): void {
    // As it stands now, however late it is told.
    const shown = { ...record };
    this.#toClients(record, (session) => sendOrderStatus(session, shown), acknowledges);
  }

  #refusal(record: OrderRecord, reason: RejectCode): void {
    const { code, message } = refusalFor(reason);
    this.#error(record, code, message);
  }

  #error(record: OrderRecord, code: number, text: string): void {
    this.#toClients(record, (session) => session.error(record.orderId, code, text), code !== 202);
  }

  #toClients(record: OrderRecord, message: (session: TradingClient) => void, acknowledges = false): void {
    for (const session of this.needs.sessions())
      if (session.clientId === record.clientId) this.announcer.tell(session, message, acknowledges);
  }
}

const nameOf = ({ permId }: OrderRecord): string => String(permId);

const isHeld = ({ terms }: OrderRecord): boolean => terms.orderType.startsWith('STP') || terms.orderType.startsWith('TRAIL');

const recordOf = (placed: PlacedOrder, contract: TwsContract, ids: Pick<OrderRecord, 'permId' | 'clientId' | 'orderId'>): OrderRecord => ({
  ...ids,
  contract,
  exchange: placed.contract.exchange === '' ? 'SMART' : placed.contract.exchange,
  terms: placed,
  status: 'PendingSubmit',
  filled: ZERO_QUANTITY,
  averagePrice: ZERO_PRICE,
  lastFillPrice: ZERO_PRICE,
  whyHeld: '',
  completedAt: undefined,
  completedStatus: '',
  cancelRequested: false,
});
