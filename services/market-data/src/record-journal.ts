import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { PointInTimeRecord } from '@tradewind/market';
import { decodeState, stateText } from '@tradewind/vocabulary';

import type { NumberedRecord } from './record-queue.js';

const RECORDS_FILE = 'records.jsonl';
const TOLD_FILE = 'told.json';
/** Ids by which a record that is delivered twice is known. Collectors deliver again what they last delivered, a page or two. */
const REMEMBERED_MAX = 200_000;

const linesOf = async (path: string): Promise<readonly string[]> => {
  try {
    // What follows the last line break was being written when the process ended: it was not acknowledged, and comes again.
    return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const replaceFile = async (path: string, text: string): Promise<void> => {
  const beside = `${path}.new`;
  await writeFile(beside, text, { mode: 0o600 });
  await rename(beside, path);
};

/**
 * What collectors delivered, on disk before they strike it out, so that it is told whatever is killed. The records of a run have numbers in the order of their
 * delivery; one that was delivered before has its number already.
 */
export class RecordJournal {
  readonly #numbers = new Map<string, number>();
  #next = 0;

  private constructor(
    private readonly directory: string,
    private readonly file: FileHandle,
    /** Records on disk, in their order. */
    readonly records: readonly NumberedRecord[],
    /** How far each partition had come when it was last written down; the stream may know better. */
    readonly toldBelow: readonly number[],
  ) {
    for (const { number, record } of records) {
      this.#numbers.set(record.id, number);
      this.#next = number + 1;
    }
  }

  /** Rejects with what the file system says, and on a line that is no record: an operator has to look at it. */
  static async open(directory: string, partitions: number): Promise<RecordJournal> {
    await mkdir(directory, { recursive: true });
    const path = join(directory, RECORDS_FILE);
    const [told] = await linesOf(join(directory, TOLD_FILE));
    const saved = told === undefined ? [] : (JSON.parse(told) as readonly number[]);
    const toldBelow = Array.from({ length: partitions }, (_value, partition) => saved[partition] ?? 0);
    const all = (await linesOf(path)).map((line) => decodeState<NumberedRecord>(JSON.parse(line)));
    const keptFrom = Math.min(...toldBelow, Math.max(0, (all.at(-1)?.number ?? -1) + 1 - REMEMBERED_MAX));
    const kept = all.filter(({ number }) => number >= keptFrom);
    await replaceFile(path, kept.map((record) => `${stateText(record)}\n`).join(''));
    return new RecordJournal(directory, await open(path, 'a', 0o600), kept, toldBelow);
  }

  /** A run that begins anew knows nothing of the one that bore its name before. */
  static async forget(directory: string): Promise<void> {
    await rm(directory, { recursive: true, force: true });
  }

  /** Undefined for a record that was never delivered, or too long ago. */
  numberOf(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  /** Resolves with the records that are new, once they are on disk. */
  async add(records: readonly PointInTimeRecord[]): Promise<readonly NumberedRecord[]> {
    const fresh: NumberedRecord[] = [];
    for (const record of records) {
      if (this.#numbers.has(record.id)) continue;
      this.#numbers.set(record.id, this.#next);
      fresh.push({ number: this.#next, record });
      this.#next += 1;
    }
    if (fresh.length === 0) return [];
    const { size } = await this.file.stat();
    try {
      await this.file.appendFile(fresh.map((record) => `${stateText(record)}\n`).join(''));
      await this.file.datasync();
    } catch (error) {
      // Half a line would swallow the one after it.
      await this.file.truncate(size);
      for (const { record } of fresh) this.#numbers.delete(record.id);
      throw error;
    }
    return fresh;
  }

  /** Writes down how far each partition has come. */
  async told(toldBelow: readonly number[]): Promise<void> {
    await replaceFile(join(this.directory, TOLD_FILE), `${JSON.stringify(toldBelow)}\n`);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
