import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';

const procfs = existsSync('/proc/self/stat');

/** True while a process (not a zombie) has this id. A process of another user counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** The words of the process's command line, empty when it is gone or can't be read. */
export function commandLine(pid: number): string {
  try {
    if (procfs) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** The short name of the program where the system tells it (Linux), else empty. Still there when a dying process has lost its command line. */
export function programName(pid: number): string {
  return /\((.*)\)/s.exec(statText(pid) ?? '')?.[1] ?? '';
}

/** The process's working directory where the system tells it (Linux), else undefined. */
export function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

/**
 * A text that differs between two processes that had the same id at different times: the kernel's start time on Linux,
 * `ps`'s elsewhere. Empty when the process is gone.
 */
export function birthMark(pid: number): string {
  if (procfs) {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const started = statFields(pid)?.[19];
    return started === undefined ? '' : `${boot}/${started}`;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

/** Fields of /proc/<pid>/stat from the third (state) on: the second may hold spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  const text = statText(pid);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function statText(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
}
