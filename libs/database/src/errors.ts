/** Another instance saved the aggregate since it was loaded: load again and decide again. */
export class VersionConflictError extends Error {
  override readonly name = 'VersionConflictError';
  readonly code = 'version-conflict';
  constructor(
    readonly aggregate: string,
    readonly expectedVersion: number,
  ) {
    super(`aggregate ${aggregate} is no longer at version ${expectedVersion}`);
  }
}

export type MigrationFault = 'changed' | 'failed' | 'missing' | 'pending' | 'lock-timeout' | 'refused' | 'unreadable';

/** Migrations cannot be applied, or the database is not at the version the code needs. `migration` names the culprit. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  constructor(
    readonly code: MigrationFault,
    readonly migration: string,
    message: string,
    options?: { cause: unknown },
  ) {
    super(message, options);
  }
}

const AWAY_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);

/** SQLSTATEs after which the same statement may succeed later: the server is away, full, read-only or out of time. */
const AWAY_SQL_STATES = new Set([
  '25006', // read-only: a standby during failover
  '40001',
  '40P01', // serialization failure, deadlock: the transaction was undone by the server
  '57014', // statement timeout: too slow just now
  '57P01',
  '57P02',
  '57P03',
  '57P05', // admin shutdown, crash shutdown, cannot connect now (starting up), idle timeout
  '58030', // input/output error
]);
/** Classes: connection exception; insufficient resources (53100 disk full, 53200 memory, 53300 connections). */
const AWAY_SQL_CLASSES = new Set(['08', '53']);

const AWAY_PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2034', 'P2037']);
const AWAY_ADAPTER_KINDS = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
]);
/** `pg` reports a lost connection by message alone. */
const AWAY_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed and is not queryable|Query read timeout)/;

const SQL_STATE = /^[0-9A-Z]{5}$/;
const CAUSES_MAX = 8;

const codeMeansAway = (code: string): boolean =>
  AWAY_SYSTEM_CODES.has(code) ||
  AWAY_PRISMA_CODES.has(code) ||
  (SQL_STATE.test(code) && (AWAY_SQL_STATES.has(code) || AWAY_SQL_CLASSES.has(code.slice(0, 2))));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const isAway = (error: unknown, depth: number): boolean => {
  if (typeof error !== 'object' || error === null || depth > CAUSES_MAX) return false;
  const fields = error as Record<string, unknown>;
  if (codeMeansAway(textOf(fields['code'])) || codeMeansAway(textOf(fields['originalCode']))) return true;
  if (AWAY_ADAPTER_KINDS.has(textOf(fields['kind'])) || AWAY_MESSAGES.test(textOf(fields['message']))) return true;
  const inner = [fields['cause'], (fields['meta'] as Record<string, unknown> | undefined)?.['driverAdapterError']];
  if (Array.isArray(fields['errors'])) inner.push(...(fields['errors'] as unknown[]));
  return inner.some((cause) => isAway(cause, depth + 1));
};

/**
 * True when the database cannot serve just now (refused, cut, shutting down, starting up, disk full, out of connections, timed out, deadlock) and the
 * same call may succeed later, so it should be retried for ever and never dead-lettered. Looks through causes, AggregateError and Prisma's wrappers.
 */
export const isDatabaseAway = (error: unknown): boolean => isAway(error, 0);
