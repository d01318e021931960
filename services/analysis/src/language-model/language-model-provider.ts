import type { FeaturesComputed, FeatureVector } from '@tradewind/features';
import { analyse, type Analysis, isDaily, type MarketViewReader } from '@tradewind/signals';

import type { AnalysisProvider, ProviderAnswer } from '../provider.js';
import type { LanguageModelFailure } from './failure.js';
import type { LanguageModelAnalyst } from './language-model-analyst.js';

export interface LanguageModelProviderOptions {
  readonly analyst: LanguageModelAnalyst;
  readonly read: MarketViewReader;
  /** Symbols asked about at the same time. */
  readonly parallelMax: number;
  readonly onFailure: (failure: LanguageModelFailure) => void;
}

/** Names the missing language model in the header of the batch. */
export const LANGUAGE_MODEL_MISSING = 'language-model';

/**
 * Asks the language model about every symbol that may be traded, several at a time. Where it fails, the rule-based analyst speaks instead, under its own
 * label, and the batch says so. Bars that only warm up are left to the rules: nothing is decided on them.
 */
export class LanguageModelProvider implements AnalysisProvider {
  constructor(private readonly options: LanguageModelProviderOptions) {}

  async analyse(features: FeaturesComputed): Promise<ProviderAnswer> {
    const warm = features.vectors.filter((vector) => vector.warm && isDaily(vector));
    const analyses = new Array<Analysis>(warm.length);
    let replaced = 0;
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < warm.length; index = next++) {
        const { analysis, asked } = await this.#analyseOne(warm[index]!);
        analyses[index] = analysis;
        if (asked && analysis.ruleBased) replaced += 1;
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.options.parallelMax, warm.length) }, work));
    return { analyses, degraded: replaced > 0 ? [LANGUAGE_MODEL_MISSING] : [] };
  }

  async #analyseOne(vector: FeatureVector): Promise<{ readonly analysis: Analysis; readonly asked: boolean }> {
    const view = this.options.read(vector);
    if (vector.warmUp) return { analysis: analyse(view), asked: false };
    const answer = await this.options.analyst.analyse(view);
    if (answer.ok) return { analysis: answer.value, asked: true };
    this.options.onFailure(answer.error);
    return { analysis: analyse(view), asked: true };
  }
}
