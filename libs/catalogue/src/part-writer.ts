import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { CatalogueError } from './catalogue-error.js';
import { type Engine, quoted, scanOf } from './engine.js';
import { nameOf, type PartKey } from './layout.js';
import { type FileManifest, type PartManifest, SCHEMA_VERSION } from './manifest.js';
import { mergeOf } from './merge-sql.js';
import type { Part, PartFiles } from './part-files.js';
import { COLUMNS } from './table.js';

/** Small groups let a reading of many symbols skip what is outside its time. */
const ROW_GROUP_ROWS = 32_768;

/** What a write did, in bars, ticks or records. */
export interface WriteCounts {
  /** Not there before. */
  readonly added: number;
  /** Versions that gave way to another with the same id; they are kept. */
  readonly superseded: number;
  /** There already, to the last digit. */
  readonly duplicates: number;
}

const timeOf = (kind: PartKey['kind']): string => (kind === 'bars' ? 'close_time' : kind === 'records' ? 'known_at' : 'event_time');
const itemsOf = (kind: PartKey['kind']): string => (kind === 'book' || kind === 'samples' ? 'count(DISTINCT event)' : 'count(*)');

/** Brings arriving rows and the files of one part together. */
export class PartWriter {
  constructor(
    private readonly engine: Engine,
    private readonly files: PartFiles,
    private readonly scratch: string,
  ) {}

  /** Merges the rows of a staged table into the part. Nothing is touched when nothing is new. Rejects with CatalogueError. */
  async merge(key: PartKey, staged: string): Promise<WriteCounts> {
    const before = await this.files.find(key);
    const revision = (before?.manifest.revision ?? 0) + 1;
    const merge = mergeOf({ key, staged, existing: before?.path, overlaps: await this.#overlaps(key, staged, before), revision });
    for (const statement of merge.statements) await this.engine.run(nameOf(key), statement);
    const [row] = await this.engine.rows(nameOf(key), merge.counts);
    const [added, superseded, duplicates] = row!.map(Number) as [number, number, number];
    if (added + superseded > 0) {
      const columns = Object.keys(COLUMNS[key.kind]).join(', ');
      const current = await this.#write(key, `SELECT ${columns} FROM merged ORDER BY ${merge.orderBy}`, 'current');
      const replaced = superseded > 0 ? await this.#writeReplaced(key, before, merge.orderBy) : before?.manifest.superseded;
      await this.files.commit(key, await this.#manifest(key, revision, current, replaced));
    }
    return { added, superseded, duplicates };
  }

  async #overlaps(key: PartKey, staged: string, before: Part | undefined): Promise<boolean> {
    if (before === undefined) return false;
    const { firstAt, lastAt } = before.manifest;
    const [row] = await this.engine.rows(nameOf(key), `SELECT min(${timeOf(key.kind)}), max(${timeOf(key.kind)}) FROM ${staged}`);
    const [first, last] = row as [bigint, bigint];
    return first <= lastAt && last >= firstAt;
  }

  #writeReplaced(key: PartKey, before: Part | undefined, orderBy: string): Promise<FileManifest> {
    const earlier = before?.supersededPath;
    const rows = `SELECT * FROM replaced${earlier === undefined ? '' : ` UNION ALL SELECT * FROM ${scanOf([earlier])}`}`;
    return this.#write(key, `SELECT * FROM (${rows}) ORDER BY ${orderBy}, replaced_by_revision`, 'superseded');
  }

  async #write(key: PartKey, select: string, role: 'current' | 'superseded'): Promise<FileManifest> {
    const temporary = join(this.scratch, `${randomUUID()}.parquet`);
    try {
      const [row] = await this.engine.rows(
        nameOf(key),
        `COPY (${select}) TO ${quoted(temporary)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION V2, ROW_GROUP_SIZE ${ROW_GROUP_ROWS},
          KV_METADATA {tradewind_schema: '${SCHEMA_VERSION}', tradewind_part: ${quoted(nameOf(key))}, price_unit: '1e-9', time_unit: 'ns since 1970 UTC'})`,
      );
      return await this.files.adopt(key, temporary, Number(row![0]), role);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #manifest(key: PartKey, revision: number, current: FileManifest, superseded: FileManifest | undefined): Promise<PartManifest> {
    const time = timeOf(key.kind);
    const [row] = await this.engine.rows(
      nameOf(key),
      `SELECT min(${time}), max(${time}), ${itemsOf(key.kind)}, list_sort(list(DISTINCT source))::VARCHAR[], count(*) FROM merged`,
    );
    const [firstAt, lastAt, items, sources, rows] = row as [bigint, bigint, bigint, { readonly items: readonly string[] }, bigint];
    if (Number(rows) !== current.rows) throw new CatalogueError('FAILED', `${nameOf(key)}: ${current.rows} rows were written of ${rows}`);
    return {
      schema: SCHEMA_VERSION,
      kind: key.kind,
      revision,
      current,
      superseded,
      items: Number(items),
      firstAt,
      lastAt,
      sources: sources.items,
    };
  }
}
