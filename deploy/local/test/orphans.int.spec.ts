import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { readRunFile } from '../src/index.js';
import { isAlive } from '../src/process-identity.js';
import { markOf, type RunFile, writeRunFile } from '../src/run-file.js';
import { type Clone, healthy, makeClone } from './programs/clone.js';

const repository = resolve(import.meta.dirname, '../../..');
const state = 'orphans';

interface Launched {
  readonly launcher: ChildProcess & { pid: number };
  readonly said: { readonly pids?: Record<string, number>; readonly code?: string; readonly message?: string };
}

describe('a launcher that is killed with SIGKILL', () => {
  it('takes everything it started with it', async () => {
    await using clone = await makeClone({ risk: healthy });
    const { launcher, said } = await launch(clone, 'risk');
    const pids = Object.values(said.pids ?? {});
    expect(pids).toHaveLength(3);
    const helper = Number(/"helper":(\d+)/.exec(readFileSync(join(clone.root, 'var', state, 'logs/risk.log'), 'utf8'))?.[1]);
    launcher.kill('SIGKILL');
    await until(() => [...pids, helper, ...postgresChildren(pids)].every((pid) => !isAlive(pid)));
  });

  it('leaves a lock that the next one takes over, and data that it finds again', async () => {
    await using clone = await makeClone({ risk: healthy });
    const first = await launch(clone, 'risk');
    first.launcher.kill('SIGKILL');
    const second = await launch(clone, 'risk');
    expect(second.said.message).toBeUndefined();
    expect(readRunFile(join(clone.root, 'var', state))?.launcher.pid).toBe(second.launcher.pid);
    const third = await launch(clone, 'risk');
    expect(third.said).toMatchObject({ code: 'ALREADY_RUNNING' });
    expect(third.said.message).toContain(String(second.launcher.pid));
    second.launcher.kill('SIGTERM');
    await until(() => Object.values(second.said.pids ?? {}).every((pid) => !isAlive(pid)));
  });

  it('is cleaned up after by the next one even when its watcher was killed too, and only what is ours is ended', async () => {
    await using clone = await makeClone({});
    const first = await launch(clone);
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore', detached: true });
    const stateDir = join(clone.root, 'var', state);
    const pids = Object.values(first.said.pids ?? {});
    killWatcherOf(first.launcher.pid);
    first.launcher.kill('SIGKILL');
    await until(() => !isAlive(first.launcher.pid));
    const record = JSON.parse(readFileSync(join(stateDir, 'run.json'), 'utf8')) as RunFile;
    // The record also names a process id that belongs to somebody else by now.
    writeRunFile(stateDir, {
      ...record,
      processes: { ...record.processes, audit: { ...markOf(stranger.pid ?? 0), mark: 'another birth' } },
    });
    const second = await launch(clone);
    expect(second.said.message).toBeUndefined();
    await until(() => pids.every((pid) => !isAlive(pid)));
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    stranger.kill();
    second.launcher.kill('SIGTERM');
    await until(() => Object.values(second.said.pids ?? {}).every((pid) => !isAlive(pid)));
  });

  it('does not stop the next one with a lock that names a process of another birth', async () => {
    await using clone = await makeClone({});
    const first = await launch(clone);
    first.launcher.kill('SIGKILL');
    await until(() => Object.values(first.said.pids ?? {}).every((pid) => !isAlive(pid)));
    writeFileSync(join(clone.root, 'var', state, 'lock'), JSON.stringify({ pid: process.pid, mark: 'another birth' }));
    const second = await launch(clone);
    expect(second.said.message).toBeUndefined();
    second.launcher.kill('SIGKILL');
    await until(() => Object.values(second.said.pids ?? {}).every((pid) => !isAlive(pid)));
  });
});

async function launch(clone: Clone, ...services: string[]): Promise<Launched> {
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-transform-types',
    '--import',
    join(repository, 'scripts/typescript-imports.mjs'),
  ];
  const program = join(import.meta.dirname, 'programs/launch.ts');
  const child = spawn(process.execPath, [...flags, program, clone.root, state, ...services], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: repository,
  });
  const line = await new Promise<string>((settle, reject) => {
    createInterface({ input: child.stdout }).once('line', settle);
    child.once('exit', (code) => reject(new Error(`the launcher ended with ${code}`)));
  });
  return { launcher: child as ChildProcess & { pid: number }, said: JSON.parse(line) as Launched['said'] };
}

/** The children of these processes, as far as the system tells. */
function postgresChildren(pids: readonly number[]): number[] {
  return pids.flatMap((pid) => childrenOf(pid));
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killWatcherOf(launcher: number): void {
  process.kill(launcher, 'SIGSTOP');
  for (const pid of childrenOf(launcher)) {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sh')) process.kill(pid, 'SIGKILL');
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!holds()) {
    expect(performance.now(), 'waited for 15 s').toBeLessThan(deadline);
    await new Promise((settle) => setTimeout(settle, 50));
  }
}
