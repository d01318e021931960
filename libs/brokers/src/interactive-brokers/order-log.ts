import type { CompletedOrder, Execution, OpenOrder, OrderFields, OrderStatus, OrderStatusReport } from '@tradewind/tws';
import type { OrderTerms, VenueReport } from '@tradewind/venue';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { isOrderWarning, refusalText, rejectCodeOf, TWS } from './errors.js';
import { type Commission, ExecutionLog, executionNameOf } from './execution-log.js';
import { clientOrderIdOf, type KnownOrder, knownOrder } from './known-order.js';
import { OrderIndex } from './order-index.js';
import { sameTerms, termsOf, timeInForceOf } from './order-terms.js';

/** Whose number an ended order had is not told. */
const NOBODY = { clientId: -1, orderId: 0 };

/** What an error with an order's number means. */
export type OrderErrorMeaning = 'NOTHING' | 'ORDER' | 'UPDATE' | 'CANCEL';

const ACCEPTING: ReadonlySet<OrderStatus> = new Set(['PreSubmitted', 'Submitted', 'PendingCancel', 'Filled']);
const CANCEL_REFUSALS: ReadonlySet<number> = new Set([TWS.orderUnknown, TWS.notCancellable, TWS.cancelNotFound, TWS.cancelImpossible]);
const CANCELLED_BY_SOMEBODY = /by trader|by user|by api|oca/i;

/**
 * Turns what TWS says of orders into reports, each once. TWS repeats itself, tells of a fill before or after the status that shows it, and of an order's status
 * before the order: whatever comes first is believed, and what it implies is told with it. Pure but for the clock that is passed in: IB tells no times of orders.
 */
export class OrderLog {
  readonly index = new OrderIndex();
  readonly executions = new ExecutionLog();
  #lastStamp = 0n;

  constructor(
    private readonly symbolOf: (contract: OrderFields['contract']) => Symbol,
    private readonly now: () => UnixNanos,
  ) {}

  /** An order that is about to be placed under a number of ours. */
  expect(clientId: number, orderId: number, clientOrderId: string, symbol: Symbol, terms: OrderTerms): KnownOrder {
    const identity = { clientId, orderId, permId: 0, clientOrderId, symbol, contract: undefined, terms, updatedAt: this.now() };
    return this.index.add(knownOrder(identity));
  }

