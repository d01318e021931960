import type { RecordsKnown, TicksArrived } from '@tradewind/market';
import { RunJoin } from '@tradewind/messaging';
import type { Bus, OutgoingMessage } from '@tradewind/messaging';
import {
  announceTradingStatus,
  changePaper,
  executeBars,
  isStepExecuted,
  isStepPlaced,
  joinBars,
  noteActions,
  placeIntents,
  takeActions,
} from '@tradewind/orders';
import type { Desk, DeskEvent, OrderEvent, OrdersCommand, OrdersState, PaperChange, PaperVenue } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { intentsOf } from '@tradewind/risk';
import type { ProtectionsOrdered, RiskCommand, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';

import type { OrdersMetrics } from './metrics.js';
import { orNever } from './or-never.js';
import { openSymbols, StepTicks } from './step-ticks.js';
import type { BarsAt } from './step-ticks.js';
import { eventRows, staleState } from './store.js';
import type { OrdersStage } from './store.js';
import type { Trading } from './trading.js';
import { changesMessage, executionsMessage, haltedMessage, placedMessage } from './wire.js';

/** Risk answers a halt in this time, in its place between two verdicts; only without it is the halt carried out here. */
const RISK_ANSWERS_MS = 400;
const POLL_MS = 20;

/** Another instance did the step while we were about to. */
class StepTaken extends Error {
  override readonly name = 'StepTaken';
}

/** The account has orders in symbols whose ticks are not at hand. */
class OrdersCame extends Error {
  override readonly name = 'OrdersCame';
}

export interface OrdersHandlerOptions {
  readonly stage: OrdersStage;
  readonly bus: Pick<Bus, 'envelope' | 'readStream'>;
  readonly venue: PaperVenue;
  readonly metrics: OrdersMetrics;
  readonly clock: Clock;
  readonly partitions: number;
}

interface Decided {
  readonly state: OrdersState;
  readonly events: readonly DeskEvent[];
  readonly orderEvents: readonly OrderEvent[];
  readonly outbox: readonly OutgoingMessage[];
  readonly account?: AccountSnapshot;
}

/** The steps know nothing of a desk, and what was done between them stays counted. */
const keepingDesk = (before: OrdersState & { readonly desk?: Desk }, decided: Decided): Decided =>
  before.desk === undefined || 'desk' in decided.state
    ? decided
    : { ...decided, state: { ...decided.state, desk: before.desk } as OrdersState };

/** Bars, verdicts and trading states of one account, each committed with its state, events and outgoing messages in one statement. */
export class OrdersHandler implements Trading {
  #bars: RunJoin<BarsAt>;
  readonly #ticks: StepTicks;
  /** Time of the last trading state that risk told: a command of before it is answered. */
  #statusAt = 0n as UnixNanos;

  constructor(private readonly options: OrdersHandlerOptions) {
    this.#bars = this.#join();
    this.#ticks = new StepTicks(options.bus);
  }

  /** Forgets what waits to be joined. Call when this instance takes over: it all comes again. */
  forget(): void {
    this.#bars = this.#join();
    this.#ticks.forget();
  }

  #join(): RunJoin<BarsAt> {
    const { stage, partitions } = this.options;
    return new RunJoin<BarsAt>({
      sources: [{ name: 'bars', required: true }],
      partitions,
      progress: () => ({ run: stage.state.run, step: stage.state.executedStep }),
      isPast: (run) => stage.state.pastRuns.includes(run),
      process: (inputs) => this.#execute(inputs.get('bars') ?? []),
    });
  }

  /** Settles when the splits and dividends among the records are written down; they are booked with the bars from their ex-date on. */
  async know(fact: RecordsKnown): Promise<void> {
    const { id, run, step } = fact.header;
    // Hardly any records are of this kind: the others cost no statement.
    if (noteActions(this.options.stage.state, fact).events.length === 0) return;
    await this.#commit([id], (state) => {
      const { state: after, events } = noteActions(state, fact);
      if (isStepExecuted(state, run, step) || events.length === 0) throw new StepTaken();
      return { state: after, events, orderEvents: [], outbox: [] };
    });
  }

  hold(fact: TicksArrived): void {
    this.#ticks.hold(fact);
  }

  /** Settles when the bars of all partitions of the step are there and what they and its ticks did is committed. */
  offerBars(bars: BarsAt): Promise<void> {
    const { header } = bars.fact;
    return this.#bars.offer('bars', header.partition, header, bars);
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
    if (fact.at > this.#statusAt) this.#statusAt = fact.at;
    await this.#commit([fact.id], (state) => {
      if (fact.state.accountId !== state.account.accountId) throw new StepTaken();
      const done = announceTradingStatus(state, { id: fact.id, at: fact.at, status: fact.state.status });
      const outbox = done.halted === undefined ? [] : [haltedMessage(this.options.bus, state.account.accountId, done.halted)];
      return { state: done.state, events: done.events, orderEvents: done.halted?.events ?? [], outbox };
    });
  }

  async hear(command: RiskCommand): Promise<void> {
    if (command.type !== 'Halt') return;
    const until = performance.now() + RISK_ANSWERS_MS;
    while (this.#statusAt < command.at && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await this.#commit([command.id], (state) => {
      const isAnswered = command.at <= this.#statusAt || state.halt !== 'NONE';
      if (isAnswered || command.accountId !== state.account.accountId) throw new StepTaken();
      const done = announceTradingStatus(state, { id: command.id, at: command.at, status: 'HALTED' });
      const outbox = done.halted === undefined ? [] : [haltedMessage(this.options.bus, command.accountId, done.halted)];
      return { state: done.state, events: done.events, orderEvents: done.halted?.events ?? [], outbox };
    });
  }

  async protect({ id, accountId, intents, state: { status } }: ProtectionsOrdered): Promise<void> {
    await this.#change(accountId, { id, intents, halted: status === 'HALTED' });
  }

  async obey(command: OrdersCommand): Promise<void> {
    const { id, accountId } = command;
    if (command.type === 'CancelOrder') await this.#change(accountId, { id, cancel: command.clientOrderId });
    if (command.type === 'RecordAccountEvent') await this.#change(accountId, { id, accountEvent: command.event });
  }

  async #change(accountId: string, change: PaperChange): Promise<void> {
    const { bus, clock, venue } = this.options;
    const now = clock.now();
    await this.#commit([change.id], (state) => {
      if (accountId !== state.account.accountId) throw new StepTaken();
      const { state: after, events, changed } = orNever(() => changePaper(state, change, now, venue));
      if (changed === undefined) throw new StepTaken();
      return { state: after, events, orderEvents: changed.events, outbox: [changesMessage(bus, changed)], account: changed.account };
    });
  }

  /** Orders that are placed while ticks are read may be in a symbol whose ticks were left out: then they are read once more. */
  async #execute(arrived: readonly BarsAt[]): Promise<void> {
    for (;;) {
      try {
        const symbols = openSymbols(this.options.stage.state);
        return await this.#executeWith(arrived, symbols, await this.#ticks.of(arrived, symbols));
      } catch (error) {
        if (!(error instanceof OrdersCame)) throw error;
      }
    }
  }

  async #executeWith(arrived: readonly BarsAt[], symbols: ReadonlySet<string>, ticks: readonly TicksArrived[]): Promise<void> {
    const batches = arrived.map(({ fact }) => fact);
    const input = { ...joinBars(batches), ticks };
    const { run, step } = input.header;
    await this.#commit(
      batches.map(({ header }) => header.id),
      (state) => {
        if (isStepExecuted(state, run, step)) throw new StepTaken();
        if ([...openSymbols(state)].some((symbol) => !symbols.has(symbol))) throw new OrdersCame();
        const { bus, venue } = this.options;
        const taken = takeActions(state, input.header, venue);
        const done = executeBars(taken.state, input, venue);
        const { report } = done;
        const outbox = [...(taken.changed === undefined ? [] : [changesMessage(bus, taken.changed)]), executionsMessage(bus, report)];
        const orderEvents = [...(taken.changed?.events ?? []), ...report.events];
        return { state: done.state, events: [...taken.events, ...done.events], orderEvents, outbox, account: report.account };
      },
    );
  }

  async #commit(messageIds: readonly string[], decide: (state: OrdersState) => Decided): Promise<void> {
    const { stage, metrics } = this.options;
    try {
      const outcome = await stage.run<Decided>(messageIds, (state) => {
        const decided = keepingDesk(state, decide(state));
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
