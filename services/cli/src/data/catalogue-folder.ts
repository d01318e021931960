import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Catalogue, openCatalogue } from '@tradewind/catalogue';

import type { CliConfig } from '../config.js';
import { CliError, EXIT, type ExitCode } from '../exit-codes.js';

export const CATALOGUE_FOLDER = 'var/catalogue';
const MEMORY_BYTES_MAX = 512 * 1_048_576;
const THREADS = 2;

const EXITS: Readonly<Record<string, ExitCode>> = {
  LOCKED: EXIT.unavailable,
  DAMAGED: EXIT.data,
  UNSTORABLE: EXIT.data,
  NOT_A_CATALOGUE: EXIT.configuration,
  DISK_FULL: EXIT.configuration,
  INVALID_REQUEST: EXIT.usage,
};

/** An error of the catalogue or of a source with an exit code; others as they are. */
export const dataError = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  if (error.name === 'CatalogueError') {
    const hint = error.code === 'LOCKED' ? 'another backfill is going on' : undefined;
    return new CliError(EXITS[error.code] ?? EXIT.failure, error.code, error.message, hint);
  }
  if (error.name === 'SourceSettingsError') return new CliError(EXIT.configuration, error.code, error.message);
  if (error.name !== 'SourceError') return error;
  const wrongUse = error.code === 'UNSUPPORTED' || error.code === 'INVALID_REQUEST' || error.code === 'UNKNOWN_SYMBOL';
  return new CliError(wrongUse ? EXIT.usage : error.code === 'BAD_RESPONSE' ? EXIT.data : EXIT.unavailable, error.code, error.message);
};

/** The catalogue for the time of `work`. Rejects with CliError. */
export const withCatalogue = async <T>(config: CliConfig, folder: string, work: (catalogue: Catalogue) => Promise<T>): Promise<T> => {
  try {
    const catalogue = await openCatalogue({ directory: resolve(config.root, folder), memoryBytesMax: MEMORY_BYTES_MAX, threads: THREADS });
    try {
      return await work(catalogue);
    } finally {
      await catalogue.close();
    }
  } catch (error) {
    throw dataError(error);
  }
};

/** The same, for what only reads: a folder that is not there is not made a catalogue. */
export const withPresentCatalogue = async <T>(
  config: CliConfig,
  folder: string,
  work: (catalogue: Catalogue) => Promise<T>,
): Promise<T> => {
  if (!existsSync(resolve(config.root, folder)))
    throw new CliError(
      EXIT.unavailable,
      'NO_CATALOGUE',
      `there is no catalogue ${folder}`,
      '`tradewind data backfill` makes and fills one',
    );
  return withCatalogue(config, folder, work);
};
