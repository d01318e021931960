import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { type EventName, isEventName } from '@tradewind/contracts';
import { lastValueFrom } from 'rxjs';

import { AdvisoryWatch } from './advisory-watch.js';
import type { Bus } from './bus.js';
import { ConsumeLoop } from './consume-loop.js';
import { WiringError } from './errors.js';
import { HandlerRun, type EventHandler } from './handler-run.js';
import { MessageContext } from './message-context.js';
import { type Classify, RETRY_LIMITS, type RetryLimits } from './settlement.js';
import { consumerSettings } from './topology-config.js';
import { type ConsumerDeclaration, keyedDeclarationOf, partitionsOf, type Topology, topology } from './topology.js';

export interface JetStreamStrategyOptions {
  readonly bus: Bus;
  /** Name of the service in the topology. */
  readonly service: string;
  readonly partitions: number;
  /** Events that this process handles; each needs exactly one `@EventPattern(name)`. */
  readonly subscriptions: readonly EventName[];
  readonly classify: Classify;
  /** The declared topology without it. */
  readonly topology?: Topology;
  readonly retryLimits?: RetryLimits;
  /** How long `close()` waits for a message in hand before it goes back to the server; 5,000 ms without it. */
  readonly drainMaxMs?: number;
}

export type StrategyStatus = 'connected' | 'disconnected';
export type StrategyEvents = { readonly status: (status: StrategyStatus) => void };

type Keyed = Extract<ConsumerDeclaration, { mode: 'keyed' }>;

/** Signs of life for a slow handler go out at this share of the ack wait, so that two can be lost. */
const BEATS_PER_ACK_WAIT = 0.3;
const DRAIN_MAX_MS = 5_000;

/**
 * JetStream transport for NestJS microservices: durable keyed consumers, explicit settlement, dead letters. Register
 * `rethrowOriginalFilter` as a global filter, or `classify` never sees the handler's own error.
 */
export class JetStreamStrategy extends Server<StrategyEvents, StrategyStatus> implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  readonly #options: JetStreamStrategyOptions;
  readonly #stopping = new AbortController();
  readonly #loops: ConsumeLoop[] = [];
  readonly #advisories: AdvisoryWatch;

  constructor(options: JetStreamStrategyOptions) {
    super();
    this.#options = options;
    this.#advisories = new AdvisoryWatch(options.bus, options.topology ?? topology);
  }

  /** Throws WiringError for a second handler on a pattern, a request pattern, or a pattern that is not an event. */
  override addHandler(pattern: unknown, callback: MessageHandler, isEventHandler = false, extras: Record<string, unknown> = {}): void {
    const name = String(pattern);
    if (!isEventHandler) throw new WiringError(`${name}: the bus carries events; use @EventPattern, or bus.serve for requests`);
    if (this.messageHandlers.has(this.normalizePattern(name))) {
      throw new WiringError(`${name}: two handlers for one event; one ack can't answer for both`);
    }
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  /** Opens all subscriptions and calls back; an error of the wiring goes to the callback. */
  listen(callback: (error?: unknown) => void): void {
    this.#open().then(() => {
      this._status$.next('connected');
      callback();
    }, callback);
  }

  /** Drains: takes nothing new, finishes the message in hand, hands the rest back, stops the beats. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#loops.map((loop) => loop.stop()), this.#advisories.stop()]);
    this._status$.next('disconnected');
  }

  on<Key extends keyof StrategyEvents>(_event: Key, callback: StrategyEvents[Key]): void {
    this.status.subscribe(callback);
  }

  unwrap<T>(): T {
    return this.#options.bus.connection as T;
  }

  async #open(): Promise<void> {
    const declarations = this.#declarations();
    const handlers = this.#handlers();
    for (const declaration of declarations) {
      for (const partition of partitionsOf(declaration, this.#options.partitions))
        this.#loops.push(this.#loop(declaration, partition, handlers));
    }
    await Promise.all([...this.#loops.map((loop) => loop.start()), this.#advisories.start()]);
  }

  #declarations(): ReadonlySet<Keyed> {
    const { service, subscriptions } = this.#options;
    const found = new Set<Keyed>();
    for (const event of subscriptions) {
      const declaration = keyedDeclarationOf(service, event, this.#options.topology);
      if (declaration === undefined) throw new WiringError(`${event}: the topology has no consumer of it for ${service}`);
      const missing = declaration.events.filter((name) => !subscriptions.includes(name));
      if (missing.length > 0)
        throw new WiringError(`${event}: shares a consumer with ${missing.join(', ')}, which ${service} must subscribe to as well`);
      found.add(declaration);
    }
    return found;
  }

  #handlers(): ReadonlyMap<EventName, EventHandler> {
    const { subscriptions, service } = this.#options;
    const handlers = new Map<EventName, EventHandler>();
    for (const [pattern, handler] of this.messageHandlers) {
      if (!isEventName(pattern) || !subscriptions.includes(pattern))
        throw new WiringError(`${pattern}: ${service} handles it but does not subscribe to it`);
      handlers.set(pattern, async (fact, event) => {
        await lastValueFrom(this.transformToObservable(await handler(fact, new MessageContext([event]))), { defaultValue: undefined });
      });
    }
    const unhandled = subscriptions.filter((event) => !handlers.has(event));
    if (unhandled.length > 0) throw new WiringError(`${unhandled.join(', ')}: ${service} subscribes to it but has no handler`);
    return handlers;
  }

  #loop(declaration: Keyed, partition: number, handlers: ReadonlyMap<EventName, EventHandler>): ConsumeLoop {
    const { bus, service, classify } = this.#options;
    const within = this.#options.topology ?? topology;
    const limits = within.limits.keyed;
    const run = new HandlerRun({
      bus,
      service,
      handlers,
      classify,
      limits: this.#options.retryLimits ?? RETRY_LIMITS,
      deliveriesMax: limits.deliveriesMax,
      stopping: this.#stopping.signal,
    });
    return new ConsumeLoop({
      bus,
      service,
      stream: declaration.stream,
      settings: consumerSettings(declaration, partition, within),
      doubleAck: declaration.doubleAck,
      beatMs: limits.ackWaitMs * BEATS_PER_ACK_WAIT,
      drainMaxMs: this.#options.drainMaxMs ?? DRAIN_MAX_MS,
      settle: (message) => run.settle(message),
    });
  }
}
