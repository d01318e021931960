import type { BarsClosed } from '@tradewind/market';
import { RunJoin } from '@tradewind/messaging';
import type { Bus } from '@tradewind/messaging';
import type { ExecutionsReported, OrdersChanged } from '@tradewind/orders';
import {
  asksForHistory,
  completeRisk,
  decideCommand,
  decideStep,
  isStepDecided,
  joinDecisions,
  NO_HISTORY,
  observeChanges,
  PortfolioRisk,
  riskReport,
} from '@tradewind/risk';
import type {
  CommandAnswer,
  ProfileInForce,
  ProtectionsOrdered,
  ReturnHistory,
  RiskCommand,
  RiskSetting,
  RiskState,
  VerdictsReached,
} from '@tradewind/risk';
import type { SignalsDecided } from '@tradewind/signals';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';

import type { BarHistory } from './bar-history.js';
import type { RiskMetrics } from './metrics.js';
import type { RefusedCommand, RiskMoment } from './moment.js';
import { eventRows } from './store.js';
import type { RiskStage } from './store.js';
import { profileMessage, protectionsMessage, stateMessage, verdictsMessage } from './wire.js';

/** There is nothing to write: another instance did the step, or the command changes nothing. */
class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
  constructor(readonly answer?: CommandAnswer) {
    super(answer?.refusal ?? 'the step is decided');
  }
}

interface BarsHeard {
  readonly fact: BarsClosed;
  readonly publishedAt: UnixNanos;
}
type StepInput = SignalsDecided | ExecutionsReported | BarsHeard;

export interface RiskHandlerOptions {
  readonly stage: RiskStage;
  readonly bus: Pick<Bus, 'envelope'>;
  readonly profiles: ProfileInForce;
  readonly instruments: RiskSetting['instruments'];
  readonly history: BarHistory;
  readonly metrics: RiskMetrics;
  readonly partitions: number;
  /** Measures how long decisions take; undefined where steps are not made by the clock. */
  readonly clock: Clock | undefined;
  readonly log: { warn(fields: object, message: string): void };
}

/**
 * Joins each step's decisions with its executions and its bars, and takes commands and what happens to orders in between; commits state, events and the outgoing
 * message in one statement.
 */
export class RiskHandler {
  #inputs: RunJoin<StepInput>;
  #refused: RefusedCommand | undefined;
  /** Account and history of the last decision, for reports. */
  #portfolio: PortfolioRisk | undefined;

  constructor(private readonly options: RiskHandlerOptions) {
    this.#inputs = this.#join();
  }

  /** Forgets what waits to be joined. Call when this instance takes over: it all comes again. */
  forget(): void {
    this.#inputs = this.#join();
  }

