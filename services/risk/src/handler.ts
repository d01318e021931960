import { RunJoin } from '@tradewind/messaging';
import type { Bus } from '@tradewind/messaging';
import type { ExecutionsReported } from '@tradewind/orders';
import { decideCommand, decideStep, isStepDecided, joinDecisions, NO_HISTORY } from '@tradewind/risk';
import type { CommandRefusal, RiskCommand, RiskSetting, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import type { SignalsDecided } from '@tradewind/signals';

import type { RiskMetrics } from './metrics.js';
import { commandRows, stepRows } from './store.js';
import type { RiskStage } from './store.js';
import { stateMessage, verdictsMessage } from './wire.js';

/** There is nothing to write: another instance did the step, or the command changes nothing. */
class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
  constructor(readonly refusal?: CommandRefusal) {
    super(refusal ?? 'the step is decided');
  }
}

export interface RiskHandlerOptions {
  readonly stage: RiskStage;
  readonly bus: Pick<Bus, 'envelope'>;
  readonly setting: RiskSetting;
  readonly metrics: RiskMetrics;
  readonly partitions: number;
  readonly log: { warn(fields: object, message: string): void };
}

/** Joins each step's decisions with its executions, and takes commands in between; commits state, events and the outgoing message in one statement. */
export class RiskHandler {
  #inputs: RunJoin<SignalsDecided | ExecutionsReported>;

  constructor(private readonly options: RiskHandlerOptions) {
    this.#inputs = this.#join();
  }

  /** Forgets what waits to be joined. Call when this instance takes over: it all comes again. */
  forget(): void {
    this.#inputs = this.#join();
  }

  #join(): RunJoin<SignalsDecided | ExecutionsReported> {
    const { stage, partitions } = this.options;
    return new RunJoin({
      sources: [
        { name: 'decisions', required: true },
        { name: 'executions', required: true, partitions: 1 },
      ],
      partitions,
      progress: () => ({ run: stage.state.run, step: stage.state.step }),
      isPast: (run) => stage.state.pastRuns.includes(run),
      process: (inputs) => this.#decide(inputs),
    });
  }

  /** Settles when the step of these decisions is committed. */
  offerDecisions(fact: SignalsDecided): Promise<void> {
    return this.#inputs.offer('decisions', fact.header.partition, fact.header, fact);
  }

  /** Settles when the step of these executions is committed. */
  offerExecutions(fact: ExecutionsReported): Promise<void> {
    return this.#inputs.offer('executions', 0, fact.header, fact);
  }

  /** A person's halt or resume: effective with its commit. One that changes nothing is logged. */
  async command(command: RiskCommand): Promise<void> {
    const { stage, bus, setting, metrics, log } = this.options;
    try {
      const outcome = await stage.run<TradingStateChanged>([command.id], (state) => {
        const answer = decideCommand(state, command, setting.profile);
        if (answer.changed === undefined) throw new NothingToDo(answer.refusal);
        return {
          state: answer.state,
          events: commandRows(state, answer.events),
          outbox: [stateMessage(bus, answer.changed)],
          result: answer.changed,
        };
      });
      if (outcome.status === 'committed') metrics.observeState(outcome.result.state);
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
      log.warn(
        { command: command.id, actor: command.actor, refusal: error.refusal },
        `${command.type} of ${command.accountId} changed nothing`,
      );
    }
  }

  async #decide(inputs: ReadonlyMap<string, readonly (SignalsDecided | ExecutionsReported)[]>): Promise<void> {
    const { stage, bus, setting, metrics } = this.options;
    const decisions = (inputs.get('decisions') ?? []) as readonly SignalsDecided[];
    const [executions] = (inputs.get('executions') ?? []) as readonly ExecutionsReported[];
    if (executions === undefined) throw new Error('a step was joined without its executions');
    const input = joinDecisions(decisions, executions, { bars: [], history: NO_HISTORY });
    const { run, step } = input.header;
    try {
      const outcome = await stage.run<VerdictsReached>(input.header.causes, (state) => {
        if (isStepDecided(state, run, step)) throw new NothingToDo();
        const done = decideStep(state, input, setting);
        return {
          state: done.state,
          events: stepRows(input.header, done.events),
          outbox: [verdictsMessage(bus, done.reached)],
          result: done.reached,
        };
      });
      if (outcome.status === 'committed') metrics.observeStep(outcome.result, stage.state);
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
    }
  }
}
