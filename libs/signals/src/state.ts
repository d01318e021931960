import type { SignalAction } from './facts.js';

/** Common returns kept for correlation. Short, because the state is saved on each step. */
export const RETURNS_KEPT = 40;

/** What has become of a symbol's last ENTER. LAPSED: it expired without renewal; nothing asked to give the exposure up yet. */
export type HeldSignal =
  | { readonly status: 'NONE' }
  | { readonly status: 'ACTIVE'; readonly signalId: string; readonly barsLeft: number }
  | { readonly status: 'LAPSED'; readonly signalId: string };

/** A signal whose outcome is not known yet. Counted in the symbol's own bars. */
export interface PendingOutcome {
  readonly signalId: string;
  readonly action: SignalAction;
  readonly referencePrice: number;
  readonly barsLeft: number;
}

export interface SymbolSignals {
  readonly held: HeldSignal;
  /** Bars until a new candidate may be raised. */
  readonly quietBars: number;
  /** Log returns of the last steps in millionths, newest last; 0 for a step without a bar, so that all symbols stay aligned. */
  readonly returns: readonly number[];
  readonly pending: readonly PendingOutcome[];
}

/** Everything that the signals of one partition depend on. Plain data. */
export interface SignalsState {
  readonly partition: number;
  /** Empty before the first step. */
  readonly run: string;
  /** The run before, so that what is late of it is known for late; empty without one. */
  readonly previousRun: string;
  /** The last step done in the run; -1 before the first. */
  readonly step: number;
  readonly symbols: Readonly<Record<string, SymbolSignals>>;
  /** Outcomes over the horizon by action, in millionths, signed in the direction of the signal; newest last. */
  readonly outcomes: { readonly ENTER: readonly number[]; readonly EXIT: readonly number[] };
}

export const NEW_SYMBOL: SymbolSignals = { held: { status: 'NONE' }, quietBars: 0, returns: [], pending: [] };

export const initialSignalsState = (partition: number): SignalsState => ({
  partition,
  run: '',
  previousRun: '',
  step: -1,
  symbols: {},
  outcomes: { ENTER: [], EXIT: [] },
});

/** Whether a step needs no decision any more: it was decided, or it belongs to the run before. */
export const isStepDone = (state: SignalsState, run: string, step: number): boolean =>
  run === state.run ? step <= state.step : run === state.previousRun && run !== '';
