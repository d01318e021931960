import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, it } from 'vitest';

import { SessionProcess, SessionProcessError } from '../src/session-process.js';
import { endlessModel, sigmoidModel } from './onnx-models.js';
import { eventually, isRunning } from './platform.js';

const program = fileURLToPath(new URL('../dist/session-child.js', import.meta.url));
const started: SessionProcess[] = [];

const start = (): SessionProcess => {
  const session = new SessionProcess(program);
  started.push(session);
  return session;
};

afterEach(async () => {
  await Promise.all(started.splice(0).map((session) => session.kill()));
});

describe('model process', () => {
  it('runs a batch and answers each request with its own rows', async () => {
    const session = start();
    await session.load(sigmoidModel(), 10_000);
    const answers = await Promise.all([3, 1, 2].map((rows) => session.run(new Float32Array(rows).fill(rows), rows, 5_000)));
    expect(answers.map(({ scores }) => Array.from(scores))).toEqual([[3, 3, 3], [1], [2, 2]]);
    expect(answers[1]!.probabilities[0]).toBeCloseTo(0.731, 3);
  });

  it('ends a run that never returns, fails it by code and leaves no process', async () => {
    const session = start();
    await session.load(endlessModel(), 10_000);
    const run = session.run(Float32Array.of(0), 1, 300);
    await expect(run).rejects.toMatchObject({ name: 'SessionProcessError', code: 'TIME_LIMIT' });
    await session.exited;
    expect(isRunning(session.pid!)).toBe(false);
    await expect(session.run(Float32Array.of(0), 1, 300)).rejects.toMatchObject({ code: 'CRASHED' });
  });

  it('fails what is under way when the process is killed', async () => {
    const session = start();
    await session.load(endlessModel(), 10_000);
    const run = session.run(Float32Array.of(0), 1, 30_000);
    process.kill(session.pid!, 'SIGKILL');
    await expect(run).rejects.toMatchObject({ code: 'CRASHED' });
    expect(session.isAlive).toBe(false);
  });

  it('says why bytes are no model, and stays of use', async () => {
    const session = start();
    await expect(session.load(Uint8Array.of(1, 2, 3), 10_000)).rejects.toMatchObject({ code: 'LOAD_FAILED' });
    await expect(session.run(Float32Array.of(1), 1, 5_000)).rejects.toBeInstanceOf(SessionProcessError);
    await session.load(sigmoidModel(), 10_000);
    expect((await session.run(Float32Array.of(0), 1, 5_000)).probabilities[0]).toBe(0.5);
  });

  it('dies with its service even in an endless run', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--import',
        fileURLToPath(new URL('../../../scripts/typescript-imports.mjs', import.meta.url)),
        fileURLToPath(new URL('endless-parent.ts', import.meta.url)),
        program,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(
      () => 'the model process ends',
      () => !isRunning(pid),
    );
  });
});