  /** What is known now; the report is missing before the first decision of this process. */
  moment(): RiskMoment {
    const state = completeRisk(this.options.stage.state);
    const report = this.#portfolio === undefined ? undefined : riskReport(state, this.options.profiles.of(state), this.#portfolio);
    return { state, report, refused: this.#refused };
  }

  #join(): RunJoin<StepInput> {
    const { stage, partitions } = this.options;
    return new RunJoin({
      sources: [
        { name: 'decisions', required: true },
        { name: 'executions', required: true, partitions: 1 },
        { name: 'bars', required: true },
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

  /** Settles when the step of these bars is committed. */
  offerBars(fact: BarsClosed, publishedAt: UnixNanos): Promise<void> {
    return this.#inputs.offer('bars', fact.header.partition, fact.header, { fact, publishedAt });
  }

  /** A person's halt, resume or profile: effective with its commit. One that changes nothing is logged. */
  async command(command: RiskCommand): Promise<void> {
    const { stage, bus, metrics, log } = this.options;
    try {
      const outcome = await stage.run<CommandAnswer>([command.id], (state) => {
        const answer = decideCommand(state, command, this.#setting(state).profile);
        const { changed, profile } = answer;
        if (changed === undefined && profile === undefined) throw new NothingToDo(answer);
        const outbox = [
          ...(changed === undefined ? [] : [stateMessage(bus, changed)]),
          ...(profile === undefined ? [] : [profileMessage(bus, profile)]),
        ];
        return { state: answer.state, events: eventRows(state.step, answer.events), outbox, result: answer };
      });
      if (outcome.status === 'committed') metrics.observeState(outcome.result.state.trading);
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
      const { refusal, faults = [] } = error.answer ?? {};
      if (refusal !== undefined && refusal !== 'COMMAND_REPEATED') this.#refused = { commandId: command.id, refusal, faults };
      log.warn({ command: command.id, actor: command.actor, refusal, faults }, `${command.type} of ${command.accountId} changed nothing`);
    }
  }

  /** What became of orders between the steps; settles when what it led to is committed. */
  async changes(fact: OrdersChanged): Promise<void> {
    const { stage, bus, metrics } = this.options;
    const { run, step } = stage.state;
    const history = await this.#historyFor(stage.state, (bars) => bars.reach({ run, step }));
    const outcome = await stage.run<ProtectionsOrdered | undefined>([fact.id], (state) => {
      const done = observeChanges(state, fact, history, this.#setting(state));
      const outbox = done.protections === undefined ? [] : [protectionsMessage(bus, done.protections)];
      return { state: done.state, events: eventRows(state.step, done.events), outbox, result: done.protections };
    });
    if (outcome.status !== 'committed') return;
    this.#portfolio = new PortfolioRisk(fact.account, history, this.options.instruments);
    if (outcome.result !== undefined) metrics.observeActions(outcome.result.breakers, outcome.result.state);
    metrics.observeMoment(this.moment());
  }

  #setting(state: RiskState): RiskSetting {
    return { profile: this.options.profiles.of(state), instruments: this.options.instruments };
  }

  /** Nothing is kept where nothing asks: bars of a long replay need no memory then. */
  #historyFor(state: RiskState, known: (bars: BarHistory) => Promise<ReturnHistory>): Promise<ReturnHistory> {
    return asksForHistory(this.options.profiles.of(state)) ? known(this.options.history) : Promise.resolve(NO_HISTORY);
  }

  #latencyOf(heard: readonly BarsHeard[]): { readonly latencyMs?: number } {
    const { clock } = this.options;
    if (clock === undefined) return {};
    const published = heard.reduce((latest, { publishedAt }) => (publishedAt > latest ? publishedAt : latest), 0n);
    return { latencyMs: Math.max(0, Number((clock.now() - published) / 1_000_000n)) };
  }

  async #decide(inputs: ReadonlyMap<string, readonly StepInput[]>): Promise<void> {
    const { stage, bus, metrics, instruments } = this.options;
    const decisions = (inputs.get('decisions') ?? []) as readonly SignalsDecided[];
    const [executions] = (inputs.get('executions') ?? []) as readonly ExecutionsReported[];
    const heard = (inputs.get('bars') ?? []) as readonly BarsHeard[];
    if (executions === undefined) throw new Error('a step was joined without its executions');
    // 1. What the market did, up to and with this step.
    const batches = heard.map(({ fact }) => fact);
    const history = await this.#historyFor(stage.state, (bars) => bars.take(executions.header, batches));
    const joined = joinDecisions(decisions, executions, { bars: batches.flatMap(({ bars }) => bars), history });
    const input = { ...joined, ...this.#latencyOf(heard) };
    const { run, step } = input.header;
    try {
      // 2. Decide and commit.
      const outcome = await stage.run<VerdictsReached>(input.header.causes, (state) => {
        if (isStepDecided(state, run, step)) throw new NothingToDo();
        const done = decideStep(state, input, this.#setting(state));
        return {
          state: done.state,
          events: eventRows(step, done.events),
          outbox: [verdictsMessage(bus, done.reached)],
          result: done.reached,
        };
      });
      // 3. Tell people.
      this.#portfolio = new PortfolioRisk(executions.account, history, instruments);
      if (outcome.status !== 'committed') return;
      metrics.observeStep(outcome.result);
      metrics.observeMoment(this.moment());
    } catch (error) {
      if (!(error instanceof NothingToDo)) throw error;
    }
  }
}
