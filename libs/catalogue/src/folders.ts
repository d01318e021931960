import { PART_KINDS, type PartKind } from './layout.js';
import type { PartFiles } from './part-files.js';

/** Every folder that holds parts of some kinds. */
export const foldersOf = async (files: PartFiles, kinds: readonly PartKind[] = PART_KINDS): Promise<readonly string[]> => {
  const folders: string[] = [];
  for (const kind of kinds) {
    for (const name of await files.namesIn(kind)) {
      if (kind === 'bars') folders.push(...(await files.namesIn(`bars/${name}`)).map((interval) => `bars/${name}/${interval}`));
      else folders.push(`${kind}/${name}`);
    }
  }
  return folders;
};
