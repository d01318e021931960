import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const directory = process.env['TRADEWIND_DATA_DIR'] ?? resolve(import.meta.dirname, '../../../../shared/data');

export interface RealData {
  readonly path: string;
  /** The folder of real data is optional: a test that needs it is skipped with `describe.skipIf(data.absent)`. */
  readonly absent: boolean;
  /** For the name of the test: says that it is skipped, and why. */
  readonly note: string;
}

/** A file or folder of the real data for tests, in `TRADEWIND_DATA_DIR` or beside the project's folder. */
export const realData = (...parts: readonly string[]): RealData => {
  const path = join(directory, ...parts);
  const absent = !existsSync(path);
  return { path, absent, note: absent ? ` (skipped: no ${parts.join('/')} in TRADEWIND_DATA_DIR)` : '' };
};
