import type { Bar } from '@tradewind/market';
import type { ExecutionsReported } from '@tradewind/orders';
import type { SignalDecision } from '@tradewind/signals';
import type { Instrument, StepHeader } from '@tradewind/vocabulary';

import { ExposureBook } from './exposure-book.js';
import type { Verdict } from './facts.js';
import type { ReturnHistory } from './history.js';
import { intentOf } from './order-intent.js';
import { PortfolioReturns } from './portfolio-returns.js';
import { checkSignal } from './pre-trade.js';
import type { RiskProfile } from './profile.js';
import { pendingOf } from './reservation.js';
import type { PendingOrder } from './reservation.js';
import type { RiskState } from './risk-state.js';
import { StepMarketView } from './step-market-view.js';

/** What a step's signals are judged against. */
export interface GateInput {
  readonly header: StepHeader;
  readonly executions: Pick<ExecutionsReported, 'account' | 'lowQuality'>;
  readonly bars: readonly Bar[];
  readonly history: ReturnHistory;
}

/** What decides beside the step. */
export interface GateSetting {
  readonly profile: RiskProfile;
  readonly instruments: Readonly<Record<string, Instrument>>;
}

/**
 * The gate that every signal of a step passes through, one after the other: each sees what those before it reserved. Opened once a step; after that a signal
 * costs the same however many positions there are.
 */
export class PreTradeGate {
  readonly book: ExposureBook;
  /** What the step approved, in the order of approval. */
  readonly reserved: PendingOrder[] = [];
  readonly #market: StepMarketView;
  #portfolio: PortfolioReturns | undefined;

  constructor(
    private readonly input: GateInput,
    private readonly state: RiskState,
    private readonly setting: GateSetting,
  ) {
    const { instruments, profile } = setting;
    this.book = new ExposureBook(input.executions.account, state.pending, instruments, profile, state.strategyHoldings);
    this.#market = new StepMarketView(input.header.at, input.bars, input.history);
  }

  /** One verdict; an approval is reserved before it is told. */
  judge(decision: SignalDecision): Verdict {
    const { state, book } = this;
    const { header, executions } = this.input;
    const { account, lowQuality } = executions;
    const { profile, instruments } = this.setting;
    const id = `vd/${decision.id}`;
    const shared = { id, signalId: decision.id, symbol: decision.symbol, at: header.at, causes: [decision.id] };
    const answer = checkSignal({
      decision,
      header,
      accountId: account.accountId,
      currency: account.currency,
      instrument: instruments[decision.symbol],
      profile,
      state,
      book,
      approved: this.reserved.length,
      trades: state.tradesThisSession + this.reserved.length,
      lowQuality,
      market: this.#market,
      portfolio: this.#returns,
    });
    if ('denial' in answer) return { ...shared, status: 'DENIED', ...answer.denial };
    const intent = intentOf(id, decision, answer.candidate);
    const pending = pendingOf(intent, state.session);
    book.reserve(pending);
    this.reserved.push(pending);
    return { ...shared, status: 'APPROVED', intent };
  }

  /** Made when a check asks for it first: a profile without such limits never pays for it. */
  readonly #returns = (): PortfolioReturns =>
    (this.#portfolio ??= new PortfolioReturns(this.book, this.input.history, this.setting.profile.portfolio.windowBars));
}
