export { openDatabase } from './database.js';
export { isDatabaseAway, MigrationError, VersionConflictError } from './errors.js';
export type { MigrationFault } from './errors.js';
export { migrate, migrationStatus, requireMigrated } from './migrate.js';
export type { MigrateOptions, MigrationStatus } from './migrate.js';
export type {
  Change,
  CommitResult,
  Database,
  DatabaseLog,
  DatabaseOptions,
  EventLike,
  LoadedAggregate,
  LockSession,
  OutboxRowLike,
  OutboxStore,
  OutgoingMessageLike,
  PruneOptions,
  RowBatch,
  StoredEvent,
  UnitOfWork,
} from './types.js';
