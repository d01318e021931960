import { type Bus, PermanentError } from '@tradewind/messaging';
import { FeatureSetError, isStepDone, type SignalRules, signalsDecided, type SignalsDecided, type SignalsInputs } from '@tradewind/signals';

import type { SignalMetrics } from './metrics.js';
import { RunJoins, type SourceFact, type SourceName } from './run-joins.js';
import { eventRows, type SignalsStage } from './store.js';
import { decisionsMessage } from './wire.js';

/** Another instance decided the step while we did; there is nothing left to do. */
class StepTaken extends Error {
  override readonly name = 'StepTaken';
}

export interface ValidationHandlerOptions {
  readonly stages: readonly SignalsStage[];
  readonly bus: Pick<Bus, 'envelope'>;
  readonly rules: SignalRules;
  readonly metrics: SignalMetrics;
  readonly joinWaitMs: number | undefined;
}

/** Joins the inputs of each partition's steps, decides, and commits state, events and the outgoing message in one statement. */
export class ValidationHandler {
  readonly #joins: readonly RunJoins[];

  constructor(private readonly options: ValidationHandlerOptions) {
    this.#joins = options.stages.map(
      (stage) =>
        new RunJoins({
          joinWaitMs: options.joinWaitMs,
          state: () => stage.state,
          decide: (inputs) => this.#decide(stage, inputs),
        }),
    );
  }

  /**
   * Settles when the step of this input is committed. Throws PermanentError on vectors of an unknown feature set and on a partition that this
   * deployment does not have.
   */
  async offer(source: SourceName, fact: SourceFact): Promise<void> {
    const joins = this.#joins[fact.header.partition];
    if (joins === undefined) throw new PermanentError(`partition ${fact.header.partition} of ${this.#joins.length}`, 'PARTITION_UNKNOWN');
    await joins.offer(source, fact);
  }

  async #decide(stage: SignalsStage, inputs: SignalsInputs): Promise<void> {
    const { bus, rules, metrics } = this.options;
    const { header } = inputs.features;
    const messageIds = [inputs.features, inputs.predictions, inputs.analyses].flatMap((fact) =>
      fact === undefined ? [] : [fact.header.id],
    );
    try {
      const outcome = await stage.run<SignalsDecided>(messageIds, (state) => {
        if (isStepDone(state, header.run, header.step)) throw new StepTaken();
        const { fact, outcome: decided } = signalsDecided(state, inputs, rules);
        return { state: decided.state, events: eventRows(header, decided.events), outbox: [decisionsMessage(bus, fact)], result: fact };
      });
      if (outcome.status === 'committed') metrics.observe(stage.state, outcome.result.decisions, outcome.result.header.degraded.length > 0);
    } catch (error) {
      if (error instanceof FeatureSetError) throw new PermanentError(error.message, error.code, { cause: error });
      if (!(error instanceof StepTaken)) throw error;
    }
  }
}
