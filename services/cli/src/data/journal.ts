import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What one chunk of a backfill gave. */
export interface JournalEntry {
  readonly chunk: string;
  readonly added: number;
  readonly superseded: number;
  readonly duplicates: number;
}

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * Remembers which chunks of a source are stored, one JSON line each, written to the disk before the next chunk begins. A line that a crash cut off
 * counts for nothing: its chunk is fetched again, and what it brings is there already.
 */
export class BackfillJournal {
  readonly #path: string;

  /** `origin` tells sources of one name apart: the folder of recorded files. */
  constructor(
    private readonly catalogue: string,
    source: string,
    origin: string,
  ) {
    const mark = origin === '' ? '' : `-${createHash('sha256').update(origin).digest('hex').slice(0, 12)}`;
    this.#path = join(catalogue, '.backfill', `${source}${mark}.jsonl`);
  }

  async done(): Promise<ReadonlySet<string>> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isAbsent(error)) return new Set();
      throw error;
    }
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return new Set(whole.split('\n').flatMap((line) => chunkOf(line)));
  }

  async note(entry: JournalEntry): Promise<void> {
    await mkdir(join(this.catalogue, '.backfill'), { recursive: true });
    const file = await open(this.#path, 'a');
    try {
      await file.appendFile(`${JSON.stringify(entry)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

const chunkOf = (line: string): readonly string[] => {
  try {
    return [(JSON.parse(line) as JournalEntry).chunk];
  } catch {
    return [];
  }
};
