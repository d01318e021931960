import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

export type TableFormat = 'csv' | 'parquet';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const OPTIONS: Readonly<Record<TableFormat, string>> = {
  csv: 'FORMAT csv, HEADER',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
};
const OBJECT_BYTES_MAX = 64 * 1024 * 1024;

/** Columns of a table of records, out of the lines of an export. Times stay whole nanoseconds: no type of a table program holds them all. */
const SELECT = `
  link->>0 AS chain, CAST(link->>1 AS BIGINT) AS sequence, CAST(link->>3 AS BIGINT) AS recorded_at_ns,
  link->>4 AS fact_id, link->>5 AS kind, link->>6 AS event, link->>7 AS message_id, link->>8 AS actor, link->>9 AS run,
  CAST(link->>10 AS INTEGER) AS step, CAST(link->>11 AS BIGINT) AS at_ns, make_timestamp_ns(CAST(link->>11 AS BIGINT)) AS at,
  link->>12 AS symbol, link->>13 AS order_id, link->>14 AS fill_id, CAST(link->15 AS VARCHAR) AS causes,
  CASE WHEN json_array_length(link) > 17 THEN link->>16 ELSE '' END AS model,
  CASE WHEN json_array_length(link) > 17 THEN link->>17 ELSE '' END AS signal,
  CASE WHEN json_array_length(link) > 17 THEN CAST(link->18 AS VARCHAR) ELSE '[]' END AS flags,
  CAST(payload AS VARCHAR) AS payload, link->>-1 AS payload_digest, hash, redaction`;

/** Writes the records of an export as one table beside it, for spreadsheets and analysis. It proves nothing: the lines do. Returns its path. */
export const writeTable = async (folder: string, format: TableFormat): Promise<string> => {
  const path = join(folder, `records.${format}`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(`COPY (
      SELECT ${SELECT} FROM read_json(${quoted(join(folder, 'records/*.jsonl'))}, format = 'newline_delimited', maximum_object_size = ${OBJECT_BYTES_MAX},
        columns = {hash: 'VARCHAR', link: 'JSON', payload: 'JSON', redaction: 'BIGINT'})
      ORDER BY chain, sequence
    ) TO ${quoted(path)} (${OPTIONS[format]})`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return path;
};
