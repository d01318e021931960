import type { Bar } from '@tradewind/market';
import { clientOrderIdOf } from '@tradewind/orders';
import type { ExecutionsReported, OrderIntent } from '@tradewind/orders';
import type { SignalDecision, SignalsDecided } from '@tradewind/signals';
import { floorToStep, priceFromNumber, stepMessageId, toNumber, ZERO_PRICE } from '@tradewind/vocabulary';
import type { Instrument, Price, StepHeader } from '@tradewind/vocabulary';

import type { OrderCandidate } from './checks/check.js';
import { ExposureBook } from './exposure-book.js';
import type { Verdict, VerdictsReached } from './facts.js';
import type { ReturnHistory } from './history.js';
import { Journal } from './journal.js';
import { watchEquity } from './monitor.js';
import { checkSignal } from './pre-trade.js';
import type { RiskProfile } from './profile.js';
import { protectiveIntents, severest } from './protective-orders.js';
import type { ProtectionOrder } from './protective-orders.js';
import { isStepDecided } from './risk-state.js';
import type { PendingOrder, RiskEvent, RiskState } from './risk-state.js';

/** What the market did in a step: its bars over all partitions, by symbol, and the history up to and with them. */
export interface StepMarket {
  readonly bars: readonly Bar[];
  /** NO_HISTORY where the profile asks for none: the profile says which of its rules do. */
  readonly history: ReturnHistory;
}

/** One step's inputs over all partitions. `header.causes` names the messages they came in. */
export interface RiskInput extends StepMarket {
  readonly header: StepHeader;
  readonly decisions: readonly SignalDecision[];
  readonly executions: ExecutionsReported;
  readonly final: boolean;
}

export interface RiskSetting {
  readonly profile: RiskProfile;
  readonly instruments: Readonly<Record<string, Instrument>>;
}

export class RiskStepError extends Error {
  override readonly name = 'RiskStepError';
  readonly code = 'STEP_OUT_OF_ORDER';
}

/** Joins the decisions of all partitions, in any order, with the executions of the same step. Throws RiskStepError when they are not of one step. */
export const joinDecisions = (batches: readonly SignalsDecided[], executions: ExecutionsReported, market: StepMarket): RiskInput => {
  const sorted = batches.length === 1 ? batches : [...batches].sort((left, right) => left.header.partition - right.header.partition);
  for (const { header } of sorted) {
    if (header.step !== executions.header.step || header.run !== executions.header.run) {
      throw new RiskStepError(`${header.id} is not of the step of ${executions.header.id}`);
    }
  }
  const headers = sorted.map(({ header }) => header);
  headers.push(executions.header);
  const { id, run, step, partition, at } = executions.header;
  return {
    header: {
      id,
      run,
      step,
      partition,
      at,
      causes: headers.map((header) => header.id),
      degraded: headers.every(({ degraded }) => degraded.length === 0)
        ? []
        : [...new Set(headers.flatMap(({ degraded }) => degraded))].sort(),
    },
    decisions: sorted.length === 1 ? sorted[0]!.decisions : sorted.flatMap(({ decisions }) => decisions),
    executions,
    final: executions.final,
    bars: market.bars,
    history: market.history,
  };
};

/** Exits first, since they free what entries use; then by symbol, so that the order of arrival decides nothing. */
const canonical = (left: SignalDecision, right: SignalDecision): number => {
  if (left.action !== right.action) return left.action === 'EXIT' ? -1 : 1;
  if (left.symbol !== right.symbol) return left.symbol < right.symbol ? -1 : 1;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
};

const CLOSING = new Set(['OrderDenied', 'OrderRejected', 'OrderCanceled', 'OrderExpired']);

const observe = (journal: Journal, { header, executions }: RiskInput): void => {
  const fills: { clientOrderId: string; leaves: OrderIntent['quantity'] }[] = [];
  const closed: string[] = [];
  for (const event of executions.events) {
    if (event.type === 'OrderFilled') fills.push({ clientOrderId: event.clientOrderId, leaves: event.leavesQuantity });
    else if (CLOSING.has(event.type)) closed.push(event.clientOrderId);
  }
  journal.record({
    type: 'AccountObserved',
    id: `ao/${header.run}/${header.step}`,
    at: header.at,
    run: header.run,
    step: header.step,
    equity: executions.account.equity,
    fills,
    closed,
  });
};

const stopFor = (decision: SignalDecision, profile: RiskProfile, tickSize: Price): Price | undefined => {
  const distance = toNumber(profile.sizing.stopAtrMultiple) * decision.atr;
  const level = decision.referencePrice - distance;
  const stop = level > 0 ? floorToStep(priceFromNumber(level), tickSize) : ZERO_PRICE;
  return stop > 0n ? stop : undefined;
};

/** Entries are limit orders at the collar, for the day, with their ATR stop: no fill can be worse than what was reserved. Exits go to market. */
const intentOf = (verdictId: string, decision: SignalDecision, candidate: OrderCandidate, profile: RiskProfile): OrderIntent => {
  const shared = {
    clientOrderId: clientOrderIdOf(verdictId),
    symbol: decision.symbol,
    side: candidate.side,
    quantity: candidate.quantity,
    verdictId,
  };
  if (candidate.side === 'SELL') return { ...shared, type: 'MARKET', timeInForce: 'GTC', purpose: 'signal:exit' };
  const protectiveStop = stopFor(decision, profile, candidate.instrument.tickSize);
  return {
    ...shared,
    type: 'LIMIT',
    timeInForce: 'DAY',
    limitPrice: candidate.worstPrice,
    purpose: 'signal:enter',
    ...(protectiveStop === undefined ? {} : { protectiveStop }),
  };
};

