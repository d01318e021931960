import {
  appendEntries,
  AUDIT_CHAIN,
  AUDIT_COLUMNS,
  type AuditEntry,
  type AuditRecord,
  chainClosedEntry,
  type ChainFormat,
  CHAINS,
  type ChainState,
  checkpointHashOf,
  emptyChain,
  LEGACY_CHAIN,
  type SignedCheckpoint,
  withLeaf,
} from '@tradewind/audit';
import type { Database } from '@tradewind/database';
import type { UnixNanos } from '@tradewind/vocabulary';

export type AppendOutcome =
  | { readonly status: 'appended' }
  /** The chain does not end where the caller thought: read it again. */
  | { readonly status: 'head-moved' }
  /** At least one of the facts is recorded already. */
  | { readonly status: 'duplicate' }
  /** Postgres can't hold something in these entries, whenever it is tried. */
  | { readonly status: 'unstorable'; readonly reason: string };

const UNIQUE_VIOLATION = '23505';
/** Classes of SQLSTATE: data exception, and a limit of the program exceeded. */
const UNSTORABLE = /^(22|54)/;
const LEGACY_CHUNK_ROWS = 20_000;

const COLUMN_TYPES: Readonly<Partial<Record<(typeof AUDIT_COLUMNS)[number], string>>> = {
  sequence: 'bigint',
  recorded_at: 'bigint',
  step: 'int',
  at: 'bigint',
  causes: 'json',
  flags: 'json',
  redaction: 'bigint',
};
const columns = AUDIT_COLUMNS.join(', ');
const rows = AUDIT_COLUMNS.map((column, index) => `$${index + 7}::${COLUMN_TYPES[column] ?? 'text'}[]`).join(', ');

