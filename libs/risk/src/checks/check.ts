import type { SymbolQuality } from '@tradewind/market';
import type { SignalDecision } from '@tradewind/signals';
import type { AccountId, Instrument, Money, Price, Quantity, Side, StepHeader } from '@tradewind/vocabulary';

import type { Denial } from '../deny-codes.js';
import type { ExposureBook } from '../exposure-book.js';
import type { RiskProfile } from '../profile.js';
import type { RiskState } from '../risk-state.js';

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
  /** Approved this session, this step's among them. */
  readonly trades: number;
  /** Symbols whose market data is below the minimum of quality at this step. */
  readonly lowQuality: readonly SymbolQuality[];
}

/** A sized order before its last checks. */
export interface OrderCandidate {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly worstPrice: Price;
  readonly worstNotional: Money;
}

export interface SignalCheck {
  readonly name: string;
  check(context: SignalContext): Denial | undefined;
}

export interface OrderCheck {
  readonly name: string;
  check(candidate: OrderCandidate, context: SignalContext): Denial | undefined;
}
