import type { Pool } from 'pg';
import type { LockSession, OutboxRowLike, OutboxStore } from './types.js';

interface OutboxTableRow {
  readonly position: string;
  readonly message_id: string;
  readonly subject: string;
  readonly headers: Record<string, string>;
  readonly payload: Buffer;
}

/** One relay a schema: per-key order on the bus needs a single publisher. */
const LEADERSHIP = 'tradewind:outbox:';

export class PostgresOutboxStore implements OutboxStore {
  private session: LockSession | undefined;
  private leads = false;

  constructor(
    private readonly pool: Pool,
    private readonly schema: string,
    private readonly openSession: () => Promise<LockSession>,
  ) {}

  async unpublished(limit: number): Promise<OutboxRowLike[]> {
    const { rows } = await this.pool.query<OutboxTableRow>({
      name: 'tw_outbox_unpublished',
      text: 'SELECT position, message_id, subject, headers, payload FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT $1',
      values: [limit],
    });
    return rows.map((row) => ({
      position: BigInt(row.position),
      id: row.message_id,
      subject: row.subject,
      headers: row.headers,
      payload: row.payload,
    }));
  }

  /**
   * Commits without waiting for the disk: a mark lost in a crash means only that the message is published again under its id, which bus and
   * inbox drop.
   */
  async markPublished(positions: readonly bigint[]): Promise<void> {
    if (positions.length === 0) return;
    await this.pool.query({
      name: 'tw_outbox_mark',
      text: `WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
        UPDATE outbox SET published_at = clock_timestamp() FROM relaxed WHERE position = ANY ($1::bigint[]) AND published_at IS NULL`,
      values: [positions.map(String)],
    });
  }

  async tryLead(): Promise<boolean> {
    if (this.session?.isAlive() !== true) {
      this.session?.close();
      this.session = undefined;
      this.leads = false;
      this.session = await this.openSession();
    }
    if (!this.leads) this.leads = await this.session.tryLock(LEADERSHIP + this.schema);
    return this.leads && this.session.isAlive();
  }

  async resign(): Promise<void> {
    this.leads = false;
    this.session?.close();
    this.session = undefined;
    await Promise.resolve();
  }

  async backlog(): Promise<{ readonly rows: number; readonly oldestSeconds: number }> {
    const { rows } = await this.pool.query<{ rows: string; oldest: number | null }>({
      name: 'tw_outbox_backlog',
      text: `SELECT count(*) AS rows, extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS oldest FROM outbox WHERE published_at IS NULL`,
    });
    return { rows: Number(rows[0]?.rows ?? 0), oldestSeconds: rows[0]?.oldest ?? 0 };
  }
}
