import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { LaunchError, Platform, resetState } from '@tradewind/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const STATE = `test-feature-set-${process.pid}`;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tradewind-sets-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  resetState(ROOT, STATE);
});

/** What a start with the settings ends with. */
const startError = async (settings: Readonly<Record<string, string>>): Promise<unknown> => {
  try {
    const platform = await Platform.start({ root: ROOT, name: STATE, services: ['features'], settings });
    await platform.stop();
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('the start of the features service', () => {
  it('is refused for good when the set is unknown, naming those that there are', async () => {
    const error = await startError({ TW_FEATURES_SET: 'none@1' });
    expect(error).toBeInstanceOf(LaunchError);
    expect(String(error)).toContain("features can't run with these settings");
    expect(String(error)).toMatch(/none@1: SET_UNKNOWN: there are only baseline@1/);
  });

  it('is refused for good when a set file names an unknown feature or has another hash than it says, with every fault', async () => {
    const file = { name: 'mine', version: 1, extends: 'baseline@1', modelInputs: [], hash: 'f'.repeat(64) };
    await writeFile(join(folder, 'mine@1.json'), JSON.stringify({ ...file, features: [{ feature: 'no_such_feature' }] }));
    await writeFile(join(folder, 'other@1.json'), JSON.stringify({ ...file, name: 'other', features: [{ feature: 'true_range' }] }));
    const error = String(await startError({ TW_FEATURES_SET_FOLDERS: folder }));
    expect(error).toContain("features can't run with these settings");
    expect(error).toContain('mine@1.json: FEATURE_UNKNOWN');
    expect(error).toContain('other@1.json: HASH_CHANGED');
  });
});
