import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { birthMark, isAlive } from './process-identity.js';

export interface ProcessMark {
  readonly pid: number;
  /** Tells two processes of the same id apart. */
  readonly mark: string;
}

/** What runs now, for the command line and for the next start: `var/<name>/run.json`, readable by its owner alone. */
export interface RunFile {
  readonly name: string;
  readonly startedAt: string;
  readonly launcher: ProcessMark;
  readonly urls: { readonly nats: string; readonly database: string; readonly http: Readonly<Record<string, string>> };
  readonly ports: Readonly<Record<string, number>>;
  readonly processes: Readonly<Record<string, ProcessMark>>;
}

const pathIn = (stateDir: string): string => join(stateDir, 'run.json');

export const markOf = (pid: number): ProcessMark => ({ pid, mark: birthMark(pid) });

const isSame = (process: ProcessMark): boolean => process.mark !== '' && isAlive(process.pid) && birthMark(process.pid) === process.mark;

/** Replaces the file whole, so that a reader never meets half of it. */
export function writeRunFile(stateDir: string, content: RunFile): void {
  const draft = `${pathIn(stateDir)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, pathIn(stateDir));
}

/** What runs in the state directory, or undefined when no live launcher holds it. */
export function readRunFile(stateDir: string): RunFile | undefined {
  const content = parse(stateDir);
  return content && isSame(content.launcher) ? content : undefined;
}

export function removeRunFile(stateDir: string): void {
  rmSync(pathIn(stateDir), { force: true });
}

/**
 * Ends what an earlier launcher left behind, after checking by birth that each process is the one it started.
 * @returns the names of those ended.
 */
export function endLeftovers(stateDir: string): string[] {
  const content = parse(stateDir);
  if (!content || isSame(content.launcher)) return [];
  const left = Object.entries(content.processes).filter(([, process]) => isSame(process));
  for (const [name, { pid }] of left) {
    try {
      // A killed postmaster leaves its children to notice; asked to quit, it ends them itself.
      process.kill(-pid, name === 'postgres' ? 'SIGQUIT' : 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
  }
  removeRunFile(stateDir);
  return left.map(([name]) => name);
}

function parse(stateDir: string): RunFile | undefined {
  try {
    const content = JSON.parse(readFileSync(pathIn(stateDir), 'utf8')) as RunFile;
    return typeof content.launcher?.pid === 'number' && typeof content.processes === 'object' ? content : undefined;
  } catch {
    return undefined;
  }
}