const pendingOf = (intent: OrderIntent, session: number): PendingOrder => ({
  clientOrderId: intent.clientOrderId,
  symbol: intent.symbol,
  side: intent.side,
  leaves: intent.quantity,
  worstPrice: intent.limitPrice ?? ZERO_PRICE,
  reduces: intent.purpose !== 'signal:enter',
  isDay: intent.timeInForce === 'DAY',
  session,
});

const isNew = (state: RiskState, decision: SignalDecision): boolean =>
  decision.status === 'VALIDATED' && decision.at > (state.lastSignals[decision.symbol] ?? -1n);

interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly reserved: readonly PendingOrder[];
}

const judgeSignals = (journal: Journal, input: RiskInput, book: ExposureBook, { profile, instruments }: RiskSetting): Judgement => {
  const verdicts: Verdict[] = [];
  const reserved: PendingOrder[] = [];
  const seen = new Set<string>();
  const { state } = journal;
  const signals = input.decisions.filter(({ status }) => status === 'VALIDATED').sort(canonical);
  for (const decision of signals) {
    if (seen.has(decision.id)) continue;
    seen.add(decision.id);
    const { header, executions } = input;
    const verdictId = `vd/${decision.id}`;
    const shared = { id: verdictId, signalId: decision.id, symbol: decision.symbol, at: header.at, causes: [decision.id] };
    const answer = checkSignal({
      decision,
      header,
      accountId: executions.account.accountId,
      currency: executions.account.currency,
      instrument: instruments[decision.symbol],
      profile,
      state,
      book,
      trades: state.tradesThisSession + reserved.length,
      lowQuality: executions.lowQuality,
    });
    if ('denial' in answer) {
      verdicts.push({ ...shared, status: 'DENIED', ...answer.denial });
      continue;
    }
    const intent = intentOf(verdictId, decision, answer.candidate, profile);
    const pending = pendingOf(intent, state.session);
    book.reserve(pending);
    reserved.push(pending);
    verdicts.push({ ...shared, status: 'APPROVED', intent });
  }
  return { verdicts, reserved };
};

const NOTHING_JUDGED = { verdicts: [], protective: [], reserved: [] } as const;

/** Protective orders first, so that no signal sells what they sell. */
const judge = (
  journal: Journal,
  input: RiskInput,
  protection: ProtectionOrder | undefined,
  setting: RiskSetting,
): Judgement & { readonly protective: readonly OrderIntent[] } => {
  const { account } = input.executions;
  const book = new ExposureBook(account, journal.state.pending, setting.instruments, setting.profile);
  const protective = protection === undefined ? [] : protectiveIntents(protection, account, book, setting.instruments);
  const protectiveReserved = protective.map((intent) => pendingOf(intent, journal.state.session));
  for (const pending of protectiveReserved) book.reserve(pending);
  const { verdicts, reserved } = judgeSignals(journal, input, book, setting);
  return { verdicts, protective, reserved: [...protectiveReserved, ...reserved] };
};

/**
 * The risk step: observes the account, works the breakers, then judges the validated signals, each seeing what the ones before it reserved.
 * The result does not depend on the order of the decisions. Throws RiskStepError on a step that is not after the last one of the run.
 */
export const decideStep = (
  state: RiskState,
  input: RiskInput,
  setting: RiskSetting,
): { readonly state: RiskState; readonly reached: VerdictsReached; readonly events: readonly RiskEvent[] } => {
  const { header, final } = input;
  if (isStepDecided(state, header.run, header.step))
    throw new RiskStepError(`step ${header.step} of run ${header.run} was decided already`);
  const journal = new Journal(state);
  observe(journal, input);
  const breakers = watchEquity(journal, state, header, setting.profile);
  const { flattenFor } = journal.state;
  const protection = flattenFor === '' ? severest(breakers) : { id: flattenFor, purpose: 'kill-switch', action: 'CLOSE_ALL' as const };
  const isQuiet = protection === undefined && !input.decisions.some(({ status }) => status === 'VALIDATED');
  const { verdicts, protective, reserved } = isQuiet ? NOTHING_JUDGED : judge(journal, input, protection, setting);
  if (!isQuiet) {
    journal.record({
      type: 'StepJudged',
      id: `sj/${header.run}/${header.step}`,
      at: header.at,
      judged: input.decisions
        .filter((decision) => isNew(state, decision))
        .map((decision) => ({ symbol: decision.symbol, at: decision.at })),
      reserved,
      trades: reserved.length - protective.length,
      flattened: flattenFor !== '',
    });
  }
  const reached: VerdictsReached = {
    header: {
      id: stepMessageId('risk.verdicts', header.run, header.step, 0),
      run: header.run,
      step: header.step,
      partition: 0,
      at: header.at,
      causes: header.causes,
      degraded: header.degraded,
    },
    verdicts,
    protectiveIntents: protective,
    breakers,
    state: journal.state.trading,
    final,
  };
  return { state: journal.state, reached, events: journal.events };
};

/** What the step sends to the venue: protective orders first, then approvals in the order of their verdicts. */
export const intentsOf = (reached: VerdictsReached): readonly OrderIntent[] => {
  const intents = [...reached.protectiveIntents];
  for (const verdict of reached.verdicts) if (verdict.status === 'APPROVED') intents.push(verdict.intent);
  return intents;
};
