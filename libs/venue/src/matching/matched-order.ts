import type { Price, Quantity } from '@tradewind/vocabulary';

import type { VenueOrder } from '../venue-order.js';
import type { QueuePlace } from './queue-place.js';

/** An order as matching sees it; plain data, changed in place. */
export interface MatchedOrder {
  /** In the order of arrival: priority in time among our own. */
  readonly sequence: number;
  order: VenueOrder;
  /** Neither filled nor ended. */
  working: boolean;
  filled: Quantity;
  /** Stop price as it stands; of a trailing order it moves. */
  stop: Price | undefined;
  /** The limit it works with; of a trailing stop limit it is known once it triggers. */
  limit: Price | undefined;
  triggered: boolean;
  /** There is a place in the queue while the order rests in the market. */
  place: QueuePlace | undefined;
  /** Taken in, but not told to the market yet: latency, a closed session, a halt. */
  waits: boolean;
}
