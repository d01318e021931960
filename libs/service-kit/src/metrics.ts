import type { Database } from '@tradewind/database';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

const EVENT_LOOP_PRECISION_MS = 10;

/** A registry with Node's own metrics (memory, collections, event loop lag) under the service's label. */
export const createRegistry = (service: string): Registry => {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS });
  return registry;
};

/** Outbox depth and age, and the pool's use, read when somebody looks. A database that is away leaves the last values. */
export const observeDatabase = (registry: Registry, database: Database): void => {
  const depth = new Gauge({ name: 'tw_outbox_rows', help: 'Committed messages that are not published yet', registers: [registry] });
  const waiting = new Gauge({ name: 'tw_database_pool_waiting', help: 'Calls that wait for a database connection', registers: [registry] });
  const connections = new Gauge({ name: 'tw_database_pool_connections', help: 'Open database connections', registers: [registry] });
  const age = new Gauge({
    name: 'tw_outbox_rows_oldest_seconds',
    help: 'Age of the oldest message that is not published yet',
    registers: [registry],
    collect: async () => {
      waiting.set(database.pool.waitingCount);
      connections.set(database.pool.totalCount);
      const backlog = await database.outbox.backlog().catch(() => undefined);
      if (backlog === undefined) return;
      depth.set(backlog.rows);
      age.set(backlog.oldestSeconds);
    },
  });
};
