import { realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import { CatalogueError, catalogueErrorOf } from './catalogue-error.js';

const LOCK_FILE = '.writer.duckdb';
const OTHER_HOLDS = /Could not set lock/i;

/** DuckDB's lock keeps other processes away; this keeps others of this process. */
const heldHere = new Set<string>();

/** The right to write to a catalogue, of one at a time. */
export interface WriterLock {
  release(): void;
}

/**
 * Takes the right to write, or rejects with CatalogueError LOCKED. The lock is one of the operating system on a file that DuckDB opens, so
 * it ends with its process, however that ends.
 */
export const lockForWriting = async (directory: string): Promise<WriterLock> => {
  const place = await realpath(directory);
  if (heldHere.has(place)) throw new CatalogueError('LOCKED', `${directory} is being written by this process already`);
  heldHere.add(place);
  try {
    const instance = await DuckDBInstance.create(join(place, LOCK_FILE), { threads: '1', memory_limit: '64MiB' });
    return {
      release: () => {
        instance.closeSync();
        heldHere.delete(place);
      },
    };
  } catch (error) {
    heldHere.delete(place);
    if (OTHER_HOLDS.test(error instanceof Error ? error.message : ''))
      throw new CatalogueError('LOCKED', `${directory} is being written by another process`, error);
    throw catalogueErrorOf(error, `${directory} cannot be opened for writing`);
  }
};
