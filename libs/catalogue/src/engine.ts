import { type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, type DuckDBResult, type DuckDBValue } from '@duckdb/node-api';

import { catalogueErrorOf } from './catalogue-error.js';

export interface EngineLimits {
  readonly memoryBytesMax: number;
  readonly threads: number;
  /** Where work that is larger than the memory goes. */
  readonly scratch: string;
  /** Rows come as the files have them. Without it only what is sorted has an order, and is sorted twice as fast. */
  readonly keepsOrder: boolean;
}

/** A text as SQL writes it. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A scan of files of ours; the names of their folders stay out of the columns. */
export const scanOf = (paths: readonly string[], options = ''): string =>
  `read_parquet([${paths.map(quoted).join(', ')}], hive_partitioning = false${options})`;

/** One DuckDB in memory, without a file of its own. */
export class Engine {
  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  /** Rejects with CatalogueError. */
  static async open({ memoryBytesMax, threads, scratch, keepsOrder }: EngineLimits): Promise<Engine> {
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        memory_limit: `${Math.floor(memoryBytesMax / 1_048_576)}MiB`,
        threads: String(threads),
        temp_directory: scratch,
        preserve_insertion_order: String(keepsOrder),
        // Nothing is ever fetched from the network, nor does anybody else's file become code.
        autoinstall_known_extensions: 'false',
        allow_community_extensions: 'false',
      });
      return new Engine(instance, await instance.connect());
    } catch (error) {
      throw catalogueErrorOf(error, 'DuckDB does not start');
    }
  }

  /** Another connection to the same database: one streamed result at a time belongs to each. */
  connect(): Promise<DuckDBConnection> {
    return this.instance.connect();
  }

  /** Runs statements and gives the rows of the last. Rejects with CatalogueError that begins with `what`. */
  async rows(what: string, sql: string): Promise<readonly (readonly DuckDBValue[])[]> {
    try {
      return await (await this.connection.run(sql)).getRows();
    } catch (error) {
      throw catalogueErrorOf(error, what);
    }
  }

  async run(what: string, sql: string): Promise<void> {
    await this.rows(what, sql);
  }

  /** The chunks of a query on a connection of its own, as DuckDB makes them. */
  async *stream(what: string, sql: string): AsyncGenerator<DuckDBDataChunk, void, undefined> {
    let connection: DuckDBConnection | undefined;
    try {
      connection = await this.connect();
      const result: DuckDBResult = await connection.stream(sql);
      for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) yield chunk;
    } catch (error) {
      throw catalogueErrorOf(error, what);
    } finally {
      connection?.disconnectSync();
    }
  }

  close(): void {
    this.connection.disconnectSync();
    this.instance.closeSync();
  }
}
