import { PeriodFacts, REPORTED_KINDS } from '@tradewind/reports';
import type { FactKind } from '@tradewind/audit';
import { decodeState, nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';
import type { Client } from 'pg';

/** So much before a period is read, for what was held, decided and working when it began. */
const LOOK_BACK_MS = 45 * 86_400_000;
const BATCH_ROWS = 10_000;
/** Facts of one instant in the order in which they came about. */
const CHAIN_RANK = `array_position(ARRAY['MARKET', 'SIGNALS', 'RISK', 'ORDERS'], chain)`;

/** What was recorded of an account last. */
export interface LastRecorded {
  readonly run: string;
  readonly at: UnixNanos;
}

/** Of one run, or of whichever spoke last; undefined when there is none. */
export const lastAccount = async (client: Client, accountId: string, run: string | undefined): Promise<LastRecorded | undefined> => {
  const { rows } = await client.query<{ run: string; at: string }>(
    `SELECT run, at FROM record WHERE chain = 'ORDERS' AND kind = 'account' AND fact_id LIKE $1 AND ($2::text IS NULL OR run = $2)
     ORDER BY sequence DESC LIMIT 1`,
    [`%/${accountId}/%`, run ?? null],
  );
  const [row] = rows;
  return row && { run: row.run, at: BigInt(row.at) as UnixNanos };
};

/** The facts of a period and what it started from, read from the trail's own tables. Times in milliseconds, [from, until). */
export const readPeriod = async (
  client: Client,
  period: { readonly accountId: string; readonly run: string; readonly fromMs: number; readonly untilMs: number },
): Promise<PeriodFacts> => {
  const { accountId, run, fromMs, untilMs } = period;
  const facts = new PeriodFacts(accountId, nanosFromMillis(fromMs));
  const [from, until, early] = [fromMs, untilMs, fromMs - LOOK_BACK_MS].map((ms) => nanosFromMillis(ms).toString());
  // Orders that worked for longer than that before they filled: what they were for is said where they began.
  const old = await client.query<{ kind: FactKind; at: string; payload: string }>(
    `SELECT kind, at, payload FROM record WHERE chain = 'ORDERS' AND kind = 'order-event' AND run IN ($1, '') AND at < $2 AND redaction = 0
       AND order_id IN (SELECT order_id FROM record WHERE chain = 'ORDERS' AND fill_id <> '' AND run IN ($1, '') AND at >= $3 AND at < $4)
     ORDER BY sequence`,
    [run, early, from, until],
  );
  for (const row of old.rows) facts.add(row.kind, decodeState(JSON.parse(row.payload)), BigInt(row.at) as UnixNanos);
  await client.query('BEGIN READ ONLY');
  try {
    await client.query({
      text: `DECLARE period NO SCROLL CURSOR FOR SELECT kind, at, payload FROM record
        WHERE chain IN ('MARKET', 'SIGNALS', 'RISK', 'ORDERS') AND kind = ANY($1) AND run IN ($2, '') AND at >= $3 AND at < $4 AND redaction = 0
        ORDER BY at, ${CHAIN_RANK}, sequence`,
      values: [[...REPORTED_KINDS], run, early, until],
    });
    for (;;) {
      const { rows } = await client.query<{ kind: FactKind; at: string; payload: string }>(`FETCH ${BATCH_ROWS} FROM period`);
      for (const row of rows) facts.add(row.kind, decodeState(JSON.parse(row.payload)), BigInt(row.at) as UnixNanos);
      if (rows.length < BATCH_ROWS) return facts;
    }
  } finally {
    await client.query('ROLLBACK');
  }
};
