import type { KnownOrder } from './known-order.js';

/** More than a day has; the ones that ended first are forgotten first. */
const ORDERS_MAX = 50_000;

/** Orders by each of their names. */
export class OrderIndex {
  readonly #byPermId = new Map<number, KnownOrder>();
  readonly #byNumber = new Map<string, KnownOrder>();
  readonly #byClientOrderId = new Map<string, KnownOrder>();

  add(order: KnownOrder): KnownOrder {
    if (this.#byNumber.size >= ORDERS_MAX) this.#forgetOldest();
    if (order.permId > 0) this.#byPermId.set(order.permId, order);
    if (order.orderId !== 0) this.#byNumber.set(numberOf(order), order);
    if (order.clientOrderId !== undefined) this.#byClientOrderId.set(order.clientOrderId, order);
    return order;
  }

  /** The account's number is told later than the client's. */
  setPermId(order: KnownOrder, permId: number): void {
    if (permId <= 0 || order.permId === permId) return;
    order.permId = permId;
    this.#byPermId.set(permId, order);
  }

  /** By the account's number, else by the client's: that of an ended order may be another's by now. */
  find({
    permId,
    clientId,
    orderId,
  }: {
    readonly permId: number;
    readonly clientId: number;
    readonly orderId: number;
  }): KnownOrder | undefined {
    const byPermId = permId > 0 ? this.#byPermId.get(permId) : undefined;
    if (byPermId !== undefined) return byPermId;
    const byNumber = orderId === 0 ? undefined : this.#byNumber.get(numberOf({ clientId, orderId }));
    return byNumber !== undefined && (byNumber.permId === 0 || permId === 0) ? byNumber : undefined;
  }

  byClientOrderId(clientOrderId: string): KnownOrder | undefined {
    return this.#byClientOrderId.get(clientOrderId);
  }

  byVenueOrderId(venueOrderId: string): KnownOrder | undefined {
    return this.#byPermId.get(Number(venueOrderId));
  }

  #forgetOldest(): void {
    for (const [key, order] of this.#byNumber) {
      if (!order.ended) continue;
      this.#byNumber.delete(key);
      this.#byPermId.delete(order.permId);
      if (order.clientOrderId !== undefined) this.#byClientOrderId.delete(order.clientOrderId);
      return;
    }
  }
}

const numberOf = ({ clientId, orderId }: { readonly clientId: number; readonly orderId: number }): string => `${clientId}/${orderId}`;
