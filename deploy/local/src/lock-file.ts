import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LaunchError } from './launch-error.js';
import { birthMark, isAlive } from './process-identity.js';

interface Holder {
  readonly pid: number;
  readonly mark: string;
}

const attemptsMax = 20;

/**
 * One launcher per state directory. The file names its holder by process id and birth, so that one left by a crash is recognised even when
 * the id belongs to another process by now, and taken over.
 * @returns what releases the lock.
 * @throws LaunchError ALREADY_RUNNING, naming the live holder's process id.
 */
export function takeLock(file: string, what: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, mark: birthMark(process.pid) } satisfies Holder);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (linked(draft, file)) return () => release(file, mine);
      const text = read(file);
      if (text === undefined) continue;
      const holder = holderIn(text);
      if (holder && isAlive(holder.pid) && birthMark(holder.pid) === holder.mark) {
        throw new LaunchError(
          'ALREADY_RUNNING',
          `${what} is in use by process ${holder.pid}. Stop that first (Ctrl-C in its terminal, or \`kill ${holder.pid}\`).`,
        );
      }
      discard(file, text);
    }
    throw new LaunchError('ALREADY_RUNNING', `${what}: the lock ${file} keeps changing hands. Is something starting it in a loop?`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Creates the lock whole or not at all. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the stale lock that was read; one that another starter put there meanwhile is given back. */
function discard(file: string, judged: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (read(aside) !== judged) linked(aside, file);
  rmSync(aside, { force: true });
}

function release(file: string, mine: string): void {
  if (read(file) === mine) rmSync(file, { force: true });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return typeof value.pid === 'number' && typeof value.mark === 'string' ? { pid: value.pid, mark: value.mark } : undefined;
  } catch {
    return undefined;
  }
}
