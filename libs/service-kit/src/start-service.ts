import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { NestFactory } from '@nestjs/core';
import type { INestMicroservice } from '@nestjs/common';
import { isDatabaseAway, openDatabase, requireMigrated } from '@tradewind/database';
import type { Database } from '@tradewind/database';
import { connectBus, JetStreamStrategy, OutboxRelay, rethrowOriginalFilter, TopologyError, verifyTopology } from '@tradewind/messaging';
import type { Bus } from '@tradewind/messaging';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import type { BaseSettings } from './base-settings.js';
import { classifyError } from './classify.js';
import { DurableStage } from './durable-stage.js';
import { Health } from './health.js';
import { startOperationsServer } from './http-server.js';
import type { Kit, ServiceDefinition } from './kit.js';
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
  const relay = new OutboxRelay({ store: database.outbox, bus, log, registry });
  shutdown.add('relay', 'outbox relay', () => relay.stop());
  const ready: Hook[] = [];
  const module = await definition.build(kitOf(definition, surroundings, { registry, health, bus, database, relay }, ready));
  await relay.start();
  await listen(definition, surroundings, bus, module);
  for (const hook of ready) await hook.start();
  health.markReady();
  log.info({ httpPort: operations.port, startMs: Math.round(performance.now()) }, `${definition.name} is ready`);
  return { httpPort: operations.port };
};

interface Hook {
  readonly name: string;
  readonly start: () => Promise<void> | void;
}

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
  ready: Hook[],
): Kit<z.output<S>> => ({
  ...parts,
  name: definition.name,
  config: surroundings.config,
  log: surroundings.log,
  clock: systemClock,
  stopping: surroundings.stopping.signal,
  onReady: (name, start) => ready.push({ name, start }),
  onShutdown: (name, stop) => surroundings.shutdown.add('service', name, stop),
  openStage: (stage) =>
    waitFor('the saved state', { log: surroundings.log, stopping: surroundings.stopping.signal, passes: isDatabaseAway }, () =>
      DurableStage.open({ ...stage, unitOfWork: parts.database.unitOfWork, relay: parts.relay, registry: parts.registry }),
    ),
});

const listen = async <S extends z.ZodObject>(
  definition: ServiceDefinition<S>,
  surroundings: Surroundings<z.output<S>>,
  bus: Bus,
  module: Awaited<ReturnType<ServiceDefinition<S>['build']>>,
): Promise<void> => {
  const strategy = new JetStreamStrategy({
    bus,
    service: definition.name,
    partitions: surroundings.config.partitions,
    subscriptions: definition.subscriptions,
    classify: definition.classify ?? classifyError,
    drainMaxMs: DRAIN_MAX_MS,
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
};
