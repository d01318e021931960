import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { FEATURE_CATALOGUE, FeatureSetError, type FeatureSets, type FeatureSetText, parseFeatureSets } from '@tradewind/features';

const require = createRequire(import.meta.url);
const EXTENSION = '.json';
const FILES_MAX = 1_000;

/** The folder of the sets that come with the product. */
const productFolder = (): string => dirname(require.resolve('@tradewind/features/sets/baseline@1.json'));

const textsIn = async (folder: string): Promise<readonly FeatureSetText[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(EXTENSION)).sort();
  if (files.length > FILES_MAX) throw new RangeError(`${folder} holds ${files.length} feature sets, more than ${FILES_MAX}`);
  return await Promise.all(files.map(async (file) => ({ file, text: await readFile(join(folder, file), 'utf8') })));
};

/**
 * The sets that come with the product and those of the given folders, which may extend them. Rejects with FeatureSetError, naming every fault
 * of every file, and with what the file system says about a folder that can't be read.
 */
export const readFeatureSets = async (...folders: readonly string[]): Promise<FeatureSets> => {
  const texts = await Promise.all([productFolder(), ...folders].map(textsIn));
  const parsed = parseFeatureSets(texts.flat(), FEATURE_CATALOGUE);
  if (!parsed.ok) throw new FeatureSetError(parsed.error);
  return parsed.value;
};
