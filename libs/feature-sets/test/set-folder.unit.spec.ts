import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { BASELINE_SET, createFeatureSet } from '@tradewind/features';
import { afterAll, describe, expect, it } from 'vitest';

import { readFeatureSets } from '../src/index.js';

const folder = await mkdtemp(join(tmpdir(), 'feature-sets-'));
afterAll(() => rm(folder, { recursive: true }));

describe('the feature sets of a process', () => {
  it('are those of the product, the baseline among them to the hash', async () => {
    const sets = await readFeatureSets();
    expect(sets.named('baseline@1').hash).toBe(BASELINE_SET.hash);
    for (const set of sets.all) expect(set.names.slice(0, BASELINE_SET.names.length), set.name).toEqual(BASELINE_SET.names);
  });

  it("and those of a folder of one's own, which may extend them", async () => {
    const { hash } = createFeatureSet({ name: 'own', version: 2, parent: BASELINE_SET, definitions: [], modelInputs: ['rsi_14'] });
    const own = { name: 'own', version: 2, extends: 'baseline@1', features: [], modelInputs: ['rsi_14'], hash };
    await writeFile(join(folder, 'own@2.json'), JSON.stringify(own));
    const sets = await readFeatureSets(folder);
    expect(sets.satisfies(hash, BASELINE_SET.hash)).toBe(true);
    expect(sets.satisfies(BASELINE_SET.hash, hash)).toBe(false);
  });

  it('are refused with every fault when a file is wrong', async () => {
    await writeFile(join(folder, 'broken@1.json'), '{"name": "broken"');
    await writeFile(
      join(folder, 'other@1.json'),
      JSON.stringify({ name: 'other', version: 1, features: [{ feature: 'nothing' }], modelInputs: [], hash: '' }),
    );
    await expect(readFeatureSets(folder)).rejects.toThrow(/broken@1\.json: NOT_JSON[^]*other@1\.json: FEATURE_UNKNOWN/);
  });

  it('are refused when the folder is not there', async () => {
    await expect(readFeatureSets(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
