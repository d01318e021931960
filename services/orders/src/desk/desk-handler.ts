import type { BarsClosed } from '@tradewind/market';
import { RunJoin } from '@tradewind/messaging';
import type { Bus } from '@tradewind/messaging';
import {
  acceptDifferences,
  announceDeskStatus,
  bookAccountEvent,
  cancelOrder,
  deskBars,
  haltDesk,
  isStepExecuted,
  isStepPlaced,
  joinBars,
  placeDeskIntents,
  protectBetweenSteps,
} from '@tradewind/orders';
import type { DeskPolicy, OrdersCommand } from '@tradewind/orders';
import { intentsOf } from '@tradewind/risk';
import type { ProtectionsOrdered, RiskCommand, TradingStateChanged, VerdictsReached } from '@tradewind/risk';
import type { Clock } from '@tradewind/vocabulary';

import { orNever } from '../or-never.js';
import type { BarsAt } from '../step-ticks.js';
import { staleState } from '../store.js';
import type { Trading } from '../trading.js';
import { executionsMessage, placedMessage } from '../wire.js';
import type { DeskBooks } from './books.js';

export interface DeskHandlerOptions {
  readonly books: DeskBooks;
  readonly bus: Pick<Bus, 'envelope'>;
  readonly policy: DeskPolicy;
  readonly clock: Clock;
  readonly partitions: number;
  /** Bars came: what the dead-man's switch counts from. */
  readonly onBars: (interval: string) => void;
  /** A person wants a comparison now. */
  readonly onReconcile: () => void;
}

/** Messages of one account at a real broker. Nothing here talks to the broker: what is to be sent is written down, and the session sends it. */
export class DeskHandler implements Trading {
  #bars: RunJoin<BarsClosed>;

  constructor(private readonly options: DeskHandlerOptions) {
    this.#bars = this.#join();
  }

  forget(): void {
    this.#bars = this.#join();
  }

  #join(): RunJoin<BarsClosed> {
    const { books, partitions } = this.options;
    return new RunJoin<BarsClosed>({
      sources: [{ name: 'bars', required: true }],
      partitions,
      progress: () => ({ run: books.state.run, step: books.state.executedStep }),
      isPast: (run) => books.state.pastRuns.includes(run),
      process: (inputs) => this.#execute(inputs.get('bars') ?? []),
    });
  }

  /** A broker books splits and dividends itself, and the comparison takes over what it booked: booking them here too would book them twice. */
  know(): Promise<void> {
    return Promise.resolve();
  }

  /** A broker's fills come from the broker. */
  hold(): void {}

  offerBars({ fact }: BarsAt): Promise<void> {
    const [bar] = fact.bars;
    if (bar !== undefined) this.options.onBars(bar.interval);
    return this.#bars.offer('bars', fact.header.partition, fact.header, fact);
  }

  async #execute(batches: readonly BarsClosed[]): Promise<void> {
    const { books, bus, policy } = this.options;
    const input = joinBars(batches);
    const { run, step } = input.header;
    await books.commit(
      batches.map(({ header }) => header.id),
      (state) => {
        if (isStepExecuted(state, run, step)) return undefined;
        const done = deskBars(state, input, policy);
        return { ...done, outbox: [executionsMessage(bus, done.report)], orderEvents: done.report.events, account: done.report.account };
      },
    );
  }

  async place(fact: VerdictsReached): Promise<void> {
    const { books, bus, policy } = this.options;
    const { run, step } = fact.header;
    await books.commit([fact.header.id], (state) => {
      if (isStepPlaced(state, run, step)) return undefined;
      // The bars of this step came first, or there would be no verdict: what we remember is behind what another instance has saved.
      if (run !== state.run || step > state.executedStep) throw staleState(state);
      const input = { header: fact.header, intents: intentsOf(fact), status: fact.state.status, final: fact.final };
      const done = placeDeskIntents(state, input, policy);
      return { ...done, outbox: [placedMessage(bus, done.placed)], orderEvents: done.placed.events };
    });
  }

  async announce(fact: TradingStateChanged): Promise<void> {
    await this.options.books.commit([fact.id], (state) =>
      fact.state.accountId === state.account.accountId
        ? announceDeskStatus(state, { id: fact.id, at: fact.at, status: fact.state.status })
        : undefined,
    );
  }

  async hear(command: RiskCommand): Promise<void> {
    if (command.type !== 'Halt') return;
    await this.options.books.commit([command.id], (state) =>
      command.accountId === state.account.accountId ? haltDesk(state, { id: command.id, at: command.at }) : undefined,
    );
  }

  async protect(fact: ProtectionsOrdered): Promise<void> {
    const { books, clock, policy } = this.options;
    const now = clock.now();
    await books.commit([fact.id], (state) =>
      fact.accountId === state.account.accountId
        ? protectBetweenSteps(state, { id: fact.id, intents: fact.intents, status: fact.state.status }, now, policy)
        : undefined,
    );
  }

  async obey(command: OrdersCommand): Promise<void> {
    const { books, clock, policy, onReconcile } = this.options;
    const now = clock.now();
    await books.commit([command.id], (state) => {
      if (command.accountId !== state.account.accountId) return undefined;
      if (command.type === 'CancelOrder') return cancelOrder(state, command, now);
      if (command.type === 'AcceptDifferences') return acceptDifferences(state, command, now, policy);
      return command.type === 'RecordAccountEvent' ? orNever(() => bookAccountEvent(state, command, now)) : undefined;
    });
    if (command.type === 'Reconcile' || command.type === 'AcceptDifferences') onReconcile();
  }
}
