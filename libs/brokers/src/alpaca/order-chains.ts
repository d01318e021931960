import type { OrderTerms, VenueOrderStatus, VenueOrderView } from '@tradewind/venue';
import { add, averagePrice, notional, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from '@tradewind/vocabulary';

import { BrokerError } from '../broker.js';
import { oursOf } from './capabilities.js';
import { type AlpacaOrder, NAME, type WireStatus } from './decode.js';

/** An order that replaces another is `<ours>.<n>`: a point can't be in an id of ours. */
const REPLACEMENT = /^([A-Za-z0-9-]{1,32})\.(\d{1,6})$/;
const ORDERS_MAX = 50_000;
const REPLACEMENTS_MAX = 1000;
const ENDED: ReadonlySet<WireStatus> = new Set(['filled', 'canceled', 'expired', 'rejected', 'replaced']);
/** An order by amount has no quantity until it fills; terms need one above zero. */
const LEAST = 1n as Quantity;

const STATUSES: Readonly<Partial<Record<WireStatus, VenueOrderStatus>>> = {
  pending_cancel: 'PENDING_CANCEL',
  pending_replace: 'PENDING_UPDATE',
  filled: 'FILLED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
  rejected: 'REJECTED',
};

export const hasEnded = (order: AlpacaOrder): boolean =>
  ENDED.has(order.status) || (order.status === 'calculated' && order.filled === order.quantity);

const ratherThan = (known: AlpacaOrder, told: AlpacaOrder): AlpacaOrder =>
  told.filled > known.filled || (told.filled === known.filled && told.updatedAt >= known.updatedAt) ? told : known;

/**
 * The orders of a session and which replaces which. To the venue each replacement is an order of its own, with an id, a quantity and fills that begin at nought;
 * to us the chain of them is one order with one client order id.
 */
export class OrderChains {
  private readonly orders = new Map<string, AlpacaOrder>();
  private readonly heads = new Map<string, string>();

  /** `fetch` gives the order with an id of the venue. */
  constructor(private readonly fetch: (venueOrderId: string) => Promise<AlpacaOrder>) {}

  /** Keeps the newest of what is known of an order, and what it replaces. */
  async adopt(order: AlpacaOrder, depth = 0): Promise<AlpacaOrder> {
    if (depth > REPLACEMENTS_MAX)
      throw new BrokerError('BAD_RESPONSE', `${NAME}: an order replaces too many`, {
        field: 'replaces',
        rule: `at most ${REPLACEMENTS_MAX} in a row`,
      });
    const known = this.orders.get(order.id);
    if (known === undefined && order.replaces !== undefined && !this.orders.has(order.replaces)) {
      await this.adopt(await this.fetch(order.replaces), depth + 1);
    }
    const kept = known === undefined ? order : ratherThan(known, order);
    this.orders.set(order.id, kept);
    const clientOrderId = this.clientOrderIdOf(order.id);
    if (clientOrderId !== undefined && !this.heads.has(clientOrderId)) this.heads.set(clientOrderId, order.id);
    if (this.orders.size > ORDERS_MAX) this.forget();
    return kept;
  }

  get(venueOrderId: string): AlpacaOrder | undefined {
    return this.orders.get(venueOrderId);
  }

  /** Orders that were working when last heard of. */
  working(): readonly AlpacaOrder[] {
    return [...this.orders.values()].filter((order) => !hasEnded(order));
  }

  /** The order of the chain that works, or worked last. */
  headOf(clientOrderId: string): string | undefined {
    return this.heads.get(clientOrderId);
  }

  /** The replacement is confirmed, or taken back. */
  moveHead(clientOrderId: string | undefined, venueOrderId: string): void {
    if (clientOrderId !== undefined) this.heads.set(clientOrderId, venueOrderId);
  }

  /** Ours, of the first order of the chain. */
  clientOrderIdOf(venueOrderId: string): string | undefined {
    const order = this.orders.get(venueOrderId);
    if (order === undefined) return undefined;
    if (order.replaces === undefined) return oursOf(order.clientOrderId);
    return this.orders.has(order.replaces) ? this.clientOrderIdOf(order.replaces) : REPLACEMENT.exec(order.clientOrderId ?? '')?.[1];
  }

  /** The client order id of the next replacement, or of one further on: derived, so that sending it again is sending the same. */
  replacementId(clientOrderId: string, head: AlpacaOrder, further: number): string {
    const number = Number(REPLACEMENT.exec(head.clientOrderId ?? '')?.[2] ?? 0);
    return `${clientOrderId}.${number + further}`;
  }

  /** What the orders that it replaces have filled. */
  filledBefore(order: AlpacaOrder): Quantity {
    return this.before(order).reduce((sum, each) => add(sum, each.filled), ZERO_QUANTITY);
  }

  termsOf(order: AlpacaOrder): OrderTerms {
    const own = order.quantity ?? (order.filled > 0n ? order.filled : LEAST);
    const { type, limitPrice, stopPrice, trail } = order;
    return {
      type,
      quantity: add(this.filledBefore(order), own),
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
      ...(trail === undefined ? {} : { trail }),
    };
  }

  viewOf(order: AlpacaOrder): VenueOrderView {
    const parts = [...this.before(order), order].filter(({ filled }) => filled > 0n);
    const filled = parts.reduce((sum, part) => add(sum, part.filled), ZERO_QUANTITY);
    const total = parts.reduce((sum, part) => add(sum, notional(part.averagePrice!, part.filled)), ZERO_MONEY);
    const average = parts.length === 1 ? parts[0]!.averagePrice! : averagePrice(total, parts.length === 0 ? LEAST : filled);
    const clientOrderId = this.clientOrderIdOf(order.id);
    const whole = order.status === 'calculated' && hasEnded(order);
    return {
      ...this.termsOf(order),
      venueOrderId: order.id,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
      symbol: order.symbol,
      side: order.side,
      timeInForce: order.timeInForce,
      status: whole ? 'FILLED' : (STATUSES[order.status] ?? 'WORKING'),
      filledQuantity: filled,
      ...(parts.length === 0 ? {} : { averagePrice: average }),
      updatedAt: order.updatedAt,
    };
  }

  private before(order: AlpacaOrder): readonly AlpacaOrder[] {
    const earlier: AlpacaOrder[] = [];
    for (let id = order.replaces; id !== undefined && earlier.length <= REPLACEMENTS_MAX;) {
      const replaced = this.orders.get(id);
      if (replaced === undefined) break;
      earlier.push(replaced);
      id = replaced.replaces;
    }
    return earlier;
  }

  /** The oldest that ended make room. */
  private forget(): void {
    for (const [id, order] of this.orders) {
      if (this.orders.size <= ORDERS_MAX * 0.9) return;
      if (!hasEnded(order) || order.status === 'replaced') continue;
      const clientOrderId = this.clientOrderIdOf(id);
      for (const part of [order, ...this.before(order)]) this.orders.delete(part.id);
      if (clientOrderId !== undefined && this.heads.get(clientOrderId) === id) this.heads.delete(clientOrderId);
    }
  }
}
