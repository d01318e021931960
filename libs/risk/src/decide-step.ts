import type { Bar } from '@tradewind/market';
import type { ExecutionsReported, OrderIntent } from '@tradewind/orders';
import type { SignalDecision, SignalsDecided } from '@tradewind/signals';
import { stepMessageId } from '@tradewind/vocabulary';
import type { Instrument, StepHeader } from '@tradewind/vocabulary';

import { controlReadings } from './controls/control-readings.js';
import type { Verdict, VerdictsReached } from './facts.js';
import type { ReturnHistory } from './history.js';
import { Journal } from './journal.js';
import { StepMoment, watchAccount } from './monitor.js';
import type { Watched } from './monitor.js';
import { heardOf } from './observation.js';
import { PreTradeGate } from './pre-trade-gate.js';
import type { RiskProfile } from './profile.js';
import { protectiveIntents } from './protective-orders.js';
import type { Protection } from './protective-orders.js';
import { tightenedStops } from './protective-stops.js';
import type { StopHeard } from './protective-stops.js';
import { completeRisk, isStepDecided } from './risk-state.js';
import type { RiskEvent, RiskState } from './risk-state.js';
import { pendingOf } from './reservation.js';
import type { PendingOrder } from './reservation.js';

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
  /** From the publication of the step's bars to its decision, by the wall clock; absent in replays. Journaled where it is watched. */
  readonly latencyMs?: number;
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

const observe = (journal: Journal, input: RiskInput, profile: RiskProfile): void => {
  const { header, executions } = input;
  const { run, step, at } = header;
  const heard = heardOf(journal.state, executions.events, executions.account);
  journal.record({ type: 'AccountObserved', id: `ao/${run}/${step}`, at, run, step, ...heard });
  const readings = controlReadings(journal.state.controls, input, profile);
  if (readings !== undefined) journal.record({ type: 'ControlsRead', id: `cr/${run}/${step}`, at, readings });
};

const isNew = (state: RiskState, decision: SignalDecision): boolean =>
  decision.status === 'VALIDATED' && decision.at > (state.lastSignals[decision.symbol] ?? -1n);

interface Judgement {
  readonly verdicts: readonly Verdict[];
  readonly reserved: readonly PendingOrder[];
}

/** Each signal once, in one order, whatever the order of arrival. */
const judgeSignals = (decisions: readonly SignalDecision[], gate: PreTradeGate): readonly Verdict[] => {
  const seen = new Set<string>();
  const verdicts: Verdict[] = [];
  for (const decision of decisions.filter(({ status }) => status === 'VALIDATED').sort(canonical)) {
    if (seen.has(decision.id)) continue;
    seen.add(decision.id);
    verdicts.push(gate.judge(decision));
  }
  return verdicts;
};

const NOTHING_JUDGED = { verdicts: [], protective: [], reserved: [], tightened: [], trades: 0 } as const;

interface Judged extends Judgement {
  readonly protective: readonly OrderIntent[];
  readonly tightened: readonly StopHeard[];
  /** Approved signals. */
  readonly trades: number;
}

/** The kill switch closes everything; else each breaker has its say. */
const protectionsOf = ({ protections }: Watched, flattenFor: string): readonly Protection[] =>
  flattenFor === '' ? protections : [{ id: flattenFor, purpose: 'kill-switch', cut: 'ALL' }];

/** Protective orders first, so that no signal sells what they sell. A tightened stop sells nothing yet and reserves nothing. */
const judge = (journal: Journal, input: RiskInput, watched: Watched, flattenFor: string, setting: RiskSetting): Judged => {
  const { account } = input.executions;
  const { instruments } = setting;
  const gate = new PreTradeGate(input, journal.state, setting);
  const { book } = gate;
  const reducing = protectiveIntents(protectionsOf(watched, flattenFor), account, book, instruments);
  const protectiveReserved = reducing.map((intent) => pendingOf(intent, journal.state.session));
  for (const pending of protectiveReserved) book.reserve(pending);
  const stops =
    watched.tightening === undefined || flattenFor !== ''
      ? []
      : tightenedStops(watched.tightening, account, journal.state.stops, instruments);
  const verdicts = judgeSignals(input.decisions, gate);
  return {
    verdicts,
    protective: [...reducing, ...stops],
    reserved: [...protectiveReserved, ...gate.reserved],
    trades: gate.reserved.length,
    tightened: stops.map(({ symbol, stopPrice }) => ({ symbol, price: stopPrice })),
  };
};

/**
 * The risk step: observes the account, works the breakers, then judges the validated signals, each seeing what the ones before it reserved.
 * The result does not depend on the order of the decisions. Throws RiskStepError on a step that is not after the last one of the run.
 */
export const decideStep = (
  before: RiskState,
  input: RiskInput,
  setting: RiskSetting,
): { readonly state: RiskState; readonly reached: VerdictsReached; readonly events: readonly RiskEvent[] } => {
  const { header, final } = input;
  const state = completeRisk(before);
  if (isStepDecided(state, header.run, header.step))
    throw new RiskStepError(`step ${header.step} of run ${header.run} was decided already`);
  const journal = new Journal(state);
  observe(journal, input, setting.profile);
  const { account } = input.executions;
  const watched = watchAccount(journal, state, new StepMoment(header), setting.profile, {
    account,
    history: input.history,
    instruments: setting.instruments,
  });
  const { flattenFor } = journal.state;
  const isProtected = flattenFor !== '' || watched.protections.length > 0 || watched.tightening !== undefined;
  const isQuiet = !isProtected && !input.decisions.some(({ status }) => status === 'VALIDATED');
  const { verdicts, protective, reserved, tightened, trades } = isQuiet
    ? NOTHING_JUDGED
    : judge(journal, input, watched, flattenFor, setting);
  if (!isQuiet) {
    journal.record({
      type: 'StepJudged',
      id: `sj/${header.run}/${header.step}`,
      at: header.at,
      judged: input.decisions
        .filter((decision) => isNew(state, decision))
        .map((decision) => ({ symbol: decision.symbol, at: decision.at })),
      reserved,
      trades,
      flattened: flattenFor !== '',
      tightened,
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
    breakers: watched.actions,
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
