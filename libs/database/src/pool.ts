import { Pool } from 'pg';
import type { DatabaseOptions } from './types.js';

const CONNECT_TIMEOUT_MS = 5_000;
const IDLE_TIMEOUT_MS = 60_000;
const STATEMENT_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 10_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;
/** A little more than the server's own limit, for a server that has stopped answering altogether. */
const CLIENT_QUERY_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_DELAY_MS = 5_000;

const SCHEMA_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Throws RangeError on anything that would need quoting. */
export const checkedSchemaName = (schema: string): string => {
  if (!SCHEMA_NAME.test(schema)) throw new RangeError(`"${schema}" is not a schema name (lower case letters, digits and _)`);
  return schema;
};

/** Server settings of every connection: the schema, the role, and a limit on everything that can wait. */
const sessionSettings = ({ schema, role }: DatabaseOptions): string =>
  [
    `search_path=${checkedSchemaName(schema)}`,
    ...(role === undefined ? [] : [`role=${checkedSchemaName(role)}`]),
    `statement_timeout=${STATEMENT_TIMEOUT_MS}`,
    `lock_timeout=${LOCK_TIMEOUT_MS}`,
    `idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_TIMEOUT_MS}`,
    'timezone=UTC',
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');

/** A pool for one service's schema. Connections are made when first needed. */
export const createPool = (options: DatabaseOptions): Pool => {
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    options: sessionSettings(options),
    max: options.poolMax,
    min: 0,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    query_timeout: CLIENT_QUERY_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    allowExitOnIdle: false,
  });
  // Without a listener a connection lost while idle would end the process; the pool has already dropped it.
  pool.on('error', (error) => options.log.warn({ error: error.message }, 'a database connection was lost while idle'));
  return pool;
};
