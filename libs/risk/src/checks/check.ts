import type { SymbolQuality } from '@tradewind/market';
import type { SignalDecision } from '@tradewind/signals';
import type { AccountId, Instrument, Money, Price, Quantity, Side, StepHeader } from '@tradewind/vocabulary';

import type { Denial } from '../deny-codes.js';
import type { ExposureBook } from '../exposure-book.js';
import type { PortfolioReturns } from '../portfolio-returns.js';
import type { RiskProfile } from '../profile.js';
import type { RiskState } from '../risk-state.js';
import type { StepMarketView } from '../step-market-view.js';

/** What a check may look at; it returns and never sends. */
export interface SignalContext {
  readonly decision: SignalDecision;
  readonly header: StepHeader;
  /** Whose executions came with the step. */
  readonly accountId: AccountId;
  /** Of the account. */
  readonly currency: string;
  readonly instrument: Instrument | undefined;
  readonly profile: RiskProfile;
  readonly state: RiskState;
  readonly book: ExposureBook;
  /** Approved in this step so far. */
  readonly approved: number;
  /** Approved this session, this step's among them. */
  readonly trades: number;
  /** Symbols whose market data is below the minimum of quality at this step. */
  readonly lowQuality: readonly SymbolQuality[];
  readonly market: StepMarketView;
  /** What the portfolio would have returned, reservations counted; made when it is asked for first in a step. */
  readonly portfolio: () => PortfolioReturns;
}

/** What is known of an entry before its size. */
export interface EntryTerms {
  readonly instrument: Instrument;
  readonly referencePrice: Price;
  /** Limit price: no fill is worse. */
  readonly worstPrice: Price;
  /** Undefined when it would be at or below zero. */
  readonly protectiveStop: Price | undefined;
  /** Undefined when the profile sets none. */
  readonly takeProfit: Price | undefined;
  /** Whose budget pays; empty for the account's own. */
  readonly strategy: string;
}

/** A sized order before its last checks. */
export interface OrderCandidate {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly worstPrice: Price;
  readonly worstNotional: Money;
  /** Absent for an exit, which only reduces. */
  readonly entry?: EntryTerms;
}

export interface SignalCheck {
  readonly name: string;
  check(context: SignalContext): Denial | undefined;
}

export interface OrderCheck {
  readonly name: string;
  check(candidate: OrderCandidate, context: SignalContext): Denial | undefined;
}
