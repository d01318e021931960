import type { Money, UnixNanos } from '@tradewind/vocabulary';

import type { MatchedOrder } from '../matching/matched-order.js';
import type { SymbolMarket } from '../matching/matching-desk.js';
import type { VenueOrderChange } from '../venue-order.js';
import type { RejectCode } from '../venue-report.js';
import type { VenueActivity, VenueExecution, VenueOrderStatus } from '../venue-snapshot.js';
import type { SimulatedAccount } from './simulated-account.js';
import type { SessionPhase } from './venue-settings.js';

/** One order at the venue; plain data. */
export interface OrderRecord extends MatchedOrder {
  readonly venueOrderId: string;
  status: VenueOrderStatus;
  notional: Money;
  commission: Money;
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

export interface VenueMarket extends SymbolMarket {
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
  markets: Record<string, VenueMarket>;
  account: SimulatedAccount;
  executions: VenueExecution[];
  executionsSince: UnixNanos;
  activities: VenueActivity[];
  /** Of symbols fed by order: every order of the book, ours among them. Written when the venue is saved. */
  fullBooks: Record<string, Float64Array>;
}

/** Why the venue says no. */
export interface Refusal {
  readonly code: RejectCode;
  readonly message: string;
}
