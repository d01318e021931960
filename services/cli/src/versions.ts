import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Version of the clone, from its package.json. */
export const programVersion = async (root: string): Promise<string> =>
  (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version;
