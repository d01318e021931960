import type { UnixNanos } from '@tradewind/vocabulary';
import type { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';

/** The few log calls that storage makes; a pino logger is one. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** A message to be put on the bus once the change that made it is committed. */
export interface OutgoingMessageLike {
  /** Derived, unique for ever: the bus and every inbox drop a second one. */
  readonly id: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Uint8Array;
}

/** A committed outgoing message. Positions grow in the order in which messages have to be published. */
export interface OutboxRowLike extends OutgoingMessageLike {
  readonly position: bigint;
}

/** A fact to append to the event table. */
export interface EventLike {
  /** Derived, unique for ever: a second insert of one id is a broken invariant and fails. */
  readonly id: string;
  readonly type: string;
  readonly step: number;
  readonly at: UnixNanos;
  /** Plain data; stored by way of vocabulary's `encodeState`. */
  readonly payload: unknown;
}

/** An event as read back. */
export interface StoredEvent<T = unknown> extends EventLike {
  /** Grows in the order of appending. */
  readonly position: bigint;
  readonly aggregate: string | undefined;
  readonly payload: T;
}

/** Everything one handled step writes, at once or not at all. */
export interface Change {
  /** Which inbox the ids belong to: the service and the joined inputs, e.g. `validation`. */
  readonly consumer: string;
  /** Ids of the messages this change answers. One already in the inbox makes the whole change a no-op. */
  readonly messageIds: readonly string[];
  /** State to save, with its `stateText` where the caller has that already. `expectedVersion` is that of the state decided on; 0 when there was none. */
  readonly aggregate?: { readonly name: string; readonly expectedVersion: number; readonly state: unknown; readonly text?: string };
  readonly events: readonly EventLike[];
  readonly outbox: readonly OutgoingMessageLike[];
}

export type CommitResult = { readonly status: 'committed'; readonly outbox: readonly OutboxRowLike[] } | { readonly status: 'duplicate' };

export interface LoadedAggregate<S> {
  readonly version: number;
  readonly state: S;
}

export interface UnitOfWork {
  /** The saved state, or undefined when none was ever saved. The caller vouches for the shape. */
  load<S>(aggregate: string): Promise<LoadedAggregate<S> | undefined>;
  /**
   * Writes the change in one statement. `duplicate`: one of the messages was handled before and nothing was written.
   * Throws VersionConflictError (nothing written) when another instance has saved the aggregate since it was loaded.
   */
  commit(change: Change): Promise<CommitResult>;
  /** Events in the order of appending, after a position; at most `limit` of them. */
  events<T>(query: { readonly aggregate?: string; readonly after?: bigint; readonly limit: number }): Promise<readonly StoredEvent<T>[]>;
}

/** What the outbox relay reads and marks. */
export interface OutboxStore {
  /** Rows not yet published, in position order. */
  unpublished(limit: number): Promise<OutboxRowLike[]>;
  markPublished(positions: readonly bigint[]): Promise<void>;
  /** True when this process holds the leadership of the schema's outbox; keeps it until the connection or the process ends. */
  tryLead(): Promise<boolean>;
  /** Gives the leadership up, so that another instance can take it at once. */
  resign(): Promise<void>;
  /** Rows waiting and the age of the oldest, for metrics. */
  backlog(): Promise<{ readonly rows: number; readonly oldestSeconds: number }>;
}

/** Rows for `insertRows`: one Postgres type a column, one array a row, in the order of `columns`. */
export interface RowBatch {
  readonly table: string;
  /** Column name to Postgres type, e.g. `{ symbol: 'text', at: 'bigint', close: 'bigint' }`. */
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly (readonly unknown[])[];
  /** Rows a statement; 1000 unless told. */
  readonly chunkRows?: number;
}

export interface PruneOptions {
  readonly inboxKeepSeconds: number;
  readonly outboxKeepSeconds: number;
  /** Rows a statement. */
  readonly batchRows: number;
  /** Statements a table and call, so that pruning never holds the database for long. */
  readonly batchesMax: number;
}

/** Advisory locks on a connection of their own. */
export interface LockSession {
  /** Resolves when the session is over, whoever ended it. */
  readonly lost: Promise<void>;
  /** Whether every lock taken in this session is certainly still ours. Costs nothing; ask before each act that needs a lock. */
  isAlive(): boolean;
  /** True when the lock is ours from now to the end of the session. Never waits for another holder. */
  tryLock(name: string): Promise<boolean>;
  /** Ends the session: every lock is free at once. */
  close(): void;
}

export interface Database {
  readonly schema: string;
  readonly pool: Pool;
  readonly unitOfWork: UnitOfWork;
  readonly outbox: OutboxStore;
  /** A session of its own for advisory locks; whoever opens it closes it. Rejects with what the database throws. */
  openLocks(): Promise<LockSession>;
  /** Throws when the database cannot answer within the pool's connect timeout. */
  ping(): Promise<void>;
  /** Inserts history in chunks; rows that break a unique constraint are skipped. Returns how many were new. */
  insertRows(batch: RowBatch): Promise<number>;
  /** Deletes inbox rows and published outbox rows older than told, in small batches. Returns what it deleted. */
  prune(options: PruneOptions): Promise<{ readonly inbox: number; readonly outbox: number }>;
  /** Adapter for the service's generated Prisma client: the same pool, the same schema. */
  prismaAdapter(): PrismaPg;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Postgres schema of the service. */
  readonly schema: string;
  /** Role that every connection acts as, for one with fewer rights than the login's. */
  readonly role?: string;
  readonly applicationName: string;
  readonly poolMax: number;
  readonly log: DatabaseLog;
}
