import { AUDIT_COLUMNS, type AuditEntry, type AuditRecord, type ChainHead, emptyChain } from '@tradewind/audit';
import type { Database } from '@tradewind/database';

export type AppendOutcome =
  | { readonly status: 'appended' }
  /** The chain does not end where the caller thought: read the head again. */
  | { readonly status: 'head-moved' }
  /** At least one of the facts is recorded already. */
  | { readonly status: 'duplicate' };

const UNIQUE_VIOLATION = '23505';

const COLUMN_TYPES: Readonly<Partial<Record<(typeof AUDIT_COLUMNS)[number], string>>> = {
  sequence: 'bigint',
  recorded_at: 'bigint',
  step: 'int',
  at: 'bigint',
  causes: 'json',
};
const columns = AUDIT_COLUMNS.join(', ');
const rows = AUDIT_COLUMNS.map((column, index) => `$${index + 6}::${COLUMN_TYPES[column] ?? 'text'}[]`).join(', ');

/** Moves the head and inserts the records, both or neither: no second writer can fork the chain. */
const APPEND = `
WITH moved AS (
  UPDATE chain SET sequence = $4, hash = $5, last_step = GREATEST(last_step, $3)
  WHERE name = $1 AND sequence = $2 RETURNING name
)
INSERT INTO record (${columns}) SELECT fresh.* FROM moved, unnest(${rows}) AS fresh(${columns})`;

const valuesOf = (record: AuditRecord): readonly unknown[] => [
  record.chain,
  record.sequence,
  record.recordedAt.toString(),
  record.factId,
  record.kind,
  record.event,
  record.messageId,
  record.actor,
  record.run,
  record.step,
  record.at.toString(),
  record.symbol,
  record.orderId,
  record.fillId,
  JSON.stringify(record.causes),
  record.payload,
  record.payloadDigest,
  record.previousHash,
  record.hash,
];

const columnArrays = (records: readonly AuditRecord[]): unknown[][] => {
  const tuples = records.map(valuesOf);
  return AUDIT_COLUMNS.map((_, column) => tuples.map((tuple) => tuple[column]));
};

/** Where records live. The only writer of the tables `record` and `chain`. */
export class AuditStore {
  constructor(
    private readonly database: Database,
    readonly chain: string,
  ) {}

  /** Where the chain ends; begins it when it is new. */
  async head(): Promise<ChainHead & { readonly lastStep: number }> {
    const empty = emptyChain(this.chain);
    await this.database.pool.query('INSERT INTO chain (name, sequence, hash, last_step) VALUES ($1, 0, $2, -1) ON CONFLICT DO NOTHING', [
      this.chain,
      empty.hash,
    ]);
    const found = await this.database.pool.query<{ sequence: string; hash: string; last_step: number }>(
      'SELECT sequence, hash, last_step FROM chain WHERE name = $1',
      [this.chain],
    );
    const row = found.rows[0]!;
    return { chain: this.chain, sequence: Number(row.sequence), hash: row.hash, lastStep: row.last_step };
  }

  /** Stores all records behind `from`, or none. One statement. */
  async append(from: ChainHead, records: readonly AuditRecord[]): Promise<AppendOutcome> {
    const last = records.at(-1)!;
    const lastStep = records.reduce((most, record) => Math.max(most, record.step), -1);
    try {
      const result = await this.database.pool.query({
        name: 'audit-append',
        text: APPEND,
        values: [this.chain, from.sequence, lastStep, last.sequence, last.hash, ...columnArrays(records)],
      });
      return { status: result.rowCount === records.length ? 'appended' : 'head-moved' };
    } catch (error) {
      if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return { status: 'duplicate' };
      throw error;
    }
  }

  /** Digest of the recorded payload of each entry that is recorded already, by `factKey`. */
  async recorded(entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, string>> {
    const found = await this.database.pool.query<{ run: string; fact_id: string; payload_digest: string }>(
      `SELECT run, fact_id, payload_digest FROM record JOIN unnest($2::text[], $3::text[]) AS wanted(run, fact_id) USING (run, fact_id) WHERE chain = $1`,
      [this.chain, entries.map((entry) => entry.run), entries.map((entry) => entry.factId)],
    );
    return new Map(found.rows.map((row) => [factKey({ run: row.run, factId: row.fact_id }), row.payload_digest]));
  }
}

/** What makes a fact one fact: the run and its id. */
export const factKey = (fact: { readonly run: string; readonly factId: string }): string => `${fact.run} ${fact.factId}`;
