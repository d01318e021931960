import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkpointLine, type SignedCheckpoint } from '@tradewind/audit';

export const CHECKPOINTS_FILE = 'checkpoints.jsonl';
const TAIL_BYTES = 65_536;

const README = `Signed checkpoints of the audit trail, one JSON object a line, appended only. Keep a copy where nobody who can write to the database
can write: \`node verify-audit.mjs <export> --checkpoints <this file>\` then finds any later rewrite of the trail.
`;

/** A folder outside the database that every checkpoint is appended to and synced. Written by one process at a time: the audit service. */
export class CheckpointFolder {
  #last: number | undefined;

  constructor(private readonly path: string) {}

  /** Number of the last checkpoint in the file, 0 for none. A line that a crash cut off is taken away. */
  async last(): Promise<number> {
    if (this.#last !== undefined) return this.#last;
    await mkdir(this.path, { recursive: true });
    await writeFile(join(this.path, 'README.md'), README);
    return await this.withFile(async (file) => {
      const { size } = await file.stat();
      const start = Math.max(0, size - TAIL_BYTES);
      const tail = Buffer.alloc(size - start);
      await file.read(tail, 0, tail.length, start);
      const end = tail.lastIndexOf('\n') + 1;
      if (end < tail.length) await file.truncate(start + end);
      const line = tail.subarray(0, end).toString('utf8').trimEnd().split('\n').at(-1) ?? '';
      this.#last = line === '' ? 0 : (JSON.parse(line) as { checkpoint: { number: number } }).checkpoint.number;
      return this.#last;
    });
  }

  /** Appends checkpoints and waits until the disk has them. */
  async add(checkpoints: readonly (SignedCheckpoint & { readonly number: number })[]): Promise<void> {
    try {
      await this.withFile(async (file) => {
        await file.write(checkpoints.map((checkpoint) => `${checkpointLine(checkpoint)}\n`).join(''));
        await file.datasync();
      });
      this.#last = checkpoints.at(-1)?.number ?? this.#last;
    } catch (error) {
      this.#last = undefined;
      throw error;
    }
  }

  private async withFile<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(join(this.path, CHECKPOINTS_FILE), 'a+');
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }
}
