import type { AccountId, Instrument, Money, UnixNanos } from '@tradewind/vocabulary';

import type { BorrowPolicy } from '../models/borrow/borrow-policy.js';
import { borrowFreely } from '../models/borrow/borrow-freely.js';
import type { CommissionPolicy } from '../models/commission/commission-policy.js';
import { noCommission } from '../models/commission/no-commission.js';
import type { HaltPolicy } from '../models/halts/halt-policy.js';
import type { LatencyModel } from '../models/latency/latency-model.js';
import { noLatency } from '../models/latency/no-latency.js';
import type { ParticipationPolicy } from '../models/participation/participation-policy.js';
import { unlimitedParticipation } from '../models/participation/participation-policy.js';
import { cancelsProportional } from '../models/queue/cancels-proportional.js';
import type { QueueModel } from '../models/queue/queue-model.js';
import { noSlippage } from '../models/slippage/no-slippage.js';
import type { SlippagePolicy } from '../models/slippage/slippage-policy.js';

/** One model of each kind; what is left out is the default of `VENUE_POLICIES`. */
export interface VenuePolicies {
  /** Of market-taking fills, on top of what walking the book costs. */
  readonly slippage: SlippagePolicy;
  readonly commission: CommissionPolicy;
  /** Of a bar's or a trade's volume. */
  readonly participation: ParticipationPolicy;
  readonly latency: LatencyModel;
  readonly queue: QueueModel;
  readonly halts: HaltPolicy;
  readonly borrow: BorrowPolicy;
}

export const VENUE_POLICIES: VenuePolicies = {
  slippage: noSlippage,
  commission: noCommission,
  participation: unlimitedParticipation,
  latency: noLatency,
  queue: cancelsProportional,
  halts: 'HOLD',
  borrow: borrowFreely,
};

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
