import { AUDIT_COLUMNS } from '@tradewind/audit';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AUDIT_SCHEMA } from '../src/audit-trail.js';
import { type ExportedTrail, exportedTrail } from './exported-trail.js';

const CHAIN = 'MARKET';
const SEQUENCE = 3;
const NUMBERS = new Set(['sequence', 'recorded_at', 'step', 'at', 'redaction']);
/** Texts that would end a JSON text early, or pass for two values, if they were put together as they are. */
const TRICKS = [(text: string) => `${text}","x`, (text: string) => `x","${text}`, (text: string) => `${text}\\`, () => '', () => ']'];

describe('the trail in the database', () => {
  let made: ExportedTrail;
  let second: Client;
  beforeAll(async () => {
    made = await exportedTrail();
    second = new Client({ connectionString: made.url, options: `-c search_path=${AUDIT_SCHEMA}` });
    await second.connect();
    await made.client.query('SET ROLE NONE; SET event_triggers = off; ALTER TABLE record DISABLE TRIGGER ALL');
  }, 60_000);
  afterAll(async () => {
    await second.end();
    await made[Symbol.asyncDispose]();
  });

  const verify = (more: readonly Client[] = [second]) => made.trail.verify({}, () => undefined, more);
  const change = (column: string, value: unknown, at = SEQUENCE) =>
    made.client.query(`UPDATE record SET ${column} = $1 WHERE chain = $2 AND sequence = $3`, [value, CHAIN, at]);

  it('verifies over two connections as over one, and leaves both free', async () => {
    const one = await verify([]);
    expect(await verify()).toEqual(one);
    expect(one).toMatchObject({ ok: true, records: 15 });
    expect(await second.query('SELECT 1 AS free')).toMatchObject({ rows: [{ free: 1 }] });
  });

  it('counts every record once while chains are read at the same time', async () => {
    const told: number[] = [];
    await made.trail.verify({}, (records, of) => told.push(records / of), [second]);
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((left, right) => left - right));
  });

  it.each(AUDIT_COLUMNS.filter((column) => column !== 'chain' && column !== 'sequence'))(
    'shows a changed %s where it is, whatever it is changed to',
    async (column) => {
      const found = await made.client.query<Record<string, unknown>>('SELECT * FROM record WHERE chain = $1 AND sequence = $2', [
        CHAIN,
        SEQUENCE,
      ]);
      const value = found.rows[0]![column];
      const isJson = column === 'causes' || column === 'flags';
      const stored = isJson ? JSON.stringify(value) : value;
      const changed = NUMBERS.has(column)
        ? [Number(BigInt(value as string) % 1000n) + 1]
        : isJson
          ? ['["x"]', '"x"', `${String(stored)} `, '{}']
          : TRICKS.map((trick) => trick(String(value))).filter((text) => text !== value);
      for (const text of changed) {
        await change(column, text);
        const { ok, faults } = (await verify())!;
        await change(column, stored);
        expect(ok, String(text)).toBe(false);
        expect(faults[0], String(text)).toMatchObject({ chain: CHAIN, sequence: SEQUENCE });
      }
      expect(await verify()).toMatchObject({ ok: true });
    },
  );

  it('tells what a neighbour lost from what a field won', async () => {
    await made.client.query(`UPDATE record SET fact_id = fact_id || '","' || kind, kind = event WHERE chain = $1 AND sequence = $2`, [
      CHAIN,
      SEQUENCE,
    ]);
    expect((await verify())!.faults[0]).toMatchObject({ chain: CHAIN, sequence: SEQUENCE });
  });
});
