import { decodeState } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import type { Pool } from 'pg';
import { COMMIT_SQL, commitParameters } from './commit-statement.js';
import type { CommitRow } from './commit-statement.js';
import { VersionConflictError } from './errors.js';
import type { Change, CommitResult, LoadedAggregate, StoredEvent, UnitOfWork } from './types.js';

const INVALID_TEXT_REPRESENTATION = '22P02';
/** The statement is repeated once after a lost inbox race, and must then see the winner's row. */
const COMMIT_ATTEMPTS = 2;

const isInboxRace = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: unknown }).code === INVALID_TEXT_REPRESENTATION && error.message.includes('inbox race');

interface EventRow {
  readonly position: string;
  readonly id: string;
  readonly aggregate: string | null;
  readonly type: string;
  readonly step: number;
  readonly at: string;
  readonly payload: unknown;
}

const storedEvent = <T>(row: EventRow): StoredEvent<T> => ({
  position: BigInt(row.position),
  id: row.id,
  aggregate: row.aggregate ?? undefined,
  type: row.type,
  step: row.step,
  at: BigInt(row.at) as UnixNanos,
  payload: decodeState<T>(row.payload),
});

export class PostgresUnitOfWork implements UnitOfWork {
  constructor(private readonly pool: Pool) {}

  async load<S>(aggregate: string): Promise<LoadedAggregate<S> | undefined> {
    const { rows } = await this.pool.query<{ version: number; state: unknown }>({
      name: 'tw_load',
      text: 'SELECT version, state FROM aggregate WHERE name = $1',
      values: [aggregate],
    });
    const row = rows[0];
    return row === undefined ? undefined : { version: row.version, state: decodeState<S>(row.state) };
  }

  async commit(change: Change): Promise<CommitResult> {
    const values = commitParameters(change);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.settled(change, await this.execute(values));
      } catch (error) {
        if (!isInboxRace(error) || attempt === COMMIT_ATTEMPTS) throw error;
      }
    }
  }

  async events<T>(query: {
    readonly aggregate?: string;
    readonly after?: bigint;
    readonly limit: number;
  }): Promise<readonly StoredEvent<T>[]> {
    const { rows } = await this.pool.query<EventRow>({
      name: 'tw_events',
      text: `SELECT position, id, aggregate, type, step, at, payload FROM event
        WHERE position > $1 AND ($2::text IS NULL OR aggregate = $2) ORDER BY position LIMIT $3`,
      values: [(query.after ?? 0n).toString(), query.aggregate ?? null, query.limit],
    });
    return rows.map((row) => storedEvent<T>(row));
  }

  private async execute(values: unknown[]): Promise<CommitRow> {
    const { rows } = await this.pool.query<CommitRow>({ name: 'tw_commit', text: COMMIT_SQL, values });
    const row = rows[0];
    if (row === undefined) throw new Error('the commit statement returned no row');
    return row;
  }

  private settled(change: Change, row: CommitRow): CommitResult {
    if (row.already) return { status: 'duplicate' };
    if (!row.ok) throw new VersionConflictError(change.aggregate?.name ?? '', change.aggregate?.expectedVersion ?? 0);
    if (row.positions.length !== change.outbox.length) throw new Error('the outbox holds another number of rows than the change');
    return {
      status: 'committed',
      outbox: change.outbox.map((message, index) => ({ ...message, position: BigInt(row.positions[index] ?? 0) })),
    };
  }
}
