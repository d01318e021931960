import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNatsServer } from '../src/nats-binary.js';
import type { Bringer } from '../src/nats-bringer.js';
import { archivesNamedIn } from '../src/nats-debian.js';

/** A program that says it is nats-server of this version; enough for looking for one. */
const saying = (version: string): string => `#!/bin/sh\necho "nats-server: v${version}"\n`;

describe('finding a nats-server', () => {
  let place: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'tradewind-test-find-'));
    environment = { TW_CACHE_DIR: join(place, 'cache'), PATH: join(place, 'bin') };
    await mkdir(join(place, 'bin'));
  });
  afterEach(async () => await rm(place, { recursive: true, force: true }));

  const put = async (path: string, text: string): Promise<string> => {
    const full = join(place, path);
    await mkdir(join(full, '..'), { recursive: true });
    await writeFile(full, text);
    await chmod(full, 0o755);
    return full;
  };
  const bringing = (text: string, from = 'a shop'): Bringer & { times: number } => ({
    from,
    times: 0,
    async bring(directory) {
      this.times += 1;
      await writeFile(join(directory, 'brought'), text, { mode: 0o755 });
      return join(directory, 'brought');
    },
  });
  const failing = (from: string, why: string): Bringer => ({ from, bring: async () => await Promise.reject(new Error(why)) });

  it('uses the one that NATS_SERVER_BIN names before any other', async () => {
    await put('bin/nats-server', saying('2.12.0'));
    const named = await put('mine', saying('2.11.4'));
    expect(await findNatsServer({ environment: { ...environment, NATS_SERVER_BIN: named } })).toEqual({ path: named, version: '2.11.4' });
  });

  it("stops at once when NATS_SERVER_BIN's doesn't work, is too old, or isn't there", async () => {
    const broken = await put('broken', '#!/bin/sh\nexit 1\n');
    const old = await put('old', saying('2.9.10'));
    for (const path of [broken, old, join(place, 'nowhere')]) {
      await expect(findNatsServer({ environment: { ...environment, NATS_SERVER_BIN: path } })).rejects.toMatchObject({
        code: 'NATS_BROKEN',
        message: expect.stringContaining(path) as string,
      });
    }
  });

  it('passes over one on PATH that is too old: an old server ignores settings without a word', async () => {
    await put('bin/nats-server', saying('2.9.10'));
    const shop = bringing(saying('2.10.27'));
    expect(await findNatsServer({ environment, bring: [shop] })).toMatchObject({ version: '2.10.27' });
  });

  it('brings a server once and finds it in the cache from then on', async () => {
    const shop = bringing(saying('2.10.27'));
    const first = await findNatsServer({ environment, bring: [shop] });
    expect(await findNatsServer({ environment, bring: [shop] })).toEqual(first);
    expect(shop.times).toBe(1);
    expect(first.path.startsWith(join(place, 'cache'))).toBe(true);
  });

  it('brings it again when the cached one is damaged', async () => {
    await put('cache/nats-server/2.10.27/nats-server', 'half a download');
    const shop = bringing(saying('2.10.27'));
    expect(await findNatsServer({ environment, bring: [shop] })).toMatchObject({ version: '2.10.27' });
    expect(shop.times).toBe(1);
  });

  it('tries the next way when one fails, and survives two starters at once', async () => {
    const shop = bringing(saying('2.10.29'), 'the second shop');
    const both = await Promise.all(
      [0, 1].map(async () => await findNatsServer({ environment, bring: [failing('the first shop', 'closed'), shop] })),
    );
    expect(both[0]).toEqual(both[1]);
  });

  it('names every way it tried, and what to do, when none works', async () => {
    const attempt = findNatsServer({
      environment,
      bring: [failing('the release', 'no answer in time'), bringing('#!/bin/sh\nexit 9\n', 'the package')],
    });
    await expect(attempt).rejects.toMatchObject({ code: 'NATS_MISSING' });
    await expect(attempt).rejects.toThrow(/the release: no answer in time[\s\S]*the package: [\s\S]*NATS_SERVER_BIN/);
  });
});

describe("the machine's own sources", () => {
  it("name the Debian archive in both of apt's formats, not security updates or others' archives", () => {
    const oneLine =
      '# deb http://old.example/debian x main\ndeb [arch=amd64] http://mirror.example/debian/ bookworm main\ndeb http://security.example/debian-security x main';
    const deb822 =
      'Types: deb\nURIs: https://other.example/debian\nSuites: bookworm\n\nTypes: deb\nURIs: https://vendor.example/apt\nSuites: stable\n';
    expect(archivesNamedIn([oneLine, deb822])).toEqual(['http://mirror.example/debian', 'https://other.example/debian']);
    expect(archivesNamedIn(['deb https://vendor.example/apt stable main'])).toEqual([]);
  });
});
