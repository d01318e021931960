import type { Money, Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { QueuePlace } from '../matching/queue-place.js';
import type { ShownBook } from '../matching/shown-book.js';
import type { VenueOrder, VenueOrderChange } from '../venue-order.js';
import type { RejectCode } from '../venue-report.js';
import type { VenueActivity, VenueExecution, VenueOrderStatus } from '../venue-snapshot.js';
import type { SimulatedAccount } from './simulated-account.js';
import type { SessionPhase } from './venue-settings.js';

/** One order at the venue; plain data. */
export interface OrderRecord {
  readonly venueOrderId: string;
  /** In the order of arrival: priority in time among our own. */
  readonly sequence: number;
  order: VenueOrder;
  status: VenueOrderStatus;
  filled: Quantity;
  notional: Money;
  commission: Money;
  /** Stop price as it stands; of a trailing order it moves. */
  stop: Price | undefined;
  /** The limit it works with; of a trailing stop limit it is known once it triggers. */
  limit: Price | undefined;
  /** Best price since a trailing order works. */
  best: Price | undefined;
  triggered: boolean;
  /** There is a place in the queue while the order rests in the market. */
  place: QueuePlace | undefined;
  /** Taken in, but not told to the market yet: latency, a closed session, a halt. */
  waits: boolean;
  /** Still on its way to the venue. */
  arriving: boolean;
  /** Reports so far, for the id of the next. */
  reports: number;
  updatedAt: UnixNanos;
}

/** A request on its way. */
export interface RequestInFlight {
  readonly dueAt: UnixNanos;
  readonly sequence: number;
  readonly venueOrderId: string;
  readonly request:
    | { readonly kind: 'INSERT' }
    | { readonly kind: 'UPDATE'; readonly change: VenueOrderChange }
    | { readonly kind: 'CANCEL' };
}

/** What the venue knows of one symbol's market. */
export interface SymbolMarket {
  readonly symbol: Symbol;
  book: ShownBook;
  lastPrice: Price | undefined;
  halted: boolean;
  /** Quotes, trades or a book were seen: bars of the symbol mark positions and match nothing. */
  ticks: boolean;
  /** The opening auction is over in this session. */
  opened: boolean;
}

export interface VenueState {
  readonly version: 1;
  now: UnixNanos;
  phase: SessionPhase;
  /** Counts orders, executions and requests. */
  sequence: number;
  orders: Record<string, OrderRecord>;
  /** Client order id to venue order id. */
  byClientId: Record<string, string>;
  /** Ids of ended orders, the oldest first. */
  ended: string[];
  inFlight: RequestInFlight[];
  markets: Record<string, SymbolMarket>;
  account: SimulatedAccount;
  executions: VenueExecution[];
  executionsSince: UnixNanos;
  activities: VenueActivity[];
}

/** Why the venue says no. */
export interface Refusal {
  readonly code: RejectCode;
  readonly message: string;
}
