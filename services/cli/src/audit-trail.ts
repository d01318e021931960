import {
  AUDIT_COLUMNS,
  type AuditRecord,
  auditRecordOf,
  type AuditRow,
  type ChainHead,
  ChainVerifier,
  LINEAGE_RECORDS_MAX,
  LineageError,
  ordersOf,
  unresolvedCauses,
  type Verification,
} from '@tradewind/audit';
import type { Client } from 'pg';

export const AUDIT_SCHEMA = 'audit';
const CHAIN = 'main';
const CHUNK_ROWS = 5_000;
const columns = AUDIT_COLUMNS.join(', ');

/** Reads the audit trail straight from its table: what verifies it must not be what writes it. */
export class AuditTrail {
  constructor(private readonly client: Client) {}

  private async select(rest: string, values: readonly unknown[]): Promise<AuditRecord[]> {
    const found = await this.client.query<AuditRow>(`SELECT ${columns} FROM record ${rest}`, [...values]);
    return found.rows.map(auditRecordOf);
  }

  /** Undefined before the first start of the audit service. */
  async head(): Promise<ChainHead | undefined> {
    const found = await this.client.query<{ sequence: string; hash: string }>('SELECT sequence, hash FROM chain WHERE name = $1', [CHAIN]);
    const row = found.rows[0];
    return row && { chain: CHAIN, sequence: Number(row.sequence), hash: row.hash };
  }

  /** Verifies every record up to the head, in chunks. `anchor`: a hash noted elsewhere that must occur. Undefined without a chain. */
  async verify(anchor: string | undefined, onProgress: (records: number, of: number) => void): Promise<Verification | undefined> {
    const head = await this.head();
    if (head === undefined) return undefined;
    const verifier = new ChainVerifier(CHAIN, anchor);
    let after = 0;
    for (let chunk = await this.chunk(after, head.sequence); chunk.length > 0; chunk = await this.chunk(after, head.sequence)) {
      for (const record of chunk) if (verifier.check(record) !== undefined) return verifier.finish(head);
      after = chunk.at(-1)!.sequence;
      onProgress(after, head.sequence);
    }
    return verifier.finish(head);
  }

  private chunk(after: number, upTo: number): Promise<AuditRecord[]> {
    return this.select('WHERE chain = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4', [
      CHAIN,
      after,
      upTo,
      CHUNK_ROWS,
    ]);
  }

  /** The last fills, newest first. */
  fills(limit: number): Promise<AuditRecord[]> {
    return this.select(`WHERE chain = $1 AND fill_id <> '' ORDER BY sequence DESC LIMIT $2`, [CHAIN, limit]);
  }

  /** Analysts that spoke, e.g. `rules@1`. */
  async analysts(): Promise<string[]> {
    const found = await this.client.query<{ analyst: string }>(
      `SELECT DISTINCT payload::json->>'analyst' AS analyst FROM record WHERE chain = $1 AND kind = 'analysis' ORDER BY 1`,
      [CHAIN],
    );
    return found.rows.map((row) => row.analyst);
  }

  /** Every record behind a fill or an order: the events of the order, and what they and their causes were made from. Throws LineageError. */
  async closure(id: string): Promise<AuditRecord[]> {
    const start = await this.select('WHERE chain = $1 AND (fill_id = $2 OR order_id = $2)', [CHAIN, id]);
    const run = start[0]?.run;
    if (run === undefined) throw new LineageError('NOT_FOUND', `no fill or order '${id}' is recorded`);
    const records = new Map<string, AuditRecord>();
    const asked = new Set<string>();
    let orders = ordersOf(start);
    let causes: string[] = [];
    do {
      for (const one of [...orders, ...causes]) asked.add(one);
      const found = await this.select(
        `WHERE chain = $1 AND (order_id = ANY($2) OR fact_id = ANY($3)) AND run IN ($4, '') ORDER BY sequence`,
        [CHAIN, orders, causes, run],
      );
      for (const record of found) records.set(record.factId, record);
      if (records.size > LINEAGE_RECORDS_MAX)
        throw new LineageError('TOO_LARGE', `the lineage of '${id}' has more than ${LINEAGE_RECORDS_MAX} records`);
      const all = [...records.values()];
      orders = ordersOf(all).filter((order) => !asked.has(order));
      causes = unresolvedCauses(all).filter((cause) => !asked.has(cause));
    } while (orders.length + causes.length > 0);
    return [...records.values()];
  }
}
