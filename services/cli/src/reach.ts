import { Platform } from '@tradewind/local';
import { type Bus, connectBus, type Log } from '@tradewind/messaging';
import { wireCodec } from '@tradewind/wire';
import { Client } from 'pg';
import { Registry } from 'prom-client';

import { CliError, EXIT } from './exit-codes.js';
import type { Output } from './output.js';
import { findState } from './state-names.js';

/** Where NATS and Postgres of a state answer. */
export interface Urls {
  readonly nats: string;
  readonly database: string;
}

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const CONNECT_MS = 10_000;

/**
 * Works on a state, running or not: on the running platform when there is one, else on its NATS and Postgres, started for the while and
 * stopped again. Throws CliError when there is no such state.
 */
export const withState = async <T>(output: Output, name: string | undefined, work: (urls: Urls) => Promise<T>): Promise<T> => {
  const { root } = output.config;
  const state = findState(root, name);
  if (state.running !== undefined) return work(state.running.urls);
  output.news('starting', { state: state.name }, `"${state.name}" is not running: starting its stores to read them`);
  const platform = await Platform.start({ root, name: state.name, services: [], environment: output.config.environment });
  try {
    return await work({ nats: platform.natsUrl, database: platform.databaseUrl });
  } finally {
    await platform.stop();
  }
};

/** A connection to the bus for the time of `work`. Throws CliError when nobody answers within ten seconds. */
export const withBus = async <T>(url: string, work: (bus: Bus) => Promise<T>): Promise<T> => {
  const opening = connectBus({ servers: url, name: 'tradewind-cli', codec: wireCodec, registry: new Registry(), log: SILENT });
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new CliError(EXIT.unavailable, 'BUS_AWAY', `NATS at ${url} does not answer`)), CONNECT_MS);
  const bus = await Promise.race([opening, late.promise]).finally(() => clearTimeout(timer));
  try {
    return await work(bus);
  } finally {
    await bus.close();
  }
};

/** A connection to one schema of the database for the time of `work`. Throws CliError when nobody answers. */
export const withDatabase = async <T>(url: string, schema: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({
    connectionString: url,
    application_name: 'tradewind-cli',
    connectionTimeoutMillis: CONNECT_MS,
    options: `-c search_path=${schema}`,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new CliError(
      EXIT.unavailable,
      'DATABASE_AWAY',
      `Postgres does not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
