import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { INestMicroservice } from '@nestjs/common';
import { isDatabaseAway, openDatabase, requireMigrated } from '@tradewind/database';
import type { Database } from '@tradewind/database';
import { connectBus, JetStreamStrategy, OutboxRelay, rethrowOriginalFilter, TopologyError, verifyTopology } from '@tradewind/messaging';
import type { Bus, OutboxStore } from '@tradewind/messaging';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { BaseSettings } from './base-settings.js';
import { classifyError } from './classify.js';
import { DurableStage } from './durable-stage.js';
import { Health } from './health.js';
import { startOperationsServer } from './http-server.js';
import type { Kit, ServiceDefinition } from './kit.js';
import { Leads } from './leads.js';
import type { LeadDuty } from './leads.js';
import { nestLogger } from './logger.js';
import { createRegistry, observeDatabase } from './metrics.js';
import type { Environment } from './parse-settings.js';
import { startPruning } from './pruning.js';
import type { Shutdown } from './shutdown.js';
import { systemClock } from './system-clock.js';
import { startTracing } from './tracing.js';
import { waitFor } from './wait-for.js';

/** A message in hand that isn't done by then goes back to the server. */
const DRAIN_MAX_MS = 2_000;

export interface Surroundings<C> {
  readonly config: C & BaseSettings;
  readonly log: Logger;
  readonly shutdown: Shutdown;
  readonly stopping: AbortController;
  readonly environment: Environment;
}

export interface RunningService {
  /** Port of health and metrics. */
  readonly httpPort: number;
}

interface Parts {
  readonly registry: Registry;
  readonly health: Health;
  readonly bus: Bus;
  readonly database: Database;
  readonly relay: OutboxRelay;
}

/** Postgres schema of a service. */
export const schemaOf = (service: string): string => service.replaceAll('-', '_');

/**
 * Brings a service up, in this order: operations port, tracing, bus, database (migrated?), topology, relay, the service's own module, its subscriptions, ready.
 * Whatever is away is waited for; whatever is wrong is thrown: PortTakenError, MigrationError, TopologyError, WiringError, what `build` throws.
 */
export const startService = async <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  surroundings: Surroundings<z.output<S>>,
): Promise<RunningService> => {
  const { config, log, shutdown, stopping } = surroundings;
  // 1. Answer probes from the first moment on.
  const health = new Health();
  const registry = createRegistry(definition.name);
  const operations = await startOperationsServer({ host: config.httpHost, port: config.httpPort, health, registry });
  shutdown.add('telemetry', 'operations port', () => operations.close());
  shutdown.add('intake', 'readiness', () => health.markStopping());
  // 2. The outside world.
  const tracing = await startTracing(definition.name, surroundings.environment);
  if (tracing !== undefined) shutdown.add('telemetry', 'tracing', () => tracing.stop());
  const [bus, database] = await Promise.all([openBus(definition, surroundings, registry), openStorage(definition, surroundings, registry)]);
  await waitFor('the bus', { log, stopping: stopping.signal, passes: (error) => !(error instanceof TopologyError) }, () =>
    verifyTopology(bus, config.partitions, { service: definition.name }),
  );
  health.register('bus', () => (bus.link.isConnected ? Promise.resolve() : Promise.reject(new Error('disconnected'))));
  health.register('database', () => database.ping());
  // 3. The service itself.
  const leads = await openLeads(definition, surroundings, { registry, health, database });
  const relay = new OutboxRelay({ store: outboxOf(database, definition.lead === 'service' ? leads : undefined), bus, log, registry });
  shutdown.add('relay', 'outbox relay', () => relay.stop());
  const hooks: Hooks = { ready: [], lead: [], leadLost: [], stages: [] };
  const module = await definition.build(kitOf(definition, surroundings, { registry, health, bus, database, relay }, hooks));
  await relay.start();
  const strategy = await listen(definition, surroundings, bus, module, leads);
  await leads?.start(dutyOf(strategy, leads, hooks));
  for (const hook of hooks.ready) await hook.start();
  health.markReady();
  log.info(
    { httpPort: operations.port, startMs: Math.round(performance.now()) },
    `${definition.name} is ready${leads?.isStandby === true ? ' and stands by' : ''}`,
  );
  return { httpPort: operations.port };
};

interface Hook {
  readonly name: string;
  readonly start: () => Promise<void> | void;
}

interface Hooks {
  readonly ready: Hook[];
  readonly lead: { readonly name: string; readonly begin: (partition: number) => Promise<void> | void }[];
  readonly leadLost: { readonly name: string; readonly end: (partition: number) => Promise<void> | void }[];
  readonly stages: { refresh(): Promise<void> }[];
}

