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
  /**
   * For a service of which several instances may run and one acts. Nothing is consumed until `take`; `isLeading` is asked before each message, and one
   * that comes when it is false goes back to the server.
   */
  readonly isLeading?: (partition: number) => boolean;
}

export type StrategyStatus = 'connected' | 'disconnected';
export type StrategyEvents = { readonly status: (status: StrategyStatus) => void };

type Keyed = Extract<ConsumerDeclaration, { mode: 'keyed' }>;

/** Consumers of one partition, from taking it to leaving it. */
interface Tenure {
  readonly loops: readonly ConsumeLoop[];
  readonly stopping: AbortController;
}

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
  readonly #held = new Map<number, Tenure>();
  #isClosed = false;
  #declared: ReadonlySet<Keyed> = new Set();
  #handlersByEvent: ReadonlyMap<EventName, EventHandler> = new Map();
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

  /** Checks the wiring, opens the subscriptions (unless they wait for `take`), and calls back; an error of the wiring goes to the callback. */
  listen(callback: (error?: unknown) => void): void {
    this.#open().then(() => {
      this._status$.next('connected');
      callback();
    }, callback);
  }

  /** Opens the consumers of a partition; resolves when messages can flow. Taking what is held changes nothing. */
  async take(partition: number): Promise<void> {
    if (this.#isClosed || this.#held.has(partition)) return;
    const stopping = new AbortController();
    const loops = [...this.#declared]
      .filter((declaration) => partitionsOf(declaration, this.#options.partitions).includes(partition))
      .map((declaration) => this.#loop(declaration, partition, stopping.signal));
    this.#held.set(partition, { loops, stopping });
    await Promise.all(loops.map((loop) => loop.start()));
  }

  /** Drains a partition: takes nothing new, finishes the message in hand, hands the rest back, stops the beats. */
  async leave(partition: number): Promise<void> {
    const tenure = this.#held.get(partition);
    if (tenure === undefined) return;
    this.#held.delete(partition);
    tenure.stopping.abort();
    await Promise.all(tenure.loops.map((loop) => loop.stop()));
  }

  /** Drains every partition. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...[...this.#held.keys()].map((partition) => this.leave(partition)), this.#advisories.stop()]);
    this._status$.next('disconnected');
  }

  on<Key extends keyof StrategyEvents>(_event: Key, callback: StrategyEvents[Key]): void {
    this.status.subscribe(callback);
  }

  unwrap<T>(): T {
    return this.#options.bus.connection as T;
  }

  async #open(): Promise<void> {
    this.#declared = this.#declarations();
    this.#handlersByEvent = this.#handlers();
    const { isLeading, partitions } = this.#options;
    const all = isLeading === undefined ? Array.from({ length: partitions }, (_value, partition) => partition) : [];
    await Promise.all([...all.map((partition) => this.take(partition)), this.#advisories.start()]);
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

  #loop(declaration: Keyed, partition: number, stopping: AbortSignal): ConsumeLoop {
    const { bus, service, classify, isLeading } = this.#options;
    const within = this.#options.topology ?? topology;
    const limits = within.limits.keyed;
    const run = new HandlerRun({
      bus,
      service,
      handlers: this.#handlersByEvent,
      classify,
      limits: this.#options.retryLimits ?? RETRY_LIMITS,
      deliveriesMax: limits.deliveriesMax,
      stopping,
      mayAct: () => isLeading?.(partition) ?? true,
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
