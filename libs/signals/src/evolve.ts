import { unreachable } from '@tradewind/vocabulary';

import type { SignalEvent } from './events.js';
import { appended, OUTCOMES_KEPT } from './outcomes.js';
import { type HeldSignal, NEW_SYMBOL, type PendingOutcome, RETURNS_KEPT, type SignalsState, type SymbolSignals } from './state.js';

type StepObserved = Extract<SignalEvent, { type: 'StepObserved' }>;
type OutcomeSettled = Extract<SignalEvent, { type: 'OutcomeSettled' }>;
type Judged = Extract<SignalEvent, { type: 'SignalValidated' | 'SignalRejected' }>;

const NONE: HeldSignal = { status: 'NONE' };

const countedDown = (pending: readonly PendingOutcome[]): readonly PendingOutcome[] =>
  pending.length === 0 ? pending : pending.map((outcome) => ({ ...outcome, barsLeft: outcome.barsLeft - 1 }));

const observed = (known: SymbolSignals, returnMicros: number): SymbolSignals => ({
  held: known.held.status === 'ACTIVE' ? { ...known.held, barsLeft: Math.max(0, known.held.barsLeft - 1) } : known.held,
  quietBars: Math.max(0, known.quietBars - 1),
  returns: appended(known.returns, returnMicros, RETURNS_KEPT),
  pending: countedDown(known.pending),
});

/** A symbol without a bar in the step did not move: its return is 0, so that all windows end at the same step. */
const markUnmoved = (symbols: Record<string, SymbolSignals>, event: StepObserved): void => {
  const seen = new Set<string>(event.bars.map((bar) => bar.symbol));
  for (const symbol of Object.keys(symbols)) {
    const known = symbols[symbol]!;
    if (!seen.has(symbol)) symbols[symbol] = { ...known, returns: appended(known.returns, 0, RETURNS_KEPT) };
  }
};

const evolveStep = (state: SignalsState, event: StepObserved): SignalsState => {
  const symbols: Record<string, SymbolSignals> = { ...state.symbols };
  for (const { symbol, returnMicros } of event.bars) symbols[symbol] = observed(symbols[symbol] ?? NEW_SYMBOL, returnMicros);
  if (Object.keys(symbols).length > event.bars.length) markUnmoved(symbols, event);
  return { ...state, step: event.step, symbols };
};

/** A new run knows neither the steps nor the prices of the last one: what is held stays watched, everything timed starts anew. */
const evolveRun = (state: SignalsState, run: string): SignalsState => {
  const symbols: Record<string, SymbolSignals> = {};
  for (const [symbol, { held }] of Object.entries(state.symbols)) {
    if (held.status !== 'NONE') symbols[symbol] = { ...NEW_SYMBOL, held: { status: 'LAPSED', signalId: held.signalId } };
  }
  return { ...state, run, previousRun: state.run, step: -1, symbols };
};

const withSymbol = (state: SignalsState, symbol: string, change: (known: SymbolSignals) => SymbolSignals): SignalsState => {
  const known = state.symbols[symbol];
  if (known === undefined) throw new Error(`signal event about unknown symbol ${symbol}`);
  return { ...state, symbols: { ...state.symbols, [symbol]: change(known) } };
};

const evolveOutcome = (state: SignalsState, { symbol, signalId, action, outcomeMicros }: OutcomeSettled): SignalsState => {
  const outcomes = { ...state.outcomes, [action]: appended(state.outcomes[action], outcomeMicros, OUTCOMES_KEPT) };
  return {
    ...withSymbol(state, symbol, (known) => ({ ...known, pending: known.pending.filter((outcome) => outcome.signalId !== signalId) })),
    outcomes,
  };
};

const heldAfter = (held: HeldSignal, event: Judged): HeldSignal => {
  if (event.type === 'SignalValidated') {
    return event.action === 'EXIT' ? NONE : { status: 'ACTIVE', signalId: event.signalId, barsLeft: event.expiryBars };
  }
  return held.status === 'ACTIVE' ? { status: 'LAPSED', signalId: held.signalId } : held;
};

const evolveJudged = (state: SignalsState, event: Judged): SignalsState =>
  withSymbol(state, event.symbol, (known) => ({
    held: heldAfter(known.held, event),
    quietBars: event.quietBars,
    returns: known.returns,
    pending: [
      ...known.pending,
      {
        signalId: event.signalId,
        action: event.action,
        referencePrice: event.referencePrice,
        barsLeft: event.horizonBars,
      },
    ],
  }));

/** The state after one event. Throws on an event about a symbol that was never observed. */
export const evolveSignals = (state: SignalsState, event: SignalEvent): SignalsState => {
  switch (event.type) {
    case 'RunStarted':
      return evolveRun(state, event.run);
    case 'StepObserved':
      return evolveStep(state, event);
    case 'OutcomeSettled':
      return evolveOutcome(state, event);
    case 'SignalValidated':
    case 'SignalRejected':
      return evolveJudged(state, event);
    case 'SignalLapsed':
      return withSymbol(state, event.symbol, (known) => ({ ...known, held: { status: 'LAPSED', signalId: event.signalId } }));
    default:
      return unreachable(event);
  }
};
