import type { FeaturesComputed } from '@tradewind/features';
import type { PredictionsMade } from '@tradewind/models';
import { answerHeader, type StepHeader } from '@tradewind/vocabulary';

import { decideSignals, type SignalsOutcome } from './decide.js';
import type { AnalysesMade, SignalsDecided } from './facts.js';
import type { SignalRules } from './signals-step.js';
import type { SignalsState } from './state.js';
import type { AnalystOpinion } from './votes.js';

/** The batches of one step and partition. A source that did not answer in time is undefined and named in `degraded`. */
export interface SignalsInputs {
  readonly features: FeaturesComputed;
  readonly predictions: PredictionsMade | undefined;
  /** The analyses, or as much of them as deciding needs. */
  readonly analyses: (Pick<AnalysesMade, 'header'> & { readonly analyses: readonly AnalystOpinion[] }) | undefined;
  readonly degraded: readonly string[];
}

const NOTHING: readonly string[] = [];

/** All that was missing, each once and sorted. */
const saidOf = (waitedFor: readonly string[], headers: readonly StepHeader[], undecided: readonly string[]): readonly string[] => {
  const isWhole = waitedFor.length === 0 && undecided.length === 0 && headers.every(({ degraded }) => degraded.length === 0);
  return isWhole ? NOTHING : [...new Set([...waitedFor, ...headers.flatMap(({ degraded }) => degraded), ...undecided])].sort();
};

/** Decides a step from its batches and makes the fact that answers it: the whole stage, for the bus and for the backtest alike. */
export const signalsDecided = (
  state: SignalsState,
  { features, predictions, analyses, degraded }: SignalsInputs,
  rules: SignalRules,
): { readonly fact: SignalsDecided; readonly outcome: SignalsOutcome } => {
  const outcome = decideSignals(
    state,
    {
      header: features.header,
      vectors: features.vectors,
      predictions: predictions?.predictions,
      analyses: analyses?.analyses,
    },
    rules,
  );
  const headers = [features.header];
  if (predictions !== undefined) headers.push(predictions.header);
  if (analyses !== undefined) headers.push(analyses.header);
  const causes = headers.map(({ id }) => id);
  const said = saidOf(degraded, headers, outcome.degraded);
  return {
    fact: {
      header: answerHeader('signals.decisions', features.header, causes, said),
      decisions: outcome.decisions,
      final: features.final,
    },
    outcome,
  };
};
