import { DuckDBInstance } from '@duckdb/node-api';

import { layoutOf, type TableBars, type TableOptions, TableReader } from './csv-bars.js';
import { RecordedFileError } from './fault.js';

const MEMORY = '256MiB';

/**
 * Reads a Parquet file of somebody else's as though it were a table of texts: the columns are found by name like those of CSV. Row 1 is line 1.
 * Rejects with RecordedFileError.
 */
export const readParquetBars = async (path: string, options: TableOptions): Promise<TableBars> => {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY,
    threads: '1',
    temp_directory: '',
    autoinstall_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    const result = await connection.stream(
      `SELECT COLUMNS(*)::VARCHAR FROM read_parquet('${path.replaceAll("'", "''")}', hive_partitioning = false)`,
    );
    const reader = new TableReader(layoutOf(result.columnNames(), options.columns), options);
    let line = 0;
    for await (const rows of result.yieldRows()) {
      for (const row of rows) {
        line += 1;
        reader.add(
          line,
          row.map((cell) => (cell === null ? '' : withOffset(cell as string))),
        );
      }
    }
    return reader.finish();
  } catch (error) {
    if (error instanceof RecordedFileError) throw error;
    throw new RecordedFileError(
      'FILE_UNREADABLE',
      `can't be read as Parquet: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  } finally {
    instance.closeSync();
  }
};

/** DuckDB writes the offset of a time with a zone as `+00`. */
const withOffset = (text: string): string => (/^\d{4}-\d{2}-\d{2} .*[+-]\d{2}$/.test(text) ? `${text}:00` : text);
