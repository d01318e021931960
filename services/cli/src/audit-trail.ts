import {
  AUDIT_COLUMNS,
  type AuditRecord,
  auditRecordOf,
  type AuditRow,
  type ChainFormat,
  type ChainState,
  type ChainVerifier,
  type FactKind,
  LINEAGE_RECORDS_MAX,
  LineageError,
  type LinkRow,
  ordersOf,
  type SignedCheckpoint,
  type TrailVerification,
  TrailVerifier,
  unresolvedCauses,
} from '@tradewind/audit';
import { isSigned } from '@tradewind/audit-keys';
import type { Client } from 'pg';

export const AUDIT_SCHEMA = 'audit';
const CHUNK_ROWS = 5_000;
const columns = AUDIT_COLUMNS.join(', ');

/** JSON texts of columns, separated by commas: the text of one array, which costs the server a fraction of one text for each column. */
const texts = (...parts: readonly string[]): string => `btrim(to_json(ARRAY[${parts.join(', ')}])::text, '[]')`;

/**
 * The text that was hashed, put together by the server from the columns: see `linkTextOf`. The digest needs no escapes: every other part is so many
 * whole JSON values whatever the columns hold, so a digest that pretends to be several is a text with more values than any that was hashed.
 */
const linkSql = (format: ChainFormat): string => {
  const parts = [
    'to_json(chain)',
    'sequence',
    texts('previous_hash', 'recorded_at::text', 'fact_id', 'kind', 'event', 'message_id', 'actor', 'run'),
    'step',
    texts('at::text', 'symbol', 'order_id', 'fill_id'),
    'causes',
    ...(format === 1 ? [] : [texts('model', 'signal'), 'flags']),
  ];
  return `format('[${parts.map(() => '%s,').join('')}"%s"]', ${parts.join(', ')}, payload_digest)`;
};

type LinkTuple = readonly [link: string, payload: string, hash: string, redaction: string];
const rowOf = ([link, payload, hash, redaction]: LinkTuple): LinkRow => ({ link, payload, hash, redaction: Number(redaction) });

export interface VerifyOptions {
  /** A hash of a record or a checkpoint noted elsewhere that must occur. */
  readonly anchor?: string;
  /** Public keys (hex) known from elsewhere. */
  readonly trustedKeys?: readonly string[];
}

/** Waits for all, so that nothing is left running, and then rejects with the first reason. */
const everySettled = async (works: readonly Promise<void>[]): Promise<void> => {
  await Promise.allSettled(works);
  await Promise.all(works);
};

/** Reads the audit trail straight from its tables: what verifies it must not be what writes it. */
export class AuditTrail {
  constructor(private readonly client: Client) {}

  private async select(rest: string, values: readonly unknown[]): Promise<AuditRecord[]> {
    const found = await this.client.query<AuditRow>(`SELECT ${columns} FROM record ${rest}`, [...values]);
    return found.rows.map(auditRecordOf);
  }

  /** Where each chain ends, by name; none before the first start of the audit service. */
  async chains(): Promise<ChainState[]> {
    const found = await this.client.query<{
      name: string;
      sequence: string;
      hash: string;
      format: number;
      genesis: string;
      peaks: readonly string[];
    }>('SELECT name, sequence, hash, format, genesis, peaks FROM chain ORDER BY name');
    return found.rows.map(({ name, sequence, format, ...row }) => ({
      ...row,
      chain: name,
      sequence: Number(sequence),
      format: format as ChainFormat,
    }));
  }

  /** Every signed checkpoint, in order. */
  async checkpoints(): Promise<SignedCheckpoint[]> {
    const found = await this.client.query<SignedCheckpoint>('SELECT text, key, signature FROM checkpoint ORDER BY number');
    return found.rows;
  }

