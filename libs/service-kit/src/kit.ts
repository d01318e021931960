import type { DynamicModule, Type } from '@nestjs/common';
import type { EventName } from '@tradewind/contracts';
import type { Database } from '@tradewind/database';
import type { Bus, Classify, Codec, OutboxRelay } from '@tradewind/messaging';
import type { Clock } from '@tradewind/vocabulary';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { BaseSettings } from './base-settings.js';
import type { DurableStage, DurableStageOptions } from './durable-stage.js';
import type { Health } from './health.js';
import type { LeadScope } from './leads.js';

/** What a service is given to build itself from. */
export interface Kit<C = unknown> {
  readonly name: string;
  readonly config: C & BaseSettings;
  readonly log: Logger;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly database: Database;
  readonly relay: OutboxRelay;
  readonly health: Health;
  /** Aborts when the service is told to stop. */
  readonly stopping: AbortSignal;
  /** Called once subscriptions are open and the relay runs, in the order registered. */
  onReady(name: string, start: () => Promise<void> | void): void;
  /** Called after the subscriptions are closed and before relay, database and bus are, last registered first. */
  onShutdown(name: string, stop: () => Promise<void> | void): void;
  /**
   * Called each time this instance wins the lead of a partition, stages reloaded, before its messages come: bring memory to where the last leader was,
   * and forget what waits of before. Only for a service with a lead.
   */
  onLead(name: string, begin: (partition: number) => Promise<void> | void): void;
  /** Called when this instance has lost the lead of a partition: another one may act already, so let go at once. */
  onLeadLost(name: string, end: (partition: number) => Promise<void> | void): void;
  /** Opens a durable stage on this service's database, relay and metrics. */
  openStage<S>(stage: Pick<DurableStageOptions<S>, 'name' | 'initialState' | 'stateText'>): Promise<DurableStage<S>>;
}

export interface ServiceDefinition<S extends z.ZodObject> {
  /** As in the topology, e.g. `market-data`. The Postgres schema is the same with `_` for `-`. */
  readonly name: string;
  /** Own settings: key `slippageBps` of service `orders` is the variable TW_ORDERS_SLIPPAGE_BPS. */
  readonly settings: S;
  /** Database role that the service acts as, where its login may do more. */
  readonly databaseRole?: string;
  /** The service's `prisma/migrations`: `new URL('../prisma/migrations/', import.meta.url)` in main.ts. */
  readonly migrations: URL;
  /** Facts to bytes and back: `wireCodec`. */
  readonly codec: Codec;
  /** Events of the topology that the service's consumer handles; none for a service that reads in bulk. */
  readonly subscriptions: readonly EventName[];
  /** With it several instances may run, and one acts on each partition or on all; without it all share the work, so nothing may be kept in memory. */
  readonly lead?: LeadScope;
  /** The root module. State is loaded here; an error ends the process. */
  readonly build: (kit: Kit<z.output<S>>) => Promise<DynamicModule | Type>;
  /** How errors of handlers are settled; `classifyError` without it. */
  readonly classify?: Classify;
}
