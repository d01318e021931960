import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SettingsError } from '@tradewind/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadRiskProfile, settings } from '../src/config.js';

describe('loadRiskProfile', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tradewind-profile-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const load = async (text: string) => {
    const profilePath = join(dir, 'profile.json');
    await writeFile(profilePath, text);
    return loadRiskProfile({ profile: 'paper', profilePath });
  };
  const faults = (promise: Promise<unknown>) =>
    promise.then(
      () => [],
      (error: unknown) =>
        error instanceof SettingsError ? error.faults.map((fault) => `${fault.variable}: ${fault.message}`) : [String(error)],
    );

  it('takes the paper profile unless told otherwise', async () => {
    expect((await loadRiskProfile(settings.parse({}))).name).toBe('paper');
  });
  it('names every fault of a profile as a fault of the setting that chose it', async () => {
    const found = await faults(load('{"name":"paper","limits":{},"sizing":{},"breakers":{},"killSwitch":{},"more":1}'));
    expect(found.length).toBeGreaterThan(10);
    expect(found).toContain('TW_RISK_PROFILE_PATH: profile.more is not a known setting');
  });
  it('says so when the file is missing or no JSON', async () => {
    expect(await faults(load('{'))).toEqual([expect.stringMatching(/^TW_RISK_PROFILE_PATH: the profile cannot be read: /)]);
    expect(await faults(loadRiskProfile({ profile: 'paper', profilePath: join(dir, 'none.json') }))).toEqual([
      expect.stringContaining('ENOENT'),
    ]);
  });
});
