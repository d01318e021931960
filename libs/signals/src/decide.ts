import { isoFromNanos } from '@tradewind/vocabulary';

import type { SignalDecision } from './facts.js';
import type { SignalEvent } from './events.js';
import { evolveSignals } from './evolve.js';
import { enterDecision, exitDecision } from './judgement.js';
import type { ActivePeer } from './layers/layer.js';
import { MICRO } from './outcomes.js';
import { trendOf } from './regime.js';
import { missingInputs, type SignalRules, type SignalsStep, type SymbolStep, symbolSteps } from './signals-step.js';
import { isStepDone, type SignalsState } from './state.js';

/** What a step decided. `state` is `events` folded over the state before, kept because deciding needed it anyway. */
export interface SignalsOutcome {
  readonly decisions: readonly SignalDecision[];
  readonly events: readonly SignalEvent[];
  /** Inputs that were missing for a symbol that could be decided. */
  readonly degraded: readonly string[];
  readonly state: SignalsState;
}

/** Collects the events of a step and keeps the state that they lead to. */
class Recorder {
  readonly events: SignalEvent[] = [];
  readonly decisions: SignalDecision[] = [];

  constructor(public state: SignalsState) {}

  record(event: SignalEvent): void {
    this.events.push(event);
    this.state = evolveSignals(this.state, event);
  }
}

/** Outcomes that this bar completes: the return since the signal, in its direction. */
const settleOutcomes = (recorder: Recorder, steps: readonly SymbolStep[]): void => {
  for (const { view } of steps) {
    const known = recorder.state.symbols[view.symbol];
    if (known === undefined) continue;
    for (const { signalId, action, referencePrice, barsLeft } of known.pending) {
      if (barsLeft > 1) continue;
      const gained = Math.round((view.close / referencePrice - 1) * MICRO);
      const outcomeMicros = action === 'ENTER' ? gained : 0 - gained;
      recorder.record({ type: 'OutcomeSettled', signalId, symbol: view.symbol, action, outcomeMicros });
    }
  }
};

const judged = (recorder: Recorder, decision: SignalDecision, rules: SignalRules): void => {
  const { entry } = rules.policy;
  recorder.decisions.push(decision);
  const { id: signalId, symbol, action, signalType, referencePrice, horizonBars, rejectionCode: code } = decision;
  if (decision.status === 'REJECTED') {
    recorder.record({ type: 'SignalRejected', signalId, symbol, action, code, referencePrice, horizonBars, quietBars: entry.quietBars });
    return;
  }
  recorder.record({
    type: 'SignalValidated',
    signalId,
    symbol,
    action,
    signalType,
    referencePrice,
    horizonBars,
    expiryBars: entry.expiryBars,
    quietBars: action === 'EXIT' ? entry.quietBars : 0,
  });
};

/** EXIT follows a validated ENTER when the votes turn DOWN or the trend turns bear against it. */
const exitTypeOf = ({ view, fused }: SymbolStep): 'regime-exit' | 'stance-exit' | undefined => {
  if (fused === undefined) return undefined;
  if (trendOf(view) === 'BEAR') return 'regime-exit';
  return fused.stance === 'DOWN' ? 'stance-exit' : undefined;
};

const peersOf = (state: SignalsState, own: string): readonly ActivePeer[] => {
  const peers: ActivePeer[] = [];
  for (const symbol of Object.keys(state.symbols).sort()) {
    const { held, returns } = state.symbols[symbol]!;
    if (symbol !== own && held.status !== 'NONE') peers.push({ symbol: symbol as ActivePeer['symbol'], returns });
  }
  return peers;
};

const raiseEntry = (recorder: Recorder, step: SymbolStep, input: SignalsStep, rules: SignalRules, instant: string): void => {
  const known = recorder.state.symbols[step.view.symbol]!;
  const { held } = known;
  if (step.fused?.stance === 'UP' && known.quietBars === 0 && !(held.status === 'ACTIVE' && held.barsLeft > 0)) {
    const context = {
      renewal: held.status !== 'NONE',
      outcomes: recorder.state.outcomes.ENTER,
      returns: known.returns,
      peers: peersOf(recorder.state, step.view.symbol),
    };
    judged(recorder, enterDecision(step, step.fused, context, input.header, instant, rules.policy), rules);
    return;
  }
  if (held.status === 'ACTIVE' && held.barsLeft === 0) {
    recorder.record({ type: 'SignalLapsed', signalId: held.signalId, symbol: step.view.symbol });
  }
};

/**
 * Decides one step of a partition: settles the outcomes that its bars complete, lets EXITs go first (an exposure given up no longer correlates),
 * then raises an ENTER for each symbol whose votes say UP and that has no active signal, at most one per quiet period after a refusal. Long or flat: a
 * DOWN without exposure is nothing to decide. Pure; the order of the inputs does not matter. Throws RangeError when the step is done (isStepDone).
 */
export const decideSignals = (state: SignalsState, input: SignalsStep, rules: SignalRules): SignalsOutcome => {
  const { header } = input;
  if (isStepDone(state, header.run, header.step)) {
    throw new RangeError(
      header.run === state.run ? `step ${header.step} does not follow ${state.step}` : `step ${header.step} is of the run before`,
    );
  }
  const recorder = new Recorder(state);
  if (header.run !== state.run) recorder.record({ type: 'RunStarted', run: header.run });

  const steps = symbolSteps(input, rules);
  settleOutcomes(recorder, steps);
  recorder.record({
    type: 'StepObserved',
    step: header.step,
    bars: steps.map(({ view, returnMicros }) => ({ symbol: view.symbol, returnMicros })),
  });

  const instant = isoFromNanos(header.at);
  const entering: SymbolStep[] = [];
  for (const step of steps) {
    const held = recorder.state.symbols[step.view.symbol]!.held;
    const exitType = held.status === 'NONE' ? undefined : exitTypeOf(step);
    if (exitType === undefined || step.fused === undefined) entering.push(step);
    else judged(recorder, exitDecision(step, step.fused, exitType, header, instant, rules.policy), rules);
  }
  for (const step of entering) raiseEntry(recorder, step, input, rules, instant);
  return { decisions: recorder.decisions, events: recorder.events, degraded: missingInputs(steps, input), state: recorder.state };
};