  openOrder(shown: OpenOrder): { readonly order: KnownOrder; readonly reports: readonly VenueReport[] } {
    const order = this.#orderOf(shown, shown);
    const terms = termsOf(shown);
    const changed = order.fields !== undefined && !sameTerms(termsOf(order.fields), terms);
    order.fields = shown;
    order.terms = terms;
    // Its status comes by itself, right after it: this is the answer to who placed it, that is the report.
    return { order, reports: changed && !order.ended && shown.status !== 'Filled' ? [this.#updated(order, terms)] : [] };
  }

  orderStatus(status: OrderStatusReport): { readonly order: KnownOrder | undefined; readonly reports: readonly VenueReport[] } {
    const order = this.index.find(status);
    if (order === undefined) return { order, reports: [] };
    this.index.setPermId(order, status.permId);
    if (status.filled > order.filled) order.filled = status.filled;
    if (status.averagePrice > 0n) order.averagePrice = status.averagePrice;
    return { order, reports: this.#status(order, status.status) };
  }

  /** An ended order that nothing was known of: what is told of its executions has its name then. */
  know(shown: CompletedOrder): void {
    this.#orderOf(shown, NOBODY);
  }

  completedOrder(shown: CompletedOrder): readonly VenueReport[] {
    const order = this.#orderOf(shown, NOBODY);
    const had = order.fields;
    order.fields = shown;
    order.terms = termsOf(shown);
    if (shown.filledQuantity > order.filled) order.filled = shown.filledQuantity;
    if (shown.completedAt !== undefined) order.updatedAt = shown.completedAt;
    if (CANCELLED_BY_SOMEBODY.test(shown.completedStatus)) order.cancelAsked = true;
    if (order.cancelReason === '') order.cancelReason = shown.completedStatus;
    const changed = had !== undefined && !order.ended && !sameTerms(termsOf(had), order.terms);
    return [...(changed ? [this.#updated(order, order.terms)] : []), ...this.#status(order, shown.status), ...this.inactive(order)];
  }

  /** `void`: it says nothing that can be. */
  execution(execution: Execution): {
    readonly order: KnownOrder | undefined;
    readonly reports: readonly VenueReport[];
    readonly void: boolean;
  } {
    const order = this.index.find(execution);
    if (order !== undefined) this.index.setPermId(order, execution.permId);
    const news = this.executions.take(execution);
    const { base, revision } = executionNameOf(execution.executionId);
    const { quantity, price } = execution;
    const about = this.#about(execution, order);
    const reports: VenueReport[] = [];
    const filled: VenueReport = { ...about, id: `fill/${base}`, type: 'FILLED', executionId: base, side: execution.side, quantity, price };
    const corrected: VenueReport = {
      ...about,
      id: `correction/${base}/${revision}`,
      type: 'CORRECTED',
      executionId: base,
      quantity,
      price,
    };
    if (news === 'NEW' || news === 'NEW_CORRECTED') {
      if (order !== undefined) reports.push(...this.#implied(order), ...this.#triggered(order));
      reports.push(filled);
    }
    if (news === 'CORRECTED' || news === 'NEW_CORRECTED') reports.push(corrected);
    if (news === 'BUSTED') reports.push({ ...about, id: `bust/${base}`, type: 'BUSTED', executionId: base });
    if (order !== undefined) order.updatedAt = execution.at;
    return { order, reports, void: news === 'VOID' };
  }

  /** The report of a commission that was not told with its fill; undefined when it was told before. */
  commission(executionId: string, commission: Commission, about: VenueReport | undefined): VenueReport | undefined {
    if (!this.executions.takeCommission(executionId, commission) || about === undefined) return undefined;
    const { at, symbol, venueOrderId, clientOrderId } = about;
    const { base } = executionNameOf(executionId);
    const name = { at, symbol, venueOrderId, ...(clientOrderId === undefined ? {} : { clientOrderId }) };
    return { ...name, id: `commission/${executionId}`, type: 'COMMISSIONED', executionId: base, ...commission };
  }

  /** An error with the number of an order of ours. What it ends is ended; what it refuses is for the asker, or for a report when nobody waits. */
  error(order: KnownOrder, code: number, text: string): OrderErrorMeaning {
    if (isOrderWarning(code)) return 'NOTHING';
    if (code === TWS.cancelled) {
      order.cancelAsked = true;
      order.cancelReason = text;
      return 'NOTHING';
    }
    if (CANCEL_REFUSALS.has(code)) return 'CANCEL';
    if (order.updateAsked) return 'UPDATE';
    order.refused = { code: rejectCodeOf(code, text), message: refusalText(code, text) };
    return 'ORDER';
  }

  /** The end of an order that TWS has given up (`Inactive`), once everything that it says of the reason has been read. */
  inactive(order: KnownOrder): readonly VenueReport[] {
    if (order.status !== 'Inactive' || order.ended) return [];
    order.refused ??= { code: 'OTHER', message: order.cancelReason === '' ? 'TWS says that it is inactive' : order.cancelReason };
    return this.refusal(order);
  }

  /** The end of an order by a refusal: of one that had been taken, a cancel with the reason. */
  refusal(order: KnownOrder): readonly VenueReport[] {
    const { refused } = order;
    if (refused === undefined || order.ended) return [];
    order.ended = true;
    if (order.accepted) return [{ ...this.#base(order, 'canceled'), type: 'CANCELED', reason: refused.message }];
    return [{ ...this.#base(order, 'rejected'), type: 'REJECTED', ...refused }];
  }

  /** A report that answers a request of ours to which nobody waits any more. */
  lateRefusal(order: KnownOrder, type: 'UPDATE_REJECTED' | 'CANCEL_REJECTED', code: number, text: string): VenueReport {
    const base = this.#base(order, `${type.toLowerCase().replace('_', '-')}/${this.#stamp()}`);
    return { ...base, type, code: rejectCodeOf(code, text), message: refusalText(code, text) };
  }

  #orderOf(shown: OrderFields, number: { readonly clientId: number; readonly orderId: number }): KnownOrder {
    const known = this.index.find({ permId: shown.permId, ...number });
    if (known !== undefined) {
      this.index.setPermId(known, shown.permId);
      return known;
    }
    const symbol = this.symbolOf(shown.contract);
    const terms = termsOf(shown);
    const identity = {
      ...number,
      permId: shown.permId,
      clientOrderId: clientOrderIdOf(shown.orderRef),
      symbol,
      contract: shown.contract,
      terms,
    };
    return this.index.add(knownOrder({ ...identity, updatedAt: this.now() }));
  }

  #status(order: KnownOrder, status: OrderStatus): readonly VenueReport[] {
    const before = order.status;
    // What was told late does not bring an ended order back.
    if (order.ended && (ACCEPTING.has(status) || status === 'PendingSubmit') && status !== 'Filled') return [];
    if (before !== status) order.updatedAt = this.now();
    order.status = status;
    const reports: VenueReport[] = [];
    if (ACCEPTING.has(status) && order.permId > 0) reports.push(...this.#implied(order));
    if (before === 'PreSubmitted' && status === 'Submitted') reports.push(...this.#triggered(order));
    if ((status === 'Cancelled' || status === 'ApiCancelled') && !order.ended) reports.push(...this.#cancelled(order));
    if (status === 'Filled') order.ended = true;
    return reports;
  }

  /** What any sign of life of an order says: it was accepted. */
  #implied(order: KnownOrder): readonly VenueReport[] {
    if (order.accepted || order.permId <= 0) return [];
    order.accepted = true;
    return [{ ...this.#base(order, 'accepted'), type: 'ACCEPTED' }];
  }

  #triggered(order: KnownOrder): readonly VenueReport[] {
    const { type } = order.terms;
    if (order.triggered || type === 'MARKET' || type === 'LIMIT') return [];
    order.triggered = true;
    return [{ ...this.#base(order, 'triggered'), type: 'TRIGGERED' }];
  }

  #updated(order: KnownOrder, terms: OrderTerms): VenueReport {
    order.updateAsked = false;
    return { ...this.#base(order, `updated/${this.#stamp()}`), type: 'UPDATED', terms };
  }

  /** IB numbers no changes and refusals: one is told once because it is seen once, and its name is when, with no two at once. */
  #stamp(): bigint {
    const now = this.now() as bigint;
    this.#lastStamp = now > this.#lastStamp ? now : this.#lastStamp + 1n;
    return this.#lastStamp;
  }

  #cancelled(order: KnownOrder): readonly VenueReport[] {
    if (order.refused !== undefined) return this.refusal(order);
    order.ended = true;
    const expires = order.fields === undefined ? undefined : timeInForceOf(order.fields) !== 'GTC';
    if (expires === true && !order.cancelAsked) return [{ ...this.#base(order, 'expired'), type: 'EXPIRED' }];
    return [{ ...this.#base(order, 'canceled'), type: 'CANCELED', reason: order.cancelReason === '' ? 'Cancelled' : order.cancelReason }];
  }

  #base(order: KnownOrder, what: string): Pick<VenueReport, 'id' | 'at' | 'symbol' | 'venueOrderId' | 'clientOrderId'> {
    const { clientOrderId, symbol } = order;
    const venueOrderId = venueOrderIdOf(order);
    return {
      id: `${venueOrderId}/${what}`,
      at: this.now(),
      symbol,
      venueOrderId,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
    };
  }

  #about(execution: Execution, order: KnownOrder | undefined): Pick<VenueReport, 'at' | 'symbol' | 'venueOrderId' | 'clientOrderId'> {
    const clientOrderId = order?.clientOrderId ?? clientOrderIdOf(execution.orderRef);
    return {
      at: execution.at,
      symbol: order?.symbol ?? this.symbolOf(execution.contract),
      venueOrderId: execution.permId > 0 ? String(execution.permId) : `execution-${executionNameOf(execution.executionId).base}`,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
    };
  }
}

/** The account's number of it; before there is one, the client's. */
export const venueOrderIdOf = ({ permId, clientId, orderId }: Pick<KnownOrder, 'permId' | 'clientId' | 'orderId'>): string =>
  permId > 0 ? String(permId) : `${clientId}-${orderId}`;
