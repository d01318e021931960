import type { Pool } from 'pg';
import type { RowBatch } from './types.js';

const CHUNK_ROWS = 1_000;
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,62}$/;
const TYPE_NAME = /^[a-z][a-z0-9 ]*(\(\d+(,\d+)?\))?$/;

const identifier = (name: string): string => {
  if (!IDENTIFIER.test(name)) throw new RangeError(`"${name}" is not a table or column name`);
  return `"${name}"`;
};

const typeName = (name: string): string => {
  if (!TYPE_NAME.test(name)) throw new RangeError(`"${name}" is not a plain Postgres type`);
  return name;
};

const parameter = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array && !Buffer.isBuffer(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
};

/**
 * Inserts rows column by column (UNNEST: one parameter a column, whatever the number of rows), a chunk a statement. A row that is already there is
 * skipped, so a crash half-way is repaired by calling again. Returns how many rows were new. Throws RangeError on a row of the wrong length.
 */
export const insertRows = async (pool: Pool, batch: RowBatch): Promise<number> => {
  const names = Object.keys(batch.columns);
  const casts = names.map((name, index) => `$${index + 1}::${typeName(batch.columns[name] ?? '')}[]`);
  const text = `INSERT INTO ${identifier(batch.table)} (${names.map(identifier).join(', ')})
    SELECT * FROM unnest(${casts.join(', ')}) ON CONFLICT DO NOTHING`;
  const chunkRows = batch.chunkRows ?? CHUNK_ROWS;
  let inserted = 0;
  for (let start = 0; start < batch.rows.length; start += chunkRows) {
    const rows = batch.rows.slice(start, start + chunkRows);
    const uneven = rows.find((row) => row.length !== names.length);
    if (uneven !== undefined) throw new RangeError(`a row of ${batch.table} has ${uneven.length} values for ${names.length} columns`);
    const result = await pool.query(
      text,
      names.map((_, column) => rows.map((row) => parameter(row[column]))),
    );
    inserted += result.rowCount ?? 0;
  }
  return inserted;
};
