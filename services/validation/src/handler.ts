import type { FeaturesComputed } from '@tradewind/features';
import { type Bus, PermanentError, RunJoin } from '@tradewind/messaging';
import type { PredictionsMade } from '@tradewind/models';
import {
  type AnalysesMade,
  FeatureSetError,
  isStepDone,
  type SignalRules,
  signalsDecided,
  type SignalsDecided,
  type SignalsInputs,
  type SignalsState,
} from '@tradewind/signals';

import type { SignalMetrics } from './metrics.js';
import { eventRows, type SignalsStage } from './store.js';
import { decisionsMessage } from './wire.js';

export type SourceName = 'features' | 'inference' | 'analysis';
export type SourceFact = FeaturesComputed | PredictionsMade | AnalysesMade;

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

export interface InputsJoinOptions {
  /** How long a step waits for model and analyst; undefined: for ever. */
  readonly joinWaitMs: number | undefined;
  /** The state last committed. */
  readonly state: () => SignalsState;
  readonly decide: (inputs: SignalsInputs) => Promise<void>;
}

/** Joins the three inputs of one partition's steps: vectors are always waited for, model and analyst only so long. */
export const inputsJoin = ({ joinWaitMs, state, decide }: InputsJoinOptions): RunJoin<SourceFact> => {
  const required = joinWaitMs === undefined;
  return new RunJoin<SourceFact>({
    sources: [
      { name: 'features', required: true },
      { name: 'inference', required },
      { name: 'analysis', required },
    ],
    partitions: 1,
    ...(joinWaitMs === undefined ? {} : { maxWaitMs: joinWaitMs }),
    progress: state,
    isPast: (run) => run !== '' && run === state().previousRun,
    process: async (inputs, degraded) => {
      const of = <T extends SourceFact>(source: SourceName): T | undefined => inputs.get(source)?.[0] as T | undefined;
      const features = of<FeaturesComputed>('features');
      if (features === undefined) throw new Error('a step was joined without its vectors');
      await decide({ features, predictions: of<PredictionsMade>('inference'), analyses: of<AnalysesMade>('analysis'), degraded });
    },
  });
};

/** Joins the inputs of each partition's steps, decides, and commits state, events and the outgoing message in one statement. */
export class ValidationHandler {
  #joins: readonly RunJoin<SourceFact>[] = [];

  constructor(private readonly options: ValidationHandlerOptions) {
    this.forget();
  }

  /** Forgets what waits to be joined. Call when this instance takes over: it all comes again. */
  forget(): void {
    const { stages, joinWaitMs } = this.options;
    this.#joins = stages.map((stage) =>
      inputsJoin({ joinWaitMs, state: () => stage.state, decide: (inputs) => this.#decide(stage, inputs) }),
    );
  }

  /**
   * Settles when the step of this input is committed. Throws PermanentError on vectors of an unknown feature set and on a partition that this
   * deployment does not have.
   */
  async offer(source: SourceName, fact: SourceFact): Promise<void> {
    const join = this.#joins[fact.header.partition];
    if (join === undefined) throw new PermanentError(`partition ${fact.header.partition} of ${this.#joins.length}`, 'PARTITION_UNKNOWN');
    await join.offer(source, 0, fact.header, fact);
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
