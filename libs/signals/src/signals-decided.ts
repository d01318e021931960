import type { FeaturesComputed } from '@tradewind/features';
import type { PredictionsMade } from '@tradewind/models';
import { answerHeader } from '@tradewind/vocabulary';

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
  const causes = [features.header.id];
  const said = [...degraded, ...features.header.degraded, ...outcome.degraded];
  for (const header of [predictions?.header, analyses?.header]) {
    if (header === undefined) continue;
    causes.push(header.id);
    said.push(...header.degraded);
  }
  return {
    fact: {
      header: answerHeader('signals.decisions', features.header, causes, [...new Set(said)].sort()),
      decisions: outcome.decisions,
      final: features.final,
    },
    outcome,
  };
};
