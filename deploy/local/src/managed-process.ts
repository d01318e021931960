import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { type OrphanSignal, tether } from './tether.js';

const logBytesMax = 8 * 1024 * 1024;

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Run as this user instead of ours. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Where stdout and stderr go: appended to a file, or line by line to us. */
  readonly output: { readonly file: string } | { readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void };
  /** Sent when a stop is asked for; SIGKILL follows after `stopTimeoutMs`. */
  readonly stopSignal: NodeJS.Signals;
  readonly stopTimeoutMs: number;
  /** Sent by the tether if this process dies before the child. */
  readonly orphanSignal: OrphanSignal;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One child process in its own process group, tethered to us: it can't outlive us. */
export class ManagedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;

  private constructor(
    readonly spec: ProcessSpec,
    child: ChildProcess & { pid: number },
  ) {
    this.pid = child.pid;
    this.exited = new Promise((resolve) => {
      // `close`, not `exit`: the last lines of output have been delivered by then. A grandchild may hold the pipes open
      // after the child's death, so `exit` settles it too, a moment later.
      const settle = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#exit) return;
        this.#exit = { code, signal };
        tether.release(this.pid);
        resolve(this.#exit);
      };
      child.once('close', settle);
      child.once('exit', (code, signal) => {
        // Whatever it had started (a model's process, say) must not outlive it.
        this.#signal(-this.pid, 'SIGKILL');
        setTimeout(() => settle(code, signal), 250).unref();
      });
    });
  }

  /** Starts the child. Rejects when the program can't be executed at all. */
  static async start(spec: ProcessSpec): Promise<ManagedProcess> {
    const file = 'file' in spec.output ? openLog(spec.output.file) : undefined;
    const child = spawn(spec.command, [...spec.args], {
      cwd: spec.cwd,
      env: spec.env,
      stdio: ['ignore', file ?? 'pipe', file ?? 'pipe'],
      // Its own process group: Ctrl-C in the terminal reaches the launcher alone, which then stops things in order.
      detached: true,
      ...(spec.owner ? { uid: spec.owner.uid, gid: spec.owner.gid } : {}),
    });
    if (file !== undefined) closeSync(file);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    if (child.pid === undefined) throw new Error(`${spec.name} has no process id`);
    tether.hold(child.pid, spec.orphanSignal);
    child.on('error', () => undefined);
    if ('onLine' in spec.output) {
      const { onLine } = spec.output;
      for (const stream of ['stdout', 'stderr'] as const) {
        const source = child[stream];
        if (source) createInterface({ input: source }).on('line', (line) => onLine(line, stream));
      }
    }
    return new ManagedProcess(spec, child as ChildProcess & { pid: number });
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Asks it to stop, waits, insists. Resolves when it is gone. */
  async stop(): Promise<Exit> {
    if (this.#exit) return this.#exit;
    this.#signal(this.pid, this.spec.stopSignal);
    const patience = setTimeout(() => this.#signal(-this.pid, 'SIGKILL'), this.spec.stopTimeoutMs);
    const exit = await this.exited;
    clearTimeout(patience);
    return exit;
  }

  /** SIGKILL to it and whatever it started. Resolves when it is gone. */
  async kill(): Promise<Exit> {
    if (this.#exit) return this.#exit;
    this.#signal(-this.pid, 'SIGKILL');
    return await this.exited;
  }

  #signal(target: number, signal: NodeJS.Signals): void {
    try {
      process.kill(target, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) truncateSync(file);
  return openSync(file, 'a', 0o600);
}

/** The last lines of a log file, for an error message. */
export function lastLines(file: string, count: number): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
