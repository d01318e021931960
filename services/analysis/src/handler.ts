import type { FeaturesComputed } from '@tradewind/features';
import { type Bus, PermanentError } from '@tradewind/messaging';
import { type AnalysesMade, FeatureSetError } from '@tradewind/signals';
import { answerHeader } from '@tradewind/vocabulary';

import type { AnalysisProvider } from './provider.js';
import { analysesMessage } from './wire.js';

/** Answers each batch of vectors with one batch of analyses. Keeps no state, so that a message delivered again gives the same answer. */
export class AnalysisHandler {
  constructor(
    private readonly provider: AnalysisProvider,
    private readonly bus: Pick<Bus, 'envelope' | 'publish'>,
  ) {}

  /** Settles when the analyses are stored in their stream. Throws PermanentError on vectors of an unknown feature set. */
  async handle(features: FeaturesComputed): Promise<void> {
    await this.bus.publish(analysesMessage(this.bus, await this.#analyse(features)));
  }

  async #analyse(features: FeaturesComputed): Promise<AnalysesMade> {
    try {
      const { analyses, degraded } = await this.provider.analyse(features);
      const { header } = features;
      return {
        header: answerHeader('analysis.analyses', header, [header.id], [...new Set([...header.degraded, ...degraded])]),
        analyses,
        final: features.final,
      };
    } catch (error) {
      if (error instanceof FeatureSetError) throw new PermanentError(error.message, error.code, { cause: error });
      throw error;
    }
  }
}
