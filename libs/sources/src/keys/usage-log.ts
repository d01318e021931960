import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { UnixNanos } from '@tradewind/vocabulary';

import type { KeyEvent } from './key-ledger.js';

const FILE_PATTERN = /^usage-(\d{4}-\d{2}-\d{2})\.log$/;
const DAYS_KEPT = 8;
const REFUSALS: ReadonlySet<unknown> = new Set(['TOO_FAST', 'DAY_USED_UP', 'INVALID']);

const lineOf = (event: KeyEvent): string => JSON.stringify({ ...event, at: event.at.toString() });

/** Undefined for a line that a crash cut short, or that is not ours. */
const eventOf = (line: string): KeyEvent | undefined => {
  try {
    const { kind, key, at, claim, refusal } = JSON.parse(line) as Record<string, unknown>;
    if (typeof key !== 'string' || typeof at !== 'string' || !/^\d{1,20}$/.test(at)) return undefined;
    const origin = { key, at: BigInt(at) as UnixNanos };
    if (kind === 'claimed' && typeof claim === 'string') return { kind, claim, ...origin };
    if (kind === 'served') return { kind, ...origin };
    if (kind === 'refused' && REFUSALS.has(refusal)) return { kind, ...origin, refusal: refusal as 'TOO_FAST' };
    return undefined;
  } catch {
    return undefined;
  }
};

/**
 * One day's usage as a file of lines that are only ever appended, each by a single write: the operating system orders the lines of several processes,
 * and that order decides which claims are grants. A line that a crash cut short is nobody's call and is passed over, for every line begins on its own.
 */
export class UsageLog {
  private offset = 0;
  private rest = '';

  private constructor(
    private readonly path: string,
    readonly day: string,
  ) {}

  /** Opens the log of a day, and removes logs that are older than a week. */
  static async open(directory: string, day: string): Promise<UsageLog> {
    await mkdir(directory, { recursive: true });
    const days = (await readdir(directory)).map((name) => FILE_PATTERN.exec(name)?.[1]).filter((name) => name !== undefined);
    for (const old of days.sort().slice(0, -DAYS_KEPT)) await rm(join(directory, `usage-${old}.log`), { force: true });
    return new UsageLog(join(directory, `usage-${day}.log`), day);
  }

  async append(event: KeyEvent): Promise<void> {
    const file = await open(this.path, 'a', 0o600);
    try {
      const bytes = Buffer.from(`\n${lineOf(event)}\n`, 'utf8');
      const { bytesWritten } = await file.write(bytes);
      if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written to ${this.path}`);
    } finally {
      await file.close();
    }
  }

  /** The events that any process has appended since the last call. */
  async read(): Promise<readonly KeyEvent[]> {
    const text = this.rest + (await this.unread());
    const lines = text.split('\n');
    this.rest = lines.pop()!;
    return lines.filter((line) => line !== '').flatMap((line) => eventOf(line) ?? []);
  }

  private async unread(): Promise<string> {
    const file = await open(this.path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (file === undefined) return '';
    try {
      const bytes = Buffer.alloc(Math.max(0, (await file.stat()).size - this.offset));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.offset);
      this.offset += bytesRead;
      // Lines are ASCII, so that a byte is a character wherever the read ends.
      return bytes.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
