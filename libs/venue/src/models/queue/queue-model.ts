import type { Quantity } from '@tradewind/vocabulary';

/** How cancellations at a price spread over those before and behind us, when the book is shown by price only. */
export interface QueueModel {
  readonly name: string;
  /**
   * Of `cancelled` (above zero) at a level that held `shown`, what stood before us; between 0 and `ahead`. An expected value and no draw: the same
   * book gives the same place.
   */
  cancelledAhead(ahead: Quantity, shown: Quantity, cancelled: Quantity): Quantity;
}
