import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';

const require = createRequire(import.meta.url);

export interface PackageFile {
  /** `<package>@<version>/<file>`. */
  readonly source: string;
  readonly text: string;
}

/** The folder of an installed package, whatever its exports let through: the nearest folder with a package.json above what it resolves to. */
const folderOf = (packageName: string): string => {
  let folder = dirname(require.resolve(packageName));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === parse(folder).root) throw new Error(`package ${packageName} has no package.json`);
    folder = dirname(folder);
  }
  return folder;
};

/** A file of an installed npm package. Rejects with ENOENT or MODULE_NOT_FOUND. */
export const readPackageFile = async (packageName: string, file: string): Promise<PackageFile> => {
  const folder = folderOf(packageName);
  const [text, manifest] = await Promise.all([readFile(join(folder, file), 'utf8'), readFile(join(folder, 'package.json'), 'utf8')]);
  const { version } = JSON.parse(manifest) as { readonly version: string };
  return { source: `${packageName}@${version}/${file}`, text };
};
