import type { Registry } from 'prom-client';

import type { Bus } from './bus.js';
import type { Log } from './log.js';
import type { OutgoingMessage } from './messages.js';

export interface OutboxRow extends OutgoingMessage {
  readonly position: bigint;
}

export interface OutboxStore {
  /** Committed rows that are not marked yet, in position order. */
  unpublished(limit: number): Promise<OutboxRow[]>;
  markPublished(positions: readonly bigint[]): Promise<void>;
  /** True while this process is the only one that relays (advisory lock). */
  tryLead(): Promise<boolean>;
}

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  readonly bus: Bus;
  readonly log: Log;
  readonly registry: Registry;
}

/** Publishes committed outbox rows, in order, at least once, with the row's message id. */
export declare class OutboxRelay {
  constructor(options: OutboxRelayOptions);
  /** Drains what an earlier process left behind, then publishes what is offered. */
  start(): Promise<void>;
  /** Just committed: publish now, in order. */
  offer(rows: readonly OutboxRow[]): void;
  stop(): Promise<void>;
}
