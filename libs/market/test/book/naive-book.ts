import type { BookRefusal, BookSide } from '../../src/index.js';

interface Order {
  readonly id: number;
  readonly side: BookSide;
  price: number;
  quantity: number;
}

/** The book by order as one would write it without a thought for speed: a list in order of arrival, sorted when asked. The model for the real one. */
export class NaiveOrderBook {
  private orders: Order[] = [];

  add(id: number, side: BookSide, price: number, quantity: number): BookRefusal | undefined {
    if (price <= 0) return 'PRICE_OUT_OF_RANGE';
    if (quantity <= 0) return 'QUANTITY_OUT_OF_RANGE';
    if (this.find(id)) return 'ORDER_DUPLICATE';
    this.orders.push({ id, side, price, quantity });
    return undefined;
  }

  reduce(id: number, quantity: number): BookRefusal | undefined {
    const order = this.find(id);
    if (!order) return 'ORDER_UNKNOWN';
    if (quantity <= 0) return 'QUANTITY_OUT_OF_RANGE';
    if (quantity > order.quantity) return 'EXCEEDS_ORDER';
    order.quantity -= quantity;
    if (order.quantity === 0) this.drop(id);
    return undefined;
  }

  remove(id: number): BookRefusal | undefined {
    if (!this.find(id)) return 'ORDER_UNKNOWN';
    this.drop(id);
    return undefined;
  }

  replace(id: number, newId: number, price: number, quantity: number): BookRefusal | undefined {
    const order = this.find(id);
    if (!order) return 'ORDER_UNKNOWN';
    if (price <= 0) return 'PRICE_OUT_OF_RANGE';
    if (quantity <= 0) return 'QUANTITY_OUT_OF_RANGE';
    if (newId !== id && this.find(newId)) return 'ORDER_DUPLICATE';
    this.drop(id);
    this.orders.push({ id: newId, side: order.side, price, quantity });
    return undefined;
  }

  modify(id: number, price: number, quantity: number): BookRefusal | undefined {
    const order = this.find(id);
    if (!order) return 'ORDER_UNKNOWN';
    if (price <= 0) return 'PRICE_OUT_OF_RANGE';
    if (quantity <= 0) return 'QUANTITY_OUT_OF_RANGE';
    if (price !== order.price || quantity > order.quantity) return this.replace(id, id, price, quantity);
    order.quantity = quantity;
    return undefined;
  }

  /** Price, quantity and orders of each level, best first. */
  levels(side: BookSide): readonly (readonly [number, number, number])[] {
    const levels = new Map<number, [number, number]>();
    for (const order of this.orders) {
      if (order.side !== side) continue;
      const level = levels.get(order.price) ?? [0, 0];
      levels.set(order.price, [level[0] + order.quantity, level[1] + 1]);
    }
    return [...levels]
      .map(([price, [quantity, orders]]) => [price, quantity, orders] as const)
      .sort((left, right) => (side === 'BID' ? right[0] - left[0] : left[0] - right[0]));
  }

  queueAt(side: BookSide, price: number): readonly number[] {
    return this.orders.filter((order) => order.side === side && order.price === price).map(({ id }) => id);
  }

  quantityAhead(id: number): number {
    const order = this.find(id);
    if (!order) return NaN;
    const queue = this.orders.filter(({ side, price }) => side === order.side && price === order.price);
    return queue.slice(0, queue.indexOf(order)).reduce((sum, { quantity }) => sum + quantity, 0);
  }

  ids(): readonly number[] {
    return this.orders.map(({ id }) => id);
  }

  private find(id: number): Order | undefined {
    return this.orders.find((order) => order.id === id);
  }

  private drop(id: number): void {
    this.orders = this.orders.filter((order) => order.id !== id);
  }
}
