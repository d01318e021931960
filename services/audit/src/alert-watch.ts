import {
  advanceDesk,
  type AlertDesk,
  ALERTING_KINDS,
  type AlertMessage,
  type AlertPolicy,
  claimDelivery,
  type Delivery,
  type DeliveryOutcome,
  settleDelivery,
} from '@tradewind/alerts';
import type { FactKind } from '@tradewind/audit';
import type { EventLike } from '@tradewind/database';
import { type Notifier, NotifierError } from '@tradewind/notifiers';
import type { DurableStage } from '@tradewind/service-kit';
import { nanosFromMillis } from '@tradewind/vocabulary';

import type { GivenUp } from './given-up.js';
import type { RecordedFacts } from './recorded-facts.js';

const KINDS: readonly FactKind[] = [...ALERTING_KINDS, 'audit-command'];

/** So many records without a word for people may have to be read again after a kill. */
const UNSAVED_MAX = 5_000;

type Cursors = Readonly<Record<string, number>>;

const furthest = (left: Cursors, right: Cursors): Cursors =>
  Object.fromEntries([...Object.keys(left), ...Object.keys(right)].map((chain) => [chain, Math.max(left[chain] ?? 0, right[chain] ?? 0)]));

/** The desk needs no change. */
class NothingDue extends Error {
  override readonly name = 'NothingDue';
}

export interface AlertWatchOptions {
  readonly stage: DurableStage<AlertDesk>;
  readonly facts: Pick<RecordedFacts, 'after'>;
  readonly letters: Pick<GivenUp, 'after'>;
  readonly notifiers: readonly Notifier[];
  readonly policy: AlertPolicy;
  readonly nowMs: () => number;
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
  readonly attempted: (channel: string, outcome: string) => void;
}

const toldEvent = (message: AlertMessage): EventLike => ({
  id: `alert/${message.id}`,
  type: 'AlertTold',
  step: -1,
  at: nanosFromMillis(message.atMs),
  payload: message,
});

const outcomeOf = (error: unknown): DeliveryOutcome => {
  if (!(error instanceof NotifierError)) return { status: 'FAILED' };
  if (error.code === 'REFUSED') return { status: 'REFUSED' };
  return { status: 'FAILED', ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }) };
};

/** Reads what was recorded since the last look, makes messages of it, and sees to it that every channel gets them. */
export class AlertWatch {
  readonly #sending = new Map<string, Promise<void>>();
  /** How far it has read, saved or not: what says nothing to people is not worth a commit each time. */
  #read: Cursors = {};
  #stopped = false;

  constructor(private readonly options: AlertWatchOptions) {}

  /** One look; sending goes on after it. Rejects with what the database throws. */
  async look(): Promise<void> {
    const { stage, facts, letters, notifiers, policy, nowMs } = this.options;
    const cursors = furthest(stage.state.cursors, this.#read);
    const [recorded, givenUp] = await Promise.all([facts.after(cursors, KINDS), letters.after(cursors)]);
    const found = [...recorded, ...givenUp];
    const now = nowMs();
    const routes = notifiers.map(({ name, severityMin }) => ({ channel: name, severityMin }));
    await this.#change((desk) => {
      const next = advanceDesk(desk, found, now, routes, policy);
      const unsaved = found.reduce((sum, { chain, upTo }) => sum + upTo - (desk.cursors[chain] ?? 0), 0);
      const isDue = next.desk.book !== desk.book || next.desk.deliveries !== desk.deliveries || unsaved >= UNSAVED_MAX;
      return isDue ? { desk: next.desk, events: next.messages.map(toldEvent) } : undefined;
    });
    this.#read = furthest(cursors, Object.fromEntries(found.map(({ chain, upTo }) => [chain, upTo])));
    for (const notifier of notifiers) this.#keepSending(notifier);
  }

  /** Waits for what is being sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#sending.values());
  }

  #keepSending(notifier: Notifier): void {
    const { name } = notifier;
    if (this.#sending.has(name)) return;
    const done = this.#sendAll(notifier)
      .catch((err: unknown) => this.options.log.warn({ err, channel: name }, 'a message could not be settled; it is tried again'))
      .finally(() => this.#sending.delete(name));
    this.#sending.set(name, done);
  }

  async #sendAll(notifier: Notifier): Promise<void> {
    while (!this.#stopped) {
      const delivery = await this.#claim(notifier.name);
      if (delivery === undefined) return;
      const outcome = await this.#attempt(notifier, delivery);
      await this.#settle(delivery, outcome);
    }
  }

  async #claim(channel: string): Promise<Delivery | undefined> {
    const { stage, nowMs } = this.options;
    if (claimDelivery(stage.state, channel, nowMs()).delivery === undefined) return undefined;
    let claimed: Delivery | undefined;
    await this.#change((desk) => {
      const next = claimDelivery(desk, channel, nowMs());
      claimed = next.delivery;
      return next.delivery === undefined ? undefined : { desk: next.desk, events: [] };
    });
    return claimed;
  }

  async #attempt(notifier: Notifier, { message, attempts }: Delivery): Promise<DeliveryOutcome> {
    const { attempted, log } = this.options;
    try {
      await notifier.send(message);
      attempted(notifier.name, 'sent');
      return { status: 'SENT' };
    } catch (error) {
      const outcome = outcomeOf(error);
      attempted(notifier.name, outcome.status.toLowerCase());
      log.warn({ err: error, channel: notifier.name, message: message.id, attempts }, 'an alert was not taken');
      return outcome;
    }
  }

  async #settle(delivery: Delivery, outcome: DeliveryOutcome): Promise<void> {
    let givenUp = false;
    await this.#change((desk) => {
      const next = settleDelivery(desk, delivery, outcome, this.options.nowMs());
      ({ givenUp } = next);
      return { desk: next.desk, events: [] };
    });
    if (givenUp) this.options.log.error({ channel: delivery.channel, message: delivery.message.id }, 'an alert is lost on this channel');
  }

  async #change(
    decide: (desk: AlertDesk) => { readonly desk: AlertDesk; readonly events: readonly EventLike[] } | undefined,
  ): Promise<void> {
    try {
      await this.options.stage.run([], (desk) => {
        const decided = decide(desk);
        if (decided === undefined) throw new NothingDue();
        return { state: decided.desk, events: decided.events, outbox: [], result: undefined };
      });
    } catch (error) {
      if (!(error instanceof NothingDue)) throw error;
    }
  }
}
