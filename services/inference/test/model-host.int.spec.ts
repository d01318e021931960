import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ModelFailedError, ModelHost } from '../src/model-host.js';
import { trainedModel } from './trained-models.js';

const CRASHES = 4;
const ATTEMPTS_MAX = 2;
const child = new URL('../dist/session-child.js', import.meta.url).href;

let folder: string;
let host: ModelHost;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-crashing-model-'));
});
afterEach(async () => {
  await host.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The model's real process, but for its first starts, which end before they answer. */
const crashingHost = (waitsForCrashes: boolean): ModelHost => {
  const program = join(folder, 'child.mjs');
  const starts = join(folder, 'start-');
  writeFileSync(
    program,
    `import { readdirSync, writeFileSync } from 'node:fs';
const started = readdirSync(${JSON.stringify(folder)}).filter((name) => name.startsWith('start-')).length;
writeFileSync(${JSON.stringify(starts)} + started, '');
if (started < ${CRASHES}) process.kill(process.pid, 'SIGKILL');
await import(${JSON.stringify(child)});
`,
  );
  const { onnx, manifest } = trainedModel('first');
  const limits = { loadMaxMs: 20_000, runMaxMs: 5_000, attemptsMax: ATTEMPTS_MAX, waitsForCrashes };
  return new ModelHost({ onnx, manifest, program, limits, onFailure: () => undefined, onRestart: () => undefined });
};
const startsOf = (): number => readdirSync(folder).filter((name) => name.startsWith('start-')).length;

describe('a model whose process dies more often than it has attempts', () => {
  it('is waited for in lock-step', async () => {
    host = crashingHost(true);
    await host.start();
    expect(startsOf()).toBe(CRASHES + 1);
  });

  it('is given up in real time, so that the step goes on without it', async () => {
    host = crashingHost(false);
    await expect(host.start()).rejects.toBeInstanceOf(ModelFailedError);
    expect(startsOf()).toBe(ATTEMPTS_MAX);
  });
});