  /** Works on the trail as it is at one moment, while it grows: at the one that another connection told, or now. */
  async atOneMoment<T>(work: () => Promise<T>, moment?: string): Promise<T> {
    await this.client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      if (moment !== undefined) await this.client.query(`SET TRANSACTION SNAPSHOT ${this.client.escapeLiteral(moment)}`);
      return await work();
    } finally {
      await this.client.query('ROLLBACK');
    }
  }

  private async moment(): Promise<string> {
    const found = await this.client.query<{ moment: string }>('SELECT pg_export_snapshot() AS moment');
    return found.rows[0]!.moment;
  }

  /**
   * Verifies every record of every chain, checkpoints, keys and redactions. Undefined without a trail. Chains are read at once over this connection and
   * `more` of them, free ones to the same schema, all at one moment: the server puts texts together for one while another is hashed.
   */
  verify(
    options: VerifyOptions,
    onProgress: (records: number, of: number) => void,
    more: readonly Client[] = [],
  ): Promise<TrailVerification | undefined> {
    return this.atOneMoment(async () => {
      const chains = await this.chains();
      if (chains.length === 0) return undefined;
      const verifier = new TrailVerifier({ ...options, checkpoints: await this.checkpoints(), isSigned });
      const all = chains.reduce((sum, { sequence }) => sum + sequence, 0);
      let done = 0;
      const due = chains
        .map((chain) => ({ chain, verifier: verifier.chain(chain, chain) }))
        .sort((left, right) => right.chain.sequence - left.chain.sequence);
      const readers = [this, ...more.map((client) => new AuditTrail(client))];
      const walk = async (reader: AuditTrail): Promise<void> => {
        for (let next = due.shift(); next !== undefined; next = due.shift())
          await reader.verifyChain(next.chain, next.verifier, (records) => {
            done += records;
            onProgress(done, all);
          });
      };
      const moment = more.length === 0 ? undefined : await this.moment();
      await everySettled(readers.map((reader) => (reader === this ? walk(reader) : reader.atOneMoment(() => walk(reader), moment))));
      return verifier.finish();
    });
  }

  /** The rows of a chain up to its head, in chunks; while one is worked on the server reads the next. */
  async *links({ chain, format, sequence }: ChainState): AsyncGenerator<readonly LinkRow[]> {
    const cursor = `walk_${chain.toLowerCase()}`;
    await this.client.query(`DECLARE ${this.client.escapeIdentifier(cursor)} NO SCROLL CURSOR FOR
      SELECT ${linkSql(format)}, payload, hash, redaction FROM record
      WHERE chain = ${this.client.escapeLiteral(chain)} AND sequence <= ${sequence} ORDER BY sequence`);
    const fetch = async (): Promise<readonly LinkTuple[]> => {
      const found = await this.client.query<never[]>({
        text: `FETCH ${CHUNK_ROWS} FROM ${this.client.escapeIdentifier(cursor)}`,
        rowMode: 'array',
      });
      return found.rows as unknown as readonly LinkTuple[];
    };
    let next = fetch();
    try {
      for (let chunk = await next; chunk.length > 0; chunk = await next) {
        next = fetch();
        next.catch(() => undefined);
        yield chunk.map(rowOf);
      }
    } finally {
      // Whoever stops early leaves a chunk on its way: the connection is free after it.
      await next.catch(() => undefined);
    }
  }

  private async verifyChain(chain: ChainState, verifier: ChainVerifier, onProgress: (records: number) => void): Promise<void> {
    for await (const rows of this.links(chain)) {
      for (const row of rows) if (verifier.check(row) !== undefined) return;
      onProgress(rows.length);
    }
  }

  /** The last fills, newest first. */
  fills(limit: number): Promise<AuditRecord[]> {
    return this.select(`WHERE fill_id <> '' ORDER BY recorded_at DESC, chain, sequence DESC LIMIT $1`, [limit]);
  }

  /** Analysts that spoke, e.g. `rules@1`. */
  async analysts(): Promise<string[]> {
    const found = await this.client.query<{ model: string }>(
      `SELECT DISTINCT model FROM record WHERE chain = 'ANALYSIS' AND kind = 'analysis' ORDER BY 1`,
    );
    return found.rows.map((row) => row.model);
  }

  /** The records of a fact: one, or one for each run that has it. */
  facts(factId: string): Promise<AuditRecord[]> {
    return this.select('WHERE fact_id = $1 ORDER BY chain, sequence', [factId]);
  }

  /** Records of one kind in a chain, up to a sequence. */
  ofKind(chain: string, kind: FactKind, upTo = Number.MAX_SAFE_INTEGER): Promise<AuditRecord[]> {
    return this.select('WHERE chain = $1 AND kind = $2 AND sequence <= $3 ORDER BY sequence', [chain, kind, upTo]);
  }

  /** Hashes of the first `size` records of a chain. */
  async leaves(chain: string, size: number): Promise<string[]> {
    const found = await this.client.query<{ hash: string }>(
      'SELECT hash FROM record WHERE chain = $1 AND sequence <= $2 ORDER BY sequence',
      [chain, size],
    );
    return found.rows.map(({ hash }) => hash);
  }

  /** Every record behind a fill or an order: the events of the order, and what they and their causes were made from. Throws LineageError. */
  async closure(id: string): Promise<AuditRecord[]> {
    const start = await this.select('WHERE fill_id = $1 OR order_id = $1', [id]);
    const run = (start.find((record) => record.kind === 'order-event') ?? start[0])?.run;
    if (run === undefined) throw new LineageError('NOT_FOUND', `no fill or order '${id}' is recorded`);
    const records = new Map<string, AuditRecord>();
    const asked = new Set<string>();
    let orders = ordersOf(start);
    let causes: string[] = [];
    do {
      for (const one of [...orders, ...causes]) asked.add(one);
      const found = await this.select(`WHERE (order_id = ANY($1) OR fact_id = ANY($2)) AND run IN ($3, '') ORDER BY chain, sequence`, [
        orders,
        causes,
        run,
      ]);
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
