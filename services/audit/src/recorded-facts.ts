import type { ChainFacts } from '@tradewind/alerts';
import { type FactKind } from '@tradewind/audit';
import type { Database } from '@tradewind/database';
import { decodeState, type UnixNanos } from '@tradewind/vocabulary';

const ROWS_MAX = 500;
/** Rows of one chain that are looked through at once. */
const SPAN_MAX = 50_000;

interface FactRow {
  readonly sequence: string;
  readonly fact_id: string;
  readonly kind: FactKind;
  readonly run: string;
  readonly symbol: string;
  readonly order_id: string;
  readonly actor: string;
  readonly at: string;
  readonly payload: string;
}

/** Reads facts back from the trail, in the order of each chain. */
export class RecordedFacts {
  constructor(private readonly database: Database) {}

  /** Facts of these kinds behind the cursors, some of each chain at a time. A payload that was redacted is passed over. */
  async after(cursors: Readonly<Record<string, number>>, kinds: readonly FactKind[]): Promise<readonly ChainFacts[]> {
    const { rows: chains } = await this.database.pool.query<{ name: string; sequence: string }>(
      'SELECT name, sequence FROM chain WHERE NOT closed',
    );
    const behind = chains.filter(({ name, sequence }) => Number(sequence) > (cursors[name] ?? 0));
    return Promise.all(behind.map(({ name, sequence }) => this.of(name, cursors[name] ?? 0, Number(sequence), kinds)));
  }

  private async of(chain: string, after: number, head: number, kinds: readonly FactKind[]): Promise<ChainFacts> {
    const end = Math.min(head, after + SPAN_MAX);
    const { rows } = await this.database.pool.query<FactRow>({
      name: 'recorded-facts',
      text: `SELECT sequence, fact_id, kind, run, symbol, order_id, actor, at, payload FROM record
        WHERE chain = $1 AND sequence > $2 AND sequence <= $3 AND kind = ANY($4) AND redaction = 0 ORDER BY sequence LIMIT ${ROWS_MAX}`,
      values: [chain, after, end, kinds],
    });
    const facts = rows.map((row) => ({
      sequence: Number(row.sequence),
      kind: row.kind,
      factId: row.fact_id,
      run: row.run,
      symbol: row.symbol,
      orderId: row.order_id,
      actor: row.actor,
      at: BigInt(row.at) as UnixNanos,
      fact: decodeState(JSON.parse(row.payload)),
    }));
    return { chain, facts, upTo: facts.length < ROWS_MAX ? end : facts.at(-1)!.sequence };
  }
}
