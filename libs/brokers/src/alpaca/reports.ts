import type { VenueExecution, VenueReport } from '@tradewind/venue';
import type { Price, Quantity, UnixNanos } from '@tradewind/vocabulary';

import type { AlpacaOrder, FillActivity, TradeUpdate } from './decode.js';
import type { OrderChains } from './order-chains.js';

/**
 * An execution's id is the order's and what it had filled with it: the stream and the list of activities both tell that, while the ids that they give to the
 * execution itself are not documented to be the same.
 */
export const executionIdOf = (orderId: string, cumulative: Quantity): string => `${orderId}/${String(cumulative)}`;

type Ending = 'CANCELED' | 'EXPIRED' | 'REJECTED';
const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ['canceled', 'CANCELED'],
  ['expired', 'EXPIRED'],
  ['rejected', 'REJECTED'],
]);
/** The order is in the venue's books. */
const TAKEN: ReadonlySet<string> = new Set(['new', 'accepted']);
/** On the way to something that is told by an event of its own. */
const PASSING: ReadonlySet<string> = new Set([
  'pending_new',
  'pending_cancel',
  'pending_replace',
  'stopped',
  'suspended',
  'calculated',
  'done_for_day',
  'held',
  'restated',
]);

/** Makes reports of what the venue says, by the stream or by REST. The same thing has the same id from both. */
export class ReportMaker {
  constructor(private readonly chains: OrderChains) {}

  /** What an update of the stream means; undefined when it means nothing of its own. `unknown` is told of an event that there is no word for. */
  ofUpdate(update: TradeUpdate, unknown: (event: string) => void): VenueReport | undefined {
    const { event, at, order, fill } = update;
    if (fill !== undefined) return this.filled(order, at, order.filled, fill);
    if (TAKEN.has(event)) return this.taken(order, at);
    const ending = ENDINGS.get(event);
    if (ending !== undefined) return this.ended(order, at, ending);
    const base = this.base(order, at);
    if (event === 'order_cancel_rejected') {
      return {
        ...base,
        id: `cancel-rejected/${order.id}/${at}`,
        type: 'CANCEL_REJECTED',
        code: 'TOO_LATE',
        message: 'the venue refused to cancel',
      };
    }
    if (event === 'order_replace_rejected') return this.replacementRejected(order, order.replacedBy ?? String(at), at);
    if (event !== 'replaced' && !PASSING.has(event)) unknown(event);
    return undefined;
  }

  /** What an order's state shows to have happened, beside its fills: first that it was taken, last how it ended. */
  ofState(order: AlpacaOrder): { readonly begun: VenueReport | undefined; readonly ended: VenueReport | undefined } {
    const ending = ENDINGS.get(order.status);
    const refused = order.status === 'rejected' || order.status === 'pending_new';
    return {
      begun: refused ? undefined : this.taken(order, order.updatedAt),
      ended: ending === undefined ? undefined : this.ended(order, order.updatedAt, ending),
    };
  }

  ofFill(fill: FillActivity): VenueReport {
    return this.filled({ id: fill.orderId, symbol: fill.symbol, side: fill.side }, fill.at, fill.cumulative, fill);
  }

  executionOf(fill: FillActivity): VenueExecution {
    const clientOrderId = this.chains.clientOrderIdOf(fill.orderId);
    return {
      executionId: executionIdOf(fill.orderId, fill.cumulative),
      venueOrderId: fill.orderId,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
      symbol: fill.symbol,
      side: fill.side,
      quantity: fill.quantity,
      price: fill.price,
      at: fill.at,
    };
  }

  /** The replacement works: the order goes on under its id. */
  updated(order: AlpacaOrder, at: UnixNanos): VenueReport {
    // Told late, it may have been replaced again since.
    if (this.chains.get(order.id)?.status !== 'replaced') this.chains.moveHead(this.chains.clientOrderIdOf(order.id), order.id);
    return { ...this.base(order, at), id: `updated/${order.id}`, type: 'UPDATED', terms: this.chains.termsOf(order) };
  }

  private taken(order: AlpacaOrder, at: UnixNanos): VenueReport {
    return order.replaces === undefined
      ? { ...this.base(order, at), id: `accepted/${order.id}`, type: 'ACCEPTED' }
      : this.updated(order, at);
  }

  private ended(order: AlpacaOrder, at: UnixNanos, ending: Ending): VenueReport {
    const base = { ...this.base(order, at), id: `${ending.toLowerCase()}/${order.id}` };
    if (ending === 'CANCELED') return { ...base, type: 'CANCELED', reason: 'the venue cancelled it' };
    if (ending === 'EXPIRED') return { ...base, type: 'EXPIRED' };
    if (order.replaces !== undefined) {
      const replaced = this.chains.get(order.replaces);
      return this.replacementRejected(replaced ?? order, order.id, at);
    }
    return { ...base, type: 'REJECTED', code: 'OTHER', message: 'the venue rejected the order' };
  }

  /** The venue tells it of the order that stays, of the replacement that it rejects, or of both. */
  private replacementRejected(order: AlpacaOrder, replacement: string, at: UnixNanos): VenueReport {
    this.chains.moveHead(this.chains.clientOrderIdOf(order.id), order.id);
    return {
      ...this.base(order, at),
      id: `update-rejected/${replacement}`,
      type: 'UPDATE_REJECTED',
      code: 'TOO_LATE',
      message: 'the venue rejected the replacement',
    };
  }

  private filled(
    order: Pick<AlpacaOrder, 'id' | 'symbol' | 'side'>,
    at: UnixNanos,
    cumulative: Quantity,
    fill: { readonly quantity: Quantity; readonly price: Price },
  ): VenueReport {
    const executionId = executionIdOf(order.id, cumulative);
    return {
      ...this.base(order, at),
      id: `fill/${executionId}`,
      type: 'FILLED',
      executionId,
      side: order.side,
      quantity: fill.quantity,
      price: fill.price,
    };
  }

  private base(order: Pick<AlpacaOrder, 'id' | 'symbol'>, at: UnixNanos) {
    const clientOrderId = this.chains.clientOrderIdOf(order.id);
    return { at, symbol: order.symbol, venueOrderId: order.id, ...(clientOrderId === undefined ? {} : { clientOrderId }) };
  }
}
