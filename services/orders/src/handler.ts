import type { BarsClosed } from '@tradewind/market';
import { RunJoin } from '@tradewind/messaging';
import type { Bus, OutgoingMessage } from '@tradewind/messaging';
import { announceTradingStatus, executeBars, isStepExecuted, isStepPlaced, joinBars, placeIntents } from '@tradewind/orders';
import type { OrderEvent, OrdersEvent, OrdersState, PaperVenue } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { intentsOf } from '@tradewind/risk';
import type { TradingStateChanged, VerdictsReached } from '@tradewind/risk';

import type { OrdersMetrics } from './metrics.js';
import { eventRows, staleState } from './store.js';
import type { OrdersStage } from './store.js';
import { executionsMessage, haltedMessage, placedMessage } from './wire.js';

/** Another instance did the step while we were about to. */
class StepTaken extends Error {
  override readonly name = 'StepTaken';
}

export interface OrdersHandlerOptions {
  readonly stage: OrdersStage;
  readonly bus: Pick<Bus, 'envelope'>;
  readonly venue: PaperVenue;
  readonly metrics: OrdersMetrics;
  readonly partitions: number;
}

interface Decided {
  readonly state: OrdersState;
  readonly events: readonly OrdersEvent[];
  readonly orderEvents: readonly OrderEvent[];
  readonly outbox: readonly OutgoingMessage[];
  readonly account?: AccountSnapshot;
}

/** Bars, verdicts and trading states of one account, each committed with its state, events and outgoing messages in one statement. */
export class OrdersHandler {
  #bars: RunJoin<BarsClosed>;

  constructor(private readonly options: OrdersHandlerOptions) {
    this.#bars = this.#join();
  }

  /** Forgets what waits to be joined. Call when this instance takes over: it all comes again. */
  forget(): void {
    this.#bars = this.#join();
  }

  #join(): RunJoin<BarsClosed> {
    const { stage, partitions } = this.options;
    return new RunJoin<BarsClosed>({
      sources: [{ name: 'bars', required: true }],
      partitions,
      progress: () => ({ run: stage.state.run, step: stage.state.executedStep }),
      isPast: (run) => stage.state.pastRuns.includes(run),
      process: (inputs) => this.#execute(inputs.get('bars') ?? []),
    });
  }

  /** Settles when the bars of all partitions of the step are there and what they did is committed. */
  offerBars(fact: BarsClosed): Promise<void> {
    return this.#bars.offer('bars', fact.header.partition, fact.header, fact);
  }

  /** Places what risk approved; settles when it is committed. */
  async place(fact: VerdictsReached): Promise<void> {
    const { run, step } = fact.header;
    if (isStepPlaced(this.options.stage.state, run, step)) return;
    await this.#commit([fact.header.id], (state) => {
      if (isStepPlaced(state, run, step)) throw new StepTaken();
      // The bars of this step came first, or there would be no verdict: what we remember is behind what another instance has saved.
      if (run !== state.run || step > state.executedStep) throw staleState(state);
      const input = { header: fact.header, intents: intentsOf(fact), status: fact.state.status, final: fact.final };
      const done = placeIntents(state, input, this.options.venue);
      return {
        state: done.state,
        events: done.events,
        orderEvents: done.placed.events,
        outbox: [placedMessage(this.options.bus, done.placed)],
      };
    });
  }

  /** A halt or resume between steps. */
  async announce(fact: TradingStateChanged): Promise<void> {
    await this.#commit([fact.id], (state) => {
      if (fact.state.accountId !== state.account.accountId) throw new StepTaken();
      const done = announceTradingStatus(state, { id: fact.id, at: fact.at, status: fact.state.status });
      const outbox = done.halted === undefined ? [] : [haltedMessage(this.options.bus, state.account.accountId, done.halted)];
      return { state: done.state, events: done.events, orderEvents: done.halted?.events ?? [], outbox };
    });
  }

  async #execute(batches: readonly BarsClosed[]): Promise<void> {
    const input = joinBars(batches);
    const { run, step } = input.header;
    await this.#commit(
      batches.map(({ header }) => header.id),
      (state) => {
        if (isStepExecuted(state, run, step)) throw new StepTaken();
        const done = executeBars(state, input, this.options.venue);
        const outbox = [executionsMessage(this.options.bus, done.report)];
        return { state: done.state, events: done.events, orderEvents: done.report.events, outbox, account: done.report.account };
      },
    );
  }

  async #commit(messageIds: readonly string[], decide: (state: OrdersState) => Decided): Promise<void> {
    const { stage, metrics } = this.options;
    try {
      const outcome = await stage.run<Decided>(messageIds, (state) => {
        const decided = decide(state);
        return { state: decided.state, events: eventRows(decided.state, decided.events), outbox: decided.outbox, result: decided };
      });
      if (outcome.status === 'duplicate') return;
      metrics.observeEvents(outcome.result.orderEvents);
      if (outcome.result.account !== undefined) metrics.observeAccount(outcome.result.account);
    } catch (error) {
      if (!(error instanceof StepTaken)) throw error;
    }
  }
}
