import type { DuckDBDataChunk, DuckDBVector } from '@duckdb/node-api';

import type { Cell } from './table.js';

type Numbers = BigInt64Array | Int32Array | Uint16Array | Uint8Array | Float64Array;

/** The numbers of a chunk's column where DuckDB has them: to be copied before the next chunk is asked for. */
export const numbersOf = <T extends Numbers>(chunk: DuckDBDataChunk, column: number): T =>
  (chunk.getColumnVector(column) as unknown as { readonly items: T }).items;

/** Reads single rows of a chunk; columns are looked up once. */
export class ChunkRows {
  readonly #vectors: readonly DuckDBVector[];
  readonly count: number;
  #row = 0;

  constructor(chunk: DuckDBDataChunk) {
    this.count = chunk.rowCount;
    this.#vectors = Array.from({ length: chunk.columnCount }, (_, column) => chunk.getColumnVector(column));
  }

  /** Chooses the row that `cell` reads. */
  at(row: number): void {
    this.#row = row;
  }

  readonly cell = (column: number): Cell => this.#vectors[column]!.getItem(this.#row) as Cell;
}
