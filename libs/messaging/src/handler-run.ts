import { type EventName, parseSubject, schemaNameOf } from '@tradewind/contracts';

import { backoffMs, pause } from './backoff.js';
import type { Bus } from './bus.js';
import { BusStoppedError } from './errors.js';
import { errorFields } from './log.js';
import { HEADER } from './messages.js';
import type { JsMsg } from '@nats-io/jetstream';
import { classificationOf, type Classify, type RetryLimits, type Settlement, settlementOf } from './settlement.js';
import { StoredEvent } from './stored-event.js';
import { processSpan } from './tracing.js';

export type EventHandler = (fact: unknown, event: StoredEvent) => Promise<void>;

export interface HandlerRunOptions {
  readonly bus: Bus;
  readonly service: string;
  readonly handlers: ReadonlyMap<EventName, EventHandler>;
  readonly classify: Classify;
  readonly limits: RetryLimits;
  readonly deliveriesMax: number;
  readonly stopping: AbortSignal;
  /** Whether this process may handle messages of the partition now. */
  readonly mayAct: () => boolean;
}

const LOG_EVERY_ATTEMPTS = 20;

/** From a delivered message to its settlement: checks it, decodes it, calls the handler, and judges what went wrong. */
export class HandlerRun {
  readonly #options: HandlerRunOptions;
  /** Failed attempts at the message that is being redelivered; one at a time, as keyed consumers have one outstanding. */
  #failed: { readonly messageId: string; readonly failures: number } | undefined;

  constructor(options: HandlerRunOptions) {
    this.#options = options;
  }

  async settle(message: JsMsg): Promise<Settlement> {
    const { bus, handlers, mayAct } = this.#options;
    if (!mayAct()) return { status: 'left' };
    const route = parseSubject(message.subject);
    const handler = route === undefined ? undefined : handlers.get(route.event);
    if (route === undefined || handler === undefined) {
      return { status: 'dead-letter', reason: 'unknown-event', error: new RangeError(`no handler knows ${message.subject}`) };
    }
    const event = new StoredEvent(message, route, bus.codec);
    const schema = message.headers?.get(HEADER.schema);
    if (schema !== schemaNameOf(route.event)) {
      return {
        status: 'dead-letter',
        reason: 'schema',
        error: new TypeError(`schema is '${schema ?? ''}', this build reads '${schemaNameOf(route.event)}'`),
      };
    }
    let fact: unknown;
    try {
      fact = event.decode();
    } catch (error) {
      return { status: 'dead-letter', reason: 'malformed', error };
    }
    return this.#attempt(event, () => processSpan(route.event, this.#options.service, event.headers, () => handler(fact, event)));
  }

  async #attempt(event: StoredEvent, run: () => Promise<void>): Promise<Settlement> {
    const { bus, classify, limits, stopping, deliveriesMax } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await run();
        this.#failed = undefined;
        return { status: 'handled' };
      } catch (error) {
        if (stopping.aborted || error instanceof BusStoppedError) return { status: 'handed-back' };
        const classification = classificationOf(error, classify);
        const fields = { event: event.event, messageId: event.messageId, sequence: event.sequence, attempt, ...errorFields(error) };
        if (classification !== 'retry-forever') {
          const failures = this.#countFailure(event.messageId);
          const isLastDelivery = deliveriesMax > 0 && event.deliveries >= deliveriesMax;
          bus.log.warn({ ...fields, failures, classification }, 'handler failed');
          return settlementOf(classification, error, failures, isLastDelivery, limits);
        }
        if (attempt % LOG_EVERY_ATTEMPTS === 0) bus.log.warn(fields, 'handler waits for what it needs');
        await pause(backoffMs(attempt, limits.inProcess), stopping);
        if (stopping.aborted) return { status: 'handed-back' };
      }
    }
  }

  #countFailure(messageId: string): number {
    const failures = this.#failed?.messageId === messageId ? this.#failed.failures + 1 : 1;
    this.#failed = { messageId, failures };
    return failures;
  }
}