/** Moves the head and inserts the records, both or neither: no second writer can fork the chain. */
const APPEND = `
WITH moved AS (
  UPDATE chain SET sequence = $4, hash = $5, peaks = $6, last_step = GREATEST(last_step, $3)
  WHERE name = $1 AND sequence = $2 AND NOT closed RETURNING name
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
  record.model,
  record.signal,
  JSON.stringify(record.flags),
  record.payload,
  record.payloadDigest,
  record.previousHash,
  record.hash,
  record.redaction,
];

const columnArrays = (records: readonly AuditRecord[]): unknown[][] => {
  const tuples = records.map(valuesOf);
  return AUDIT_COLUMNS.map((_, column) => tuples.map((tuple) => tuple[column]));
};

interface ChainRow {
  readonly name: string;
  readonly sequence: string;
  readonly hash: string;
  readonly last_step: number;
  readonly format: number;
  readonly genesis: string;
  readonly peaks: readonly string[];
}

export interface StoredChain extends ChainState {
  readonly lastStep: number;
}

const stateOf = (row: ChainRow): StoredChain => ({
  chain: row.name,
  sequence: Number(row.sequence),
  hash: row.hash,
  format: row.format as ChainFormat,
  genesis: row.genesis,
  peaks: row.peaks,
  lastStep: row.last_step,
});

/** Where the trail lives: the only writer of the tables `record`, `chain` and `checkpoint`. */
export class AuditStore {
  constructor(private readonly database: Database) {}

  /** Begins the chains that are not there yet, and closes the single chain of an earlier version. Any number of processes may do so at once. */
  async begin(now: UnixNanos): Promise<void> {
    const legacy = (await this.chains()).find(({ chain }) => chain === LEGACY_CHAIN);
    for (const chain of CHAINS) {
      const { genesis } = emptyChain(chain, legacy?.hash);
      await this.database.pool.query(
        `INSERT INTO chain (name, sequence, hash, last_step, format, genesis) VALUES ($1, 0, $2, -1, 2, $2) ON CONFLICT DO NOTHING`,
        [chain, genesis],
      );
    }
    if (legacy !== undefined) await this.closeLegacy(legacy, now);
  }

  private async closeLegacy(legacy: ChainState, now: UnixNanos): Promise<void> {
    const { rows: open } = await this.database.pool.query('SELECT FROM chain WHERE name = $1 AND NOT closed', [LEGACY_CHAIN]);
    if (open.length === 0) return;
    const entry = chainClosedEntry(legacy, now);
    for (let isRecorded = false; !isRecorded;) {
      const from = await this.state(AUDIT_CHAIN);
      const { state, records } = appendEntries(from, [entry], now);
      const { status } = await this.append(from, state, records);
      isRecorded = status === 'appended' || status === 'duplicate';
    }
    const peaks: string[] = [];
    for (let size = 0; size < legacy.sequence;) {
      const { rows: links } = await this.database.pool.query<{ hash: string }>(
        'SELECT hash FROM record WHERE chain = $1 AND sequence > $2 ORDER BY sequence LIMIT $3',
        [LEGACY_CHAIN, size, LEGACY_CHUNK_ROWS],
      );
      // The gap is found by verification; a tree over what is there would hide it.
      if (links.length === 0) return;
      for (const { hash } of links) withLeaf(peaks, size++, hash);
    }
    await this.database.pool.query('UPDATE chain SET closed = true, peaks = $2 WHERE name = $1 AND NOT closed', [
      LEGACY_CHAIN,
      JSON.stringify(peaks),
    ]);
  }

  /** All chains at one moment. */
  async chains(): Promise<StoredChain[]> {
    const found = await this.database.pool.query<ChainRow>('SELECT name, sequence, hash, last_step, format, genesis, peaks FROM chain');
    return found.rows.map(stateOf);
  }

  /** Where a chain ends. */
  async state(chain: string): Promise<StoredChain> {
    const found = await this.database.pool.query<ChainRow>(
      'SELECT name, sequence, hash, last_step, format, genesis, peaks FROM chain WHERE name = $1',
      [chain],
    );
    const [row] = found.rows;
    if (row === undefined) throw new RangeError(`no chain '${chain}' was begun`);
    return stateOf(row);
  }

  /** Stores all records behind `from` and moves the chain to `to`, or nothing. One statement. */
  async append(from: ChainState, to: ChainState, records: readonly AuditRecord[]): Promise<AppendOutcome> {
    const lastStep = records.reduce((most, record) => Math.max(most, record.step), -1);
    try {
      const result = await this.database.pool.query({
        name: 'audit-append',
        text: APPEND,
        values: [from.chain, from.sequence, lastStep, to.sequence, to.hash, JSON.stringify(to.peaks), ...columnArrays(records)],
      });
      return { status: result.rowCount === records.length ? 'appended' : 'head-moved' };
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code === UNIQUE_VIOLATION) return { status: 'duplicate' };
      if (typeof code === 'string' && UNSTORABLE.test(code)) return { status: 'unstorable', reason: String(error) };
      throw error;
    }
  }

  /** Digest of the recorded payload of each entry that is recorded already in the chain, by `factKey`. */
  async recorded(chain: string, entries: readonly AuditEntry[]): Promise<ReadonlyMap<string, string>> {
    const found = await this.database.pool.query<{ run: string; fact_id: string; payload_digest: string }>(
      `SELECT run, fact_id, payload_digest FROM record JOIN unnest($2::text[], $3::text[]) AS wanted(run, fact_id) USING (run, fact_id) WHERE chain = $1`,
      [chain, entries.map((entry) => entry.run), entries.map((entry) => entry.factId)],
    );
    return new Map(found.rows.map((row) => [factKey({ run: row.run, factId: row.fact_id }), row.payload_digest]));
  }

  /** Payloads of the records of kind `signing-key`, in order. */
  async signingKeys(): Promise<{ readonly payload: string }[]> {
    const found = await this.database.pool.query<{ payload: string }>(
      `SELECT payload FROM record WHERE chain = $1 AND kind = 'signing-key' ORDER BY sequence`,
      [AUDIT_CHAIN],
    );
    return found.rows;
  }

  /** Checkpoints after the given number, in order. */
  async checkpointsAfter(number: number, limit: number): Promise<(SignedCheckpoint & { readonly number: number })[]> {
    const found = await this.database.pool.query<SignedCheckpoint & { number: string }>(
      'SELECT number, text, key, signature FROM checkpoint WHERE number > $1 ORDER BY number LIMIT $2',
      [number, limit],
    );
    return found.rows.map((row) => ({ ...row, number: Number(row.number) }));
  }

  async lastCheckpoint(): Promise<(SignedCheckpoint & { readonly number: number }) | undefined> {
    const found = await this.database.pool.query<SignedCheckpoint & { number: string }>(
      'SELECT number, text, key, signature FROM checkpoint ORDER BY number DESC LIMIT 1',
    );
    const [row] = found.rows;
    return row && { ...row, number: Number(row.number) };
  }

  /** Hash of the last checkpoint; empty before the first. */
  async lastCheckpointHash(): Promise<string> {
    const last = await this.lastCheckpoint();
    return last === undefined ? '' : checkpointHashOf(last.text);
  }

  /** False when another process has made a checkpoint of that number. */
  async addCheckpoint(number: number, { text, key, signature }: SignedCheckpoint): Promise<boolean> {
    const added = await this.database.pool.query(
      'INSERT INTO checkpoint (number, text, key, signature) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [number, text, key, signature],
    );
    return added.rowCount === 1;
  }
}

/** What makes a fact one fact: the run and its id. */
export const factKey = (fact: { readonly run: string; readonly factId: string }): string => `${fact.run} ${fact.factId}`;