/** Undefined for a service without a lead. Whatever can be had at once is won when it resolves. */
const openLeads = async <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  { config, log, shutdown, stopping }: Surroundings<z.output<S>>,
  { registry, health, database }: Pick<Parts, 'registry' | 'health' | 'database'>,
): Promise<Leads | undefined> => {
  if (definition.lead === undefined) return undefined;
  const { name: service, lead: scope } = definition;
  const openLocks = () => database.openLocks();
  const leads = new Leads({ service, scope, partitions: config.partitions, openLocks, registry, log, stopping: stopping.signal });
  shutdown.add('storage', 'leads', () => leads.stop());
  health.reportStandby(() => leads.isStandby);
  await waitFor('the locks', { log, stopping: stopping.signal, passes: isDatabaseAway }, () => leads.contend());
  return leads;
};

/** Where one instance acts for the whole service, the same one relays: its lock answers for both. */
const outboxOf = ({ outbox }: Database, leads: Leads | undefined): OutboxStore =>
  leads === undefined
    ? outbox
    : {
        unpublished: (limit) => outbox.unpublished(limit),
        markPublished: (positions) => outbox.markPublished(positions),
        tryLead: () => Promise.resolve(leads.isHeld(0)),
      };

const dutyOf = (strategy: JetStreamStrategy, leads: Leads, hooks: Hooks): LeadDuty => ({
  begin: async (partitions) => {
    await Promise.all(hooks.stages.map((stage) => stage.refresh()));
    for (const { begin } of hooks.lead) await Promise.all(partitions.map(async (partition) => begin(partition)));
    await Promise.all(partitions.filter((partition) => leads.isHeld(partition)).map((partition) => strategy.take(partition)));
  },
  end: async (partitions) => {
    const left = partitions.map((partition) => strategy.leave(partition));
    for (const { end } of hooks.leadLost) await Promise.all(partitions.map(async (partition) => end(partition)));
    await Promise.all(left);
  },
});

const openBus = async <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  surroundings: Surroundings<z.output<S>>,
  registry: Registry,
): Promise<Bus> => {
  const { config, log, shutdown } = surroundings;
  const bus = await connectBus({ servers: config.natsUrl, name: definition.name, codec: definition.codec, registry, log });
  shutdown.add('bus', 'bus', () => bus.close());
  return bus;
};

const openStorage = async <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  surroundings: Surroundings<z.output<S>>,
  registry: Registry,
): Promise<Database> => {
  const { config, log, shutdown, stopping } = surroundings;
  const schema = schemaOf(definition.name);
  const migrationsDir = fileURLToPath(definition.migrations);
  await waitFor('the database', { log, stopping: stopping.signal, passes: isDatabaseAway }, () =>
    requireMigrated({ url: config.databaseUrl, schema, migrationsDir, log }),
  );
  const database = openDatabase({
    url: config.databaseUrl,
    schema,
    ...(definition.databaseRole !== undefined && { role: definition.databaseRole }),
    applicationName: `tradewind-${definition.name}`,
    poolMax: config.databasePoolMax,
    log,
  });
  shutdown.add('storage', 'database', () => database.close());
  shutdown.add('storage', 'pruning', startPruning(database, config, log));
  observeDatabase(registry, database);
  return database;
};

const kitOf = <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  surroundings: Surroundings<z.output<S>>,
  parts: Parts,
  hooks: Hooks,
): Kit<z.output<S>> => ({
  ...parts,
  name: definition.name,
  config: surroundings.config,
  log: surroundings.log,
  clock: systemClock,
  stopping: surroundings.stopping.signal,
  onReady: (name, start) => hooks.ready.push({ name, start }),
  onLead: (name, begin) => hooks.lead.push({ name, begin }),
  onLeadLost: (name, end) => hooks.leadLost.push({ name, end }),
  onShutdown: (name, stop) => surroundings.shutdown.add('service', name, stop),
  openStage: async (stage) => {
    const { log, stopping } = surroundings;
    const { relay, registry, database } = parts;
    const opened = await waitFor('the saved state', { log, stopping: stopping.signal, passes: isDatabaseAway }, () =>
      DurableStage.open({ ...stage, unitOfWork: database.unitOfWork, relay, registry }),
    );
    hooks.stages.push(opened);
    return opened;
  },
});

const listen = async <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  surroundings: Surroundings<z.output<S>>,
  bus: Bus,
  module: Awaited<ReturnType<ServiceDefinition<S>['build']>>,
  leads: Leads | undefined,
): Promise<JetStreamStrategy> => {
  const strategy = new JetStreamStrategy({
    bus,
    service: definition.name,
    partitions: surroundings.config.partitions,
    subscriptions: definition.subscriptions,
    classify: definition.classify ?? classifyError,
    drainMaxMs: DRAIN_MAX_MS,
    ...(leads === undefined ? {} : { isLeading: (partition: number) => leads.isHeld(partition) }),
  });
  const app: INestMicroservice = await NestFactory.createMicroservice(module, {
    strategy,
    logger: nestLogger(surroundings.log),
    abortOnError: false,
    bufferLogs: false,
  });
  app.useGlobalFilters(rethrowOriginalFilter);
  surroundings.shutdown.add('intake', 'subscriptions', () => app.close());
  await app.listen();
  return strategy;
};
