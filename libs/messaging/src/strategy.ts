import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { EventName } from '@tradewind/contracts';

import type { Bus } from './bus.js';
import type { Classify } from './settlement.js';

export interface JetStreamStrategyOptions {
  readonly bus: Bus;
  /** Name of the service in the topology. */
  readonly service: string;
  readonly partitions: number;
  /** Events that this process handles; each needs exactly one `@EventPattern(name)`. */
  readonly subscriptions: readonly EventName[];
  readonly classify: Classify;
}

export type StrategyStatus = 'connected' | 'disconnected';
export type StrategyEvents = { readonly status: (status: StrategyStatus) => void };

/** JetStream transport for NestJS microservices. */
export declare class JetStreamStrategy extends Server<StrategyEvents, StrategyStatus> implements CustomTransportStrategy {
  constructor(options: JetStreamStrategyOptions);
  listen(callback: (error?: unknown) => void): void;
  /** Drains: finishes the message in hand, hands the rest back, stops the beats. */
  close(): Promise<void>;
  on<Key extends keyof StrategyEvents>(event: Key, callback: StrategyEvents[Key]): void;
  unwrap<T>(): T;
}
