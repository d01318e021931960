import type { PartKind } from './layout.js';
import { CatalogueError } from './catalogue-error.js';

export const SCHEMA_VERSION = 1;

/** What one Parquet file holds and how to know that it still does. */
export interface FileManifest {
  /** Name in the part's folder. It carries the digest, so a file is never changed, only replaced. */
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly digest: string;
}

/** The state of one part. Replacing this small file is what makes a write happen. */
export interface PartManifest {
  readonly schema: number;
  readonly kind: PartKind;
  /** Grows by one with each change of the part. */
  readonly revision: number;
  readonly current: FileManifest;
  /** Versions that a correction replaced, each with the revision that did; undefined while nothing was corrected. */
  readonly superseded: FileManifest | undefined;
  /** Bars, ticks or records: one tick of a book takes a row for each level. */
  readonly items: number;
  /** Nanoseconds: close time of bars, event time of ticks, known-at time of records. */
  readonly firstAt: bigint;
  readonly lastAt: bigint;
  /** Where the items came from, sorted. */
  readonly sources: readonly string[];
}

interface StoredManifest extends Omit<PartManifest, 'firstAt' | 'lastAt' | 'superseded'> {
  readonly firstAt: string;
  readonly lastAt: string;
  readonly superseded: FileManifest | null;
}

export const manifestText = (manifest: PartManifest): string =>
  `${JSON.stringify(
    {
      ...manifest,
      firstAt: manifest.firstAt.toString(),
      lastAt: manifest.lastAt.toString(),
      superseded: manifest.superseded ?? null,
    } satisfies StoredManifest,
    null,
    1,
  )}\n`;

const isFile = (value: unknown): value is FileManifest => {
  const file = value as Partial<FileManifest> | null;
  return (
    typeof file === 'object' &&
    file !== null &&
    typeof file.file === 'string' &&
    !file.file.includes('/') &&
    typeof file.digest === 'string' &&
    Number.isSafeInteger(file.rows) &&
    Number.isSafeInteger(file.bytes)
  );
};

/** Reads a manifest back. Throws CatalogueError DAMAGED, naming the file. */
export const parseManifest = (text: string, path: string): PartManifest => {
  try {
    const stored = JSON.parse(text) as StoredManifest;
    if (stored.schema > SCHEMA_VERSION)
      throw new CatalogueError('NOT_A_CATALOGUE', `${path} has schema ${stored.schema}; this version reads up to ${SCHEMA_VERSION}`);
    if (!isFile(stored.current) || (stored.superseded !== null && !isFile(stored.superseded))) throw new TypeError('names no file');
    if (!Array.isArray(stored.sources)) throw new TypeError('names no sources');
    return {
      ...stored,
      superseded: stored.superseded ?? undefined,
      firstAt: BigInt(stored.firstAt),
      lastAt: BigInt(stored.lastAt),
    };
  } catch (error) {
    if (error instanceof CatalogueError) throw error;
    throw new CatalogueError('DAMAGED', `${path} is no manifest: ${error instanceof Error ? error.message : String(error)}`, error);
  }
};
