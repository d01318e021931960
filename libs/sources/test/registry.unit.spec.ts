import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { discoverSources, openSources, readSourceSettings, settingVariable, SourceSettingsError } from '../src/registry.js';
import type { SourceDefinition } from '../src/source.js';

const SOURCES = join(import.meta.dirname, '../src');
/** The wire of Interactive Brokers is shared with the broker of that name. */
const WIRES: Readonly<Record<string, string>> = { 'interactive-brokers': join(import.meta.dirname, '../../tws/src') };
const FILES = ['index.ts', 'settings.ts', 'source.ts', 'client.ts', 'decode.ts', 'README.md'];

const definition = (name: string): SourceDefinition => ({
  name,
  settings: z.strictObject({ keyId: z.string().min(3), requestsPerMinute: z.coerce.number().int().positive().default(200) }),
  open: () => {
    throw new Error('not opened here');
  },
});
const registry = new Map([definition('first'), definition('second-one')].map((each) => [each.name, each]));

describe('discovery of sources', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tradewind-sources-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const plant = async (name: string, text: string): Promise<void> => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'index.js'), text);
  };

  it('finds a new folder without a word elsewhere, and passes folders without an index', async () => {
    await plant('planted', `export const definition = { name: 'planted', settings: {}, open: () => ({}) };`);
    await mkdir(join(folder, 'transport'));
    expect([...(await discoverSources(folder)).keys()]).toEqual(['planted']);
  });
  it('refuses a folder whose definition bears another name', async () => {
    await plant('planted', `export const definition = { name: 'other', settings: {}, open: () => ({}) };`);
    await expect(discoverSources(folder)).rejects.toThrow(`the source folder 'planted' must export a definition named 'planted'`);
  });
  it('refuses a folder without a definition', async () => {
    await plant('planted', 'export const source = 1;');
    await expect(discoverSources(folder)).rejects.toThrow('planted');
  });
  it('finds every source of the product, each a folder with the same file names', async () => {
    const found = await discoverSources(SOURCES);
    for (const name of found.keys()) {
      expect(
        FILES.filter((file) => ![join(SOURCES, name), WIRES[name] ?? join(SOURCES, name)].some((place) => existsSync(join(place, file)))),
        name,
      ).toEqual([]);
    }
  });
});

describe('the acceptance suite', () => {
  it('is passed by every source of the product', async () => {
    const folder = import.meta.dirname;
    const specs = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.int.spec.ts'));
    const texts = await Promise.all(specs.map((file) => readFile(join(folder, file), 'utf8')));
    const without = [...(await discoverSources(SOURCES)).keys()].filter(
      (name) => !texts.some((text) => text.includes(`src/${name}/`) && text.includes('describeSource(')),
    );
    expect(without).toEqual([]);
  });
});

describe('settings of sources', () => {
  it('are read from TW_SOURCE_<NAME>_<KEY>', () => {
    expect(settingVariable('second-one', 'requestsPerMinute')).toBe('TW_SOURCE_SECOND_ONE_REQUESTS_PER_MINUTE');
    const read = readSourceSettings(registry, ['second-one'], {
      TW_SOURCE_SECOND_ONE_KEY_ID: 'abc',
      TW_SOURCE_SECOND_ONE_REQUESTS_PER_MINUTE: '75',
    });
    expect(read).toEqual({ ok: true, value: new Map([['second-one', { keyId: 'abc', requestsPerMinute: 75 }]]) });
  });
  it('tell every fault at once and never a value', () => {
    const read = readSourceSettings(registry, ['first', 'second-one', 'third'], {
      TW_SOURCE_FIRST_KEY_ID: 'x!',
      TW_SOURCE_FIRST_REQUESTS_PER_MINUTE: 'many',
      TW_SOURCE_FIRST_COLOUR: 'green',
    });
    expect(read.ok ? [] : read.error.map(({ variable }) => variable).toSorted()).toEqual([
      'TW_SOURCE_FIRST_COLOUR',
      'TW_SOURCE_FIRST_KEY_ID',
      'TW_SOURCE_FIRST_REQUESTS_PER_MINUTE',
      'TW_SOURCE_SECOND_ONE_KEY_ID',
      'third',
    ]);
    expect(JSON.stringify(read)).not.toMatch(/x!|green/);
  });
  it('come from a mounted file when the variable ends in _FILE', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'tradewind-secret-')), 'key');
    await writeFile(path, 'from-a-file\n');
    const read = readSourceSettings(registry, ['first'], { TW_SOURCE_FIRST_KEY_ID_FILE: path });
    expect(read).toEqual({ ok: true, value: new Map([['first', { keyId: 'from-a-file', requestsPerMinute: 200 }]]) });
    expect(readSourceSettings(registry, ['first'], { TW_SOURCE_FIRST_KEY_ID_FILE: `${path}-not` })).toMatchObject({
      error: [{ variable: 'TW_SOURCE_FIRST_KEY_ID_FILE', problem: `can't be read: ENOENT` }],
    });
  });
  it('open no source while any has a fault', () => {
    expect(() => openSources(registry, ['first'], {}, () => expect.unreachable())).toThrow(SourceSettingsError);
  });
});
