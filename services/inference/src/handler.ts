import type { FeaturesComputed } from '@tradewind/features';
import type { Bus } from '@tradewind/messaging';
import { assemblePredictions, predictionsWithoutModel, type PredictionsMade, selectRows, type StepSelection } from '@tradewind/models';
import type { Logger } from '@tradewind/service-kit';

import type { Champion, Serving } from './champion.js';
import type { InferenceMetrics } from './metrics.js';
import { ModelFailedError } from './model-host.js';
import { predictionsMessage } from './wire.js';

export interface PredictionHandlerOptions {
  readonly champion: Pick<Champion, 'use'>;
  readonly bus: Pick<Bus, 'envelope' | 'publish'>;
  readonly metrics: InferenceMetrics;
  readonly log: Logger;
}

const NOTHING = { scores: [], probabilities: [] } as const;

/** Answers each step's vectors with the champion's predictions. Nothing is remembered between steps. */
export class PredictionHandler {
  constructor(private readonly options: PredictionHandlerOptions) {}

  /** Settles when the predictions are stored in their stream. */
  async onFeatures(features: FeaturesComputed): Promise<void> {
    const { champion, bus } = this.options;
    const made = await champion.use((serving) =>
      serving === undefined ? Promise.resolve(this.#without(features)) : this.#predict(features, serving),
    );
    await bus.publish(predictionsMessage(bus, made));
  }

  async #predict(features: FeaturesComputed, { model, host }: Serving): Promise<PredictionsMade> {
    const { metrics, log } = this.options;
    const selection = selectRows(features, model);
    this.#countRefusals(features, selection);
    for (const { values } of selection.vectors) metrics.drift?.add(values);
    try {
      const stop = metrics.runSeconds.startTimer();
      const rows = selection.vectors.length;
      const outputs = rows === 0 ? NOTHING : await host.run(selection.inputs, rows);
      stop();
      const made = assemblePredictions(features, model, selection, outputs);
      metrics.predictions.inc({ model: model.model, version: String(model.version) }, made.predictions.length);
      return made;
    } catch (err) {
      if (!(err instanceof ModelFailedError) && !(err instanceof RangeError)) throw err;
      log.error({ err, step: features.header.step, model: model.model, version: model.version }, 'the step goes on without its model');
      return this.#without(features);
    }
  }

  #without(features: FeaturesComputed): PredictionsMade {
    this.options.metrics.withoutModel.inc();
    return predictionsWithoutModel(features);
  }

  #countRefusals(features: FeaturesComputed, { refusals }: StepSelection): void {
    for (const refusal of refusals) {
      this.options.metrics.refusedInputs.inc({ code: refusal.code });
      this.options.log.warn({ ...refusal, step: features.header.step }, 'input refused: no prediction');
    }
  }
}
