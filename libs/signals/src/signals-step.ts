import type { FeaturesComputed, FeatureVector } from '@tradewind/features';
import type { Prediction } from '@tradewind/models';
import type { StepHeader } from '@tradewind/vocabulary';

import { isDaily } from './daily-bars.js';
import { type FusedView, fuse } from './fusion.js';
import type { MarketView, MarketViewReader } from './market-view.js';
import { MICRO } from './outcomes.js';
import type { SignalPolicy } from './policy.js';
import type { AnalystOpinion } from './votes.js';

/** The inputs of one step and partition. A source that did not answer in time is undefined. */
export interface SignalsStep {
  readonly header: StepHeader;
  readonly vectors: FeaturesComputed['vectors'];
  readonly predictions: readonly Prediction[] | undefined;
  readonly analyses: readonly AnalystOpinion[] | undefined;
}

/** How vectors are read and candidates are judged. */
export interface SignalRules {
  readonly read: MarketViewReader;
  readonly policy: SignalPolicy;
}

/** One symbol at one step. `fused` is undefined where nothing may be decided: warming up, or a feature is not warm. */
export interface SymbolStep {
  readonly view: MarketView;
  readonly fused: FusedView | undefined;
  readonly prediction: Prediction | undefined;
  readonly analysis: AnalystOpinion | undefined;
  readonly returnMicros: number;
}

/** Finds by symbol; a list in the order of the vectors, the usual case, costs one comparison. */
const finderOf = <T extends { readonly symbol: string }>(list: readonly T[]): ((symbol: string, guess: number) => T | undefined) => {
  let index: Map<string, T> | undefined;
  return (symbol, guess) => {
    const guessed = list[guess];
    if (guessed?.symbol === symbol) return guessed;
    index ??= new Map(list.map((entry) => [entry.symbol, entry]));
    return index.get(symbol);
  };
};

const NOTHING: readonly never[] = [];

const inOrder = (vectors: readonly FeatureVector[]): readonly FeatureVector[] => {
  for (let index = 1; index < vectors.length; index += 1) {
    if (vectors[index - 1]!.symbol >= vectors[index]!.symbol) {
      return vectors.toSorted((left, right) => (left.symbol < right.symbol ? -1 : 1));
    }
  }
  return vectors;
};

/** The step by symbol, in the order of the symbols whatever the order of the inputs. */
export const symbolSteps = (step: SignalsStep, { read, policy }: SignalRules): readonly SymbolStep[] => {
  const findPrediction = finderOf(step.predictions ?? NOTHING);
  const findAnalysis = finderOf(step.analyses ?? NOTHING);
  return inOrder(step.vectors).map((vector, index) => {
    const view = read(vector);
    const prediction = findPrediction(vector.symbol, index);
    const analysis = findAnalysis(vector.symbol, index);
    const ready = vector.warm && !vector.warmUp && isDaily(vector);
    return {
      view,
      fused: ready ? fuse(view, prediction, analysis, policy.fusion) : undefined,
      prediction,
      analysis,
      returnMicros: Number.isFinite(view.logReturn) ? Math.round(view.logReturn * MICRO) : 0,
    };
  });
};

const NAMED_MAX = 16;

const namesOf = (source: string, symbols: readonly string[]): readonly string[] =>
  symbols.length > NAMED_MAX ? [`${source}/*`] : symbols.map((symbol) => `${source}/${symbol}`);

/**
 * What was missing for symbols that could be decided: `prediction/<symbol>`, `analysis/<symbol>`, or `/*` for more than 16. A source that is missing as
 * a whole is named by whoever waited for it.
 */
export const missingInputs = (steps: readonly SymbolStep[], { predictions, analyses }: SignalsStep): readonly string[] => {
  const unpredicted: string[] = [];
  const unanalysed: string[] = [];
  for (const { view, fused, prediction, analysis } of steps) {
    if (fused === undefined) continue;
    if (predictions !== undefined && prediction === undefined) unpredicted.push(view.symbol);
    if (analyses !== undefined && analysis === undefined) unanalysed.push(view.symbol);
  }
  if (unpredicted.length === 0 && unanalysed.length === 0) return NOTHING;
  return [...namesOf('prediction', unpredicted), ...namesOf('analysis', unanalysed)];
};
