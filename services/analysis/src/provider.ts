import type { FeaturesComputed } from '@tradewind/features';
import type { Analysis } from '@tradewind/signals';

export interface ProviderAnswer {
  /** One for each warm vector, in the order of the vectors. */
  readonly analyses: readonly Analysis[];
  /** What could not be had and was replaced, e.g. `language-model`. */
  readonly degraded: readonly string[];
}

/** Who analyses: rules, or a language model. Never rejects for what an outside provider does: it answers with what it has, labelled. */
export interface AnalysisProvider {
  analyse(features: FeaturesComputed): Promise<ProviderAnswer>;
}
