import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';

import { ALPHA_VANTAGE_LIMITS } from '../../src/keys/key-ledger.js';
import { type ApiKey, KeyManager, millisToReset } from '../../src/keys/key-manager.js';
import type { SourceError } from '../../src/source.js';

const KEYS: readonly ApiKey[] = [
  { id: 'market-data-a', purpose: 'market-data', secret: 'SECRETKEYA1' },
  { id: 'backup-b', purpose: 'backup', secret: 'SECRETKEYB2' },
];
const IMPORTS = new URL('../../../../scripts/typescript-imports.mjs', import.meta.url).href;
const FLAGS = ['--disable-warning=ExperimentalWarning', '--experimental-transform-types', '--conditions=source', '--import', IMPORTS];
const NONE: ReadonlySet<string> = new Set();

/** Time that only waiting moves. */
class WaitedTime {
  readonly waits: number[] = [];
  constructor(private millis: number) {}
  now = (): UnixNanos => nanosFromMillis(this.millis);
  wait(ms: number): void {
    this.waits.push(ms);
    this.millis += ms;
  }
}

describe('the key manager', () => {
  let directory: string;
  let time: WaitedTime;
  const open = (keys = KEYS): KeyManager =>
    new KeyManager('alpha-vantage', keys, ALPHA_VANTAGE_LIMITS, directory, {
      clock: time,
      pause: (ms) => {
        time.wait(ms);
        return Promise.resolve();
      },
      log: { info: () => undefined, warn: () => undefined },
    });
  const exhaust = async (manager: KeyManager): Promise<{ readonly ids: readonly string[]; readonly error: SourceError }> => {
    const ids: string[] = [];
    for (;;) {
      try {
        ids.push((await manager.acquire('market-data', NONE)).id);
      } catch (error) {
        return { ids, error: error as SourceError };
      }
    }
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tradewind-keys-'));
    time = new WaitedTime(Date.parse('2024-07-01T15:00:00Z'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('grants what the keys have, 2.5 s apart, then tells KEY_EXHAUSTED with the time until midnight in New York', async () => {
    const { ids, error } = await exhaust(open());
    expect(ids).toEqual([...Array.from({ length: 25 }, () => 'market-data-a'), ...Array.from({ length: 25 }, () => 'backup-b')]);
    expect(new Set(time.waits)).toEqual(new Set([2_500]));
    expect(error.code).toBe('KEY_EXHAUSTED');
    const midnight = Date.parse('2024-07-02T04:00:00Z');
    expect(error.details.retryAfterMs).toBe(midnight - Number(time.now() / 1_000_000n));
  });
  it('counts on after a restart, and anew after midnight in New York', async () => {
    const first = open();
    for (let call = 0; call < 10; call += 1) await first.acquire('market-data', NONE);
    const second = open();
    expect((await second.report()).map(({ used }) => used)).toEqual([10, 0]);
    expect((await exhaust(second)).ids).toHaveLength(40);
    time.wait(millisToReset(time.now()));
    expect((await second.report()).map(({ used }) => used)).toEqual([0, 0]);
    await second.acquire('market-data', NONE);
    expect((await second.report())[0]!.used).toBe(1);
  });
  it('knows the longer and the shorter day of the change of clocks', () => {
    const hours = (iso: string): number => millisToReset(nanosFromMillis(Date.parse(iso))) / 3_600_000;
    expect(hours('2024-03-10T05:00:00Z')).toBe(23);
    expect(hours('2024-11-03T04:00:00Z')).toBe(25);
  });
  it('passes over a line that a crash cut short', async () => {
    const manager = open();
    await manager.acquire('market-data', NONE);
    await appendFile(join(directory, 'usage-2024-07-01.log'), '\n{"kind":"claimed","cla');
    await manager.acquire('market-data', NONE);
    expect((await open().report())[0]!.used).toBe(2);
  });
  it('writes no key into its folder', async () => {
    await exhaust(open());
    for (const name of await readdir(directory)) {
      const text = name + (await readFile(join(directory, name), 'utf8'));
      for (const { secret } of KEYS) expect(text).not.toContain(secret);
    }
  });
  it('tells a wait of more than two minutes instead of waiting', async () => {
    const manager = open(KEYS.slice(0, 1));
    for (let count = 0; count < 9; count += 1) await manager.refused({ id: 'market-data-a', secret: '' }, 'TOO_FAST');
    await expect(manager.acquire('market-data', NONE)).rejects.toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterMs: 256_000 } });
  });
  it('grants no call twice to three processes that share the folder', async () => {
    const start = String(Date.now() + 1_500);
    const program = join(import.meta.dirname, 'claiming-process.ts');
    const runs = await Promise.all(
      [0, 1, 2].map(async () => {
        const child = spawn(process.execPath, [...FLAGS, program, directory, '150', start], { stdio: ['ignore', 'pipe', 'inherit'] });
        let text = '';
        for await (const chunk of child.stdout) text += String(chunk);
        return JSON.parse(text) as { readonly had: readonly string[]; readonly code: string };
      }),
    );
    expect(runs.map(({ code }) => code)).toEqual(['KEY_EXHAUSTED', 'KEY_EXHAUSTED', 'KEY_EXHAUSTED']);
    const had = runs.flatMap((run) => run.had);
    expect(had.filter((id) => id === 'market-data-1')).toHaveLength(150);
    expect(had.filter((id) => id === 'backup-1')).toHaveLength(150);
    for (const run of runs) expect(run.had.length).toBeGreaterThan(0);
  });
});
