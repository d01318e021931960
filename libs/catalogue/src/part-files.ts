import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CatalogueError, catalogueErrorOf } from './catalogue-error.js';
import { folderOf, keyAt, nameOf, type PartKey } from './layout.js';
import { manifestText, parseManifest, type PartManifest } from './manifest.js';

const MANIFEST_SUFFIX = '.json';

/** A part as it is now. */
export interface Part {
  readonly key: PartKey;
  readonly manifest: PartManifest;
  /** Absolute path of the current file. */
  readonly path: string;
  readonly supersededPath: string | undefined;
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';

/** Names in a folder, sorted; none when it is not there. */
const namesIn = async (path: string): Promise<readonly string[]> => {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isAbsent(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw catalogueErrorOf(error, path);
  }
};

/** SHA-256 of a file, hexadecimal. */
export const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
};

const synced = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The folders and manifests of a catalogue: what is there, and how one state of a part replaces another. */
export class PartFiles {
  constructor(readonly directory: string) {}

  /** The part, or undefined when there is none. */
  async find(key: PartKey): Promise<Part | undefined> {
    const folder = join(this.directory, folderOf(key));
    const path = join(folder, `${key.period}${MANIFEST_SUFFIX}`);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw catalogueErrorOf(error, path);
    }
    const manifest = parseManifest(text, path);
    return {
      key,
      manifest,
      path: join(folder, manifest.current.file),
      supersededPath: manifest.superseded && join(folder, manifest.superseded.file),
    };
  }

  /** Keys in one folder (`bars/SPY/1m`), by period. */
  async keysIn(folder: string): Promise<readonly PartKey[]> {
    const names = await namesIn(join(this.directory, folder));
    return names.flatMap((name) => {
      if (!name.endsWith(MANIFEST_SUFFIX)) return [];
      const key = keyAt(folder, name.slice(0, -MANIFEST_SUFFIX.length));
      return key === undefined ? [] : [key];
    });
  }

  /** Names of the folders below one of the catalogue's. */
  namesIn(folder: string): Promise<readonly string[]> {
    return namesIn(join(this.directory, folder));
  }

  /**
   * Makes a new state of a part the current one. The files were written beside it already; renaming the manifest is the one instant at which
   * readers change from old to new, and what a crash before it leaves is swept up later.
   */
  async commit(key: PartKey, manifest: PartManifest): Promise<void> {
    const folder = join(this.directory, folderOf(key));
    const temporary = join(folder, `.${key.period}${MANIFEST_SUFFIX}.new`);
    try {
      await mkdir(folder, { recursive: true });
      const handle = await open(temporary, 'w');
      try {
        await handle.writeFile(manifestText(manifest));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, join(folder, `${key.period}${MANIFEST_SUFFIX}`));
      await synced(folder);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw catalogueErrorOf(error, nameOf(key));
    }
  }

  /** Moves a finished file from the scratch space to its part's folder under a name that carries its digest. */
  async adopt(key: PartKey, temporary: string, rows: number, role: 'current' | 'superseded'): Promise<PartManifest['current']> {
    const folder = join(this.directory, folderOf(key));
    try {
      await synced(temporary);
      const digest = await digestOf(temporary);
      const { size } = await stat(temporary);
      const file = `${key.period}.${role === 'current' ? '' : 'superseded.'}${digest.slice(0, 16)}.parquet`;
      await mkdir(folder, { recursive: true });
      await rename(temporary, join(folder, file));
      return { file, rows, bytes: size, digest };
    } catch (error) {
      throw catalogueErrorOf(error, nameOf(key));
    }
  }

  /**
   * Deletes the files of a folder that no manifest names, once the manifest has been in place for so long that nobody can still be reading
   * the state before it.
   */
  async sweep(folder: string, olderThanMs: number, nowMs: number): Promise<number> {
    const path = join(this.directory, folder);
    const named = new Set<string>();
    const changedAt = new Map<string, number>();
    for (const key of await this.keysIn(folder)) {
      const part = await this.find(key);
      if (part === undefined) continue;
      named.add(part.manifest.current.file);
      if (part.manifest.superseded !== undefined) named.add(part.manifest.superseded.file);
      changedAt.set(key.period, (await stat(join(path, `${key.period}${MANIFEST_SUFFIX}`))).mtimeMs);
    }
    let swept = 0;
    for (const name of await namesIn(path)) {
      if (!name.endsWith('.parquet') || named.has(name)) continue;
      const since = changedAt.get(name.split('.')[0]!) ?? (await stat(join(path, name))).mtimeMs;
      if (nowMs - since < olderThanMs) continue;
      await rm(join(path, name), { force: true });
      swept += 1;
    }
    return swept;
  }
}

const README = `Tradewind market history: Parquet files by kind, symbol, interval and period, each described by the JSON file beside it.\nPrices are counts of 10^-9, times nanoseconds since 1970 UTC. Written by tradewind alone.\n`;
const MARK = 'CATALOGUE';

/** Makes sure that a folder is a catalogue, or empty and now one. Rejects with CatalogueError. */
export const markCatalogue = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true });
    const names = await readdir(directory);
    if (names.includes(MARK)) return;
    const strangers = names.filter((name) => !name.startsWith('.'));
    if (strangers.length > 0)
      throw new CatalogueError('NOT_A_CATALOGUE', `${directory} is no catalogue and not empty (it holds ${strangers[0]})`);
    const handle = await open(join(directory, MARK), 'w');
    await handle.writeFile(README);
    await handle.close();
  } catch (error) {
    throw catalogueErrorOf(error, directory);
  }
};
