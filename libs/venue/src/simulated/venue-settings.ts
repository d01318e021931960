import type { AccountId, Instrument, Money, UnixNanos } from '@tradewind/vocabulary';

import type { VenuePolicies } from '../models/venue-policies.js';

/** CLOSED: orders wait. EXTENDED: only limit orders that ask for extended hours work. REGULAR: all work. */
export type SessionPhase = 'CLOSED' | 'EXTENDED' | 'REGULAR';

export interface SimulatedAccountSettings {
  /** The venue's name of the account. */
  readonly venueAccount: string;
  readonly accountId?: AccountId;
  readonly currency: string;
  readonly openingCash: Money;
  /** CASH: nothing on credit, no short sales, and only settled money buys unless `unsettled` says otherwise. MARGIN: twice the equity (Regulation T). */
  readonly kind: 'CASH' | 'MARGIN';
  /** Cash accounts: GOOD_FAITH lets unsettled proceeds buy; selling what they bought before they settle is counted as a violation, and the fourth blocks it. */
  readonly unsettled?: 'REFUSE' | 'GOOD_FAITH';
  /** Margin accounts: positions may be worth this many times the equity; 2 unless given. */
  readonly leverage?: number;
}

export interface SimulatedVenueSettings {
  readonly instruments: Readonly<Record<string, Instrument>>;
  readonly account: SimulatedAccountSettings;
  /** What is left out is the default of `VENUE_POLICIES`. */
  readonly policies?: Partial<VenuePolicies>;
  /** Decides the draws of latency. */
  readonly seed: number;
  /** Until the first `onSession`; REGULAR unless given, so that a venue whose sessions nobody tells is always open. */
  readonly phase?: SessionPhase;
}

/** Symbol halted or resumed by the venue. */
export interface TradingHalt {
  readonly symbol: Instrument['symbol'];
  readonly at: UnixNanos;
}

/** An order found by either of its names. */
export interface VenueOrderReference {
  readonly clientOrderId?: string;
  readonly venueOrderId?: string;
}

/** Limits of what the venue keeps. */
export const VENUE_LIMITS = {
  /** Ended orders and executions, the latest: older ones can't be found any more, and their client order ids may be used again. */
  endedOrdersMax: 100_000,
  executionsMax: 200_000,
  /** Working orders; more are refused as RATE_LIMITED. */
  workingOrdersMax: 10_000,
} as const;
