import { isDatabaseAway } from '@tradewind/database';
import type { Bus, OutgoingMessage } from '@tradewind/messaging';
import type { AccountReconciled, DeskEvent, DeskState, OrderAnomaly, OrderEvent, OrdersChanged, OrdersHalted } from '@tradewind/orders';
import { withDesk } from '@tradewind/orders';
import type { AccountSnapshot } from '@tradewind/portfolio';

import { eventRows } from '../store.js';
import type { OrdersStage } from '../store.js';
import { changesMessage, haltedMessage, reconciliationMessage } from '../wire.js';
import type { DeskMetrics } from './desk-metrics.js';

/** What a decision of the core led to, and what else goes out with it. */
export interface DeskDecision {
  readonly state: DeskState;
  readonly events: readonly DeskEvent[];
  readonly changed?: OrdersChanged | undefined;
  readonly reconciled?: AccountReconciled | undefined;
  readonly halted?: OrdersHalted | undefined;
  readonly orderEvents?: readonly OrderEvent[];
  readonly account?: AccountSnapshot;
  readonly outbox?: readonly OutgoingMessage[];
}

/** The decision found nothing to do: nothing is written. */
class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
}

const RETRY_MS = 200;

/** The durable state of the desk. Whatever is decided is committed with its events and messages in one statement, or not at all. */
export class DeskBooks {
  #watch: () => void = () => undefined;

  constructor(
    private readonly stage: OrdersStage,
    private readonly bus: Pick<Bus, 'envelope'>,
    readonly metrics: DeskMetrics,
  ) {}

  get state(): DeskState {
    return withDesk(this.stage.state);
  }

  refresh(): Promise<void> {
    return this.stage.refresh();
  }

  /** Called after each commit, in place of who was called before. */
  onChange(watch: () => void): void {
    this.#watch = watch;
  }

  /** Decides and commits; undefined from `decide` writes nothing. Resolves false when nothing was written. Rejects with what `decide` and the database throw. */
  async commit(messageIds: readonly string[], decide: (state: DeskState) => DeskDecision | undefined): Promise<boolean> {
    try {
      const outcome = await this.stage.run<DeskDecision>(messageIds, (saved) => {
        const decided = decide(withDesk(saved));
        if (decided === undefined || decided.events.length === 0) throw new NothingToDo();
        const { state, events } = decided;
        return { state, events: eventRows(state, events), outbox: this.#outbox(decided), result: decided };
      });
      if (outcome.status === 'committed') this.#observe(outcome.result);
      this.#watch();
      return outcome.status === 'committed';
    } catch (error) {
      if (error instanceof NothingToDo) return false;
      throw error;
    }
  }

  /** The same, waiting for a database that is away; gives up only when told to stop. */
  async commitSurely(
    messageIds: readonly string[],
    decide: (state: DeskState) => DeskDecision | undefined,
    ended: AbortSignal,
  ): Promise<boolean> {
    for (;;) {
      try {
        return await this.commit(messageIds, decide);
      } catch (error) {
        if (ended.aborted || !isDatabaseAway(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #outbox({ state, changed, reconciled, halted, outbox }: DeskDecision): readonly OutgoingMessage[] {
    return [
      ...(outbox ?? []),
      ...(halted === undefined ? [] : [haltedMessage(this.bus, state.account.accountId, halted)]),
      ...(changed === undefined ? [] : [changesMessage(this.bus, changed)]),
      ...(reconciled === undefined ? [] : [reconciliationMessage(this.bus, reconciled)]),
    ];
  }

  #observe({ state, changed, halted, orderEvents, account }: DeskDecision): void {
    const anomalies: readonly OrderAnomaly[] = changed?.anomalies ?? [];
    this.metrics.observe(state, [...(orderEvents ?? []), ...(halted?.events ?? []), ...(changed?.events ?? [])], anomalies);
    const snapshot = account ?? changed?.account;
    if (snapshot !== undefined) this.metrics.observeAccount(snapshot);
  }
}
