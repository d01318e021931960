import { type DuckDBConnection, DuckDBInstance, type Json, StatementType } from '@duckdb/node-api';

import { CatalogueError, catalogueErrorOf } from './catalogue-error.js';
import { foldersOf } from './folders.js';
import { type Engine, quoted } from './engine.js';
import { PART_KINDS, type PartKind } from './layout.js';
import type { PartFiles } from './part-files.js';
import { COLUMNS } from './table.js';

export interface QueryResult {
  readonly columns: readonly string[];
  /** Texts for what JSON has no number for: decimals, times, large integers. */
  readonly rows: readonly (readonly Json[])[];
  /** True when there were more rows than asked for. */
  readonly truncated: boolean;
}

const EXACT = 'DECIMAL(38,9)';
const price = (column: string): string => `(${column}::DECIMAL(19,0) * 0.000000001)::DECIMAL(29,9) AS ${column}`;
const quantity = (column: string): string => `(${column}::${EXACT} + ${column}_fraction * 0.000000001::${EXACT})::${EXACT} AS ${column}`;
const time = (column: string): string => `make_timestamp_ns(${column}) AS ${column}, ${column} AS ${column}_ns`;

/** Columns of the views: exact decimals and times that people can read, and the nanoseconds for fast ranges. */
const SHOWN: Readonly<Record<Exclude<PartKind, 'records'>, string>> = {
  bars: `symbol, interval, ${time('close_time')}, ${time('open_time')}, ${['open', 'high', 'low', 'close'].map(price).join(', ')}, ${quantity('volume')}, source`,
  trades: `symbol, ${time('event_time')}, sequence, ${price('price')}, ${quantity('quantity')}, ['UNKNOWN', 'BUYER', 'SELLER'][aggressor + 1] AS aggressor, venue, conditions, source`,
  quotes: `symbol, ${time('event_time')}, sequence, ${price('bid_price')}, ${quantity('bid_quantity')}, ${price('ask_price')}, ${quantity('ask_quantity')}, venue, source`,
  book: `symbol, ${time('event_time')}, sequence, previous_sequence, event, ['snapshot', 'delta'][type + 1] AS type, ['', 'BID', 'ASK'][side + 1] AS side, ${price('price')}, ${quantity('quantity')}, orders, source`,
  samples: `symbol, ${time('event_time')}, sequence, event, ['', 'BID', 'ASK'][side + 1] AS side, ${price('price')}, ${quantity('quantity')}, orders, source`,
};

const READ_ONLY = new Set<StatementType>([StatementType.SELECT, StatementType.EXPLAIN]);

const viewOf = async (files: PartFiles, kind: Exclude<PartKind, 'records'>): Promise<string | undefined> => {
  const paths: string[] = [];
  for (const folder of await foldersOf(files, [kind])) {
    for (const key of await files.keysIn(folder)) {
      const part = await files.find(key);
      if (part !== undefined) paths.push(quoted(part.path));
    }
  }
  if (paths.length === 0) return undefined;
  return `CREATE VIEW ${kind} AS SELECT ${SHOWN[kind]} FROM read_parquet([${paths.join(', ')}], hive_partitioning = true, hive_types_autocast = false)`;
};

/** Copies the records that may be seen: nothing of the rest enters the database that people's SQL runs in. */
const copyRecords = async (from: Engine, to: DuckDBConnection, sql: string): Promise<void> => {
  await to.run(
    `CREATE TABLE known (${Object.entries(COLUMNS.records)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')}, series VARCHAR)`,
  );
  const appender = await to.createAppender('known');
  for await (const chunk of from.stream('records', sql)) appender.appendDataChunk(chunk);
  appender.closeSync();
  await to.run(
    `CREATE VIEW records AS SELECT series, nullif(symbol, '') AS symbol, ${time('event_time')}, ${time('known_at')}, value, text, source, id FROM known`,
  );
};

export interface PeopleQueryLimits {
  readonly memoryBytesMax: number;
  readonly threads: number;
  readonly rowsMax: number;
}

/**
 * Runs one SELECT of a person over views of the catalogue: `bars`, `trades`, `quotes`, `book`, `samples`, and `records` as they were known at
 * `asOf` (there is no such view without it). The database it runs in can write nothing, read no file outside the catalogue's market data, and
 * change none of that. Rejects with CatalogueError.
 */
export const queryForPeople = async (
  files: PartFiles,
  records: { readonly engine: Engine; readonly sql: string | undefined } | undefined,
  sql: string,
  { memoryBytesMax, threads, rowsMax }: PeopleQueryLimits,
): Promise<QueryResult> => {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(memoryBytesMax / 1_048_576)}MiB`,
    threads: String(threads),
    autoinstall_known_extensions: 'false',
    // No room outside the memory: what does not fit is refused.
    temp_directory: '',
  });
  try {
    const connection = await instance.connect();
    if (records?.sql !== undefined) await copyRecords(records.engine, connection, records.sql);
    const kinds = PART_KINDS.filter((kind) => kind !== 'records');
    const folders = kinds.map((kind) => quoted(`${files.directory}/${kind}/`));
    await connection.run(`SET allowed_directories = [${folders.join(', ')}]`);
    for (const kind of kinds) {
      const view = await viewOf(files, kind);
      if (view !== undefined) await connection.run(view);
    }
    await connection.run('SET enable_external_access = false; SET lock_configuration = true');
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw new CatalogueError('INVALID_REQUEST', `one statement is needed, not ${statements.count}`);
    const statement = await statements.prepare(0);
    if (!READ_ONLY.has(statement.statementType)) throw new CatalogueError('INVALID_REQUEST', 'only SELECT and EXPLAIN are allowed');
    const reader = await statement.streamAndReadUntil(rowsMax + 1);
    const rows = reader.getRowsJson();
    return { columns: reader.deduplicatedColumnNames(), rows: rows.slice(0, rowsMax), truncated: rows.length > rowsMax };
  } catch (error) {
    if (error instanceof CatalogueError) throw error;
    const known = catalogueErrorOf(error, 'the query failed');
    throw known.code === 'FAILED' || known.code === 'DAMAGED' ? new CatalogueError('INVALID_REQUEST', known.message, error) : known;
  } finally {
    instance.closeSync();
  }
};
