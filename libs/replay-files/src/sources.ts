import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DEMO_FILES, type DailySource } from '@tradewind/market';
import { symbolOf } from '@tradewind/vocabulary';

import { readPackageFile } from './package-file.js';

const CSV_SUFFIX = '.csv';
/** A folder with more files than this is not a set of daily files. */
const FILES_MAX = 2_000;

/** No daily file, or too many, where some were promised. */
export class ReplayFilesError extends Error {
  override readonly name = 'ReplayFilesError';
  readonly code = 'REPLAY_FILES';
}

/** The real prices of the demo, out of the npm packages that carry them. */
export const readDemoSources = (): Promise<readonly DailySource[]> =>
  Promise.all(DEMO_FILES.map(async ({ symbol, packageName, file }) => ({ symbol, ...(await readPackageFile(packageName, file)) })));

/**
 * Every `<SYMBOL>.csv` of a folder, in order of their names. Rejects with ReplayFilesError when there is none or a name is no symbol, and
 * with what the file system says.
 */
export const readDirectorySources = async (directory: string): Promise<readonly DailySource[]> => {
  const names = (await readdir(directory)).filter((name) => name.toLowerCase().endsWith(CSV_SUFFIX)).sort();
  if (names.length === 0) throw new ReplayFilesError(`${directory} holds no file <SYMBOL>.csv`);
  if (names.length > FILES_MAX) throw new ReplayFilesError(`${directory} holds ${names.length} files, more than ${FILES_MAX}`);
  return Promise.all(
    names.map(async (name) => {
      const text = name.slice(0, -CSV_SUFFIX.length).toUpperCase();
      try {
        return { symbol: symbolOf(text), source: name, text: await readFile(join(directory, name), 'utf8') };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new ReplayFilesError(`${name}: ${error.message}`, { cause: error });
      }
    }),
  );
};
