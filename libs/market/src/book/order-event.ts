import type { UnixNanos } from '@tradewind/vocabulary';

import type { BookSide } from '../tick.js';

interface OrderEventOrigin {
  readonly at: UnixNanos;
  /** The source's own number, 0 when it counts nothing. */
  readonly sequence: number;
}

/**
 * One change of a book by order (Level III). Ids are safe integers; prices and quantities are integer units of the book's scale.
 * `side` is that of the resting order.
 */
export type OrderEvent =
  | (OrderEventOrigin & {
      readonly kind: 'ADD';
      readonly id: number;
      readonly side: BookSide;
      readonly price: number;
      readonly quantity: number;
    })
  /** Part of the order is cancelled; it keeps its place in the queue. */
  | (OrderEventOrigin & { readonly kind: 'REDUCE'; readonly id: number; readonly quantity: number })
  | (OrderEventOrigin & { readonly kind: 'DELETE'; readonly id: number })
  /** A visible order trades. */
  | (OrderEventOrigin & { readonly kind: 'EXECUTE'; readonly id: number; readonly quantity: number })
  /** An order that the book doesn't show trades: the book stays as it is. */
  | (OrderEventOrigin & { readonly kind: 'EXECUTE_HIDDEN'; readonly side: BookSide; readonly price: number; readonly quantity: number })
  /** A new order takes the old one's place, at the end of the queue. */
  | (OrderEventOrigin & {
      readonly kind: 'REPLACE';
      readonly id: number;
      readonly newId: number;
      readonly price: number;
      readonly quantity: number;
    })
  /** Same id, new terms. Only a smaller quantity at the same price keeps its place in the queue. */
  | (OrderEventOrigin & { readonly kind: 'MODIFY'; readonly id: number; readonly price: number; readonly quantity: number })
  /** The venue forgets all orders. */
  | (OrderEventOrigin & { readonly kind: 'CLEAR' });
