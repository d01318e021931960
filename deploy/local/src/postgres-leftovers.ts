import { readdirSync, realpathSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LaunchError } from './launch-error.js';
import { birthMark, commandLine, isAlive, programName, workingDirectory } from './process-identity.js';

/** The children of a killed postmaster notice its death by themselves; a busy one may need this long. */
const patienceMs = 10_000;

/**
 * Makes a data directory startable after a crash: waits for (in the end kills) what is left of the old server, and removes a lock file
 * whose process id belongs to another program by now. Shared memory left behind is found and freed by Postgres itself, through that file.
 * @throws LaunchError ALREADY_RUNNING when a live server uses the directory.
 */
export async function clearLeftovers(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0] ?? '');
  if (pid > 0 && isAlive(pid)) {
    if (commandLine(pid).includes(dataDir)) {
      throw new LaunchError('ALREADY_RUNNING', `A Postgres server (process ${pid}) already uses ${dataDir}. Stop it first.`);
    }
    await rm(lockFile, { force: true });
  }
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const left = serversIn(dataDir);
    if (left.length === 0) return;
    if (performance.now() > deadline) for (const [process_, mark] of left) killIfSame(process_, mark);
    await new Promise((settle) => setTimeout(settle, 20));
  }
}

/** Every Postgres process works in its data directory; only Linux lets us look. */
function serversIn(dataDir: string): [pid: number, mark: string][] {
  let place: string;
  let names: string[];
  try {
    place = realpathSync(dataDir);
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names
    .map(Number)
    .filter((pid) => workingDirectory(pid) === place && programName(pid) === 'postgres' && isAlive(pid))
    .map((pid) => [pid, birthMark(pid)]);
}

function killIfSame(pid: number, mark: string): void {
  if (birthMark(pid) !== mark) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
