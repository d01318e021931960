import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const repository = resolve(import.meta.dirname, '../..');
const place = mkdtempSync(join(tmpdir(), 'tradewind-test-gates-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const run = (script: string, ...args: string[]): { code: number | null; said: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(repository, 'scripts', script), ...args], { encoding: 'utf8' });
  return { code: status, said: stdout + stderr };
};
const file = (name: string, text: string): string => {
  const path = join(place, name);
  writeFileSync(path, text);
  return path;
};
/** Planted credentials are put together here, so that this file is clean itself. */
const joined = (...parts: string[]): string => parts.join('');

describe('the secret scan', () => {
  it.each([
    ['a private key', joined('-----BEGIN RSA ', 'PRIVATE KEY-----')],
    ['an AWS access key', joined('AKIA', 'IOSFODNN7EXAMPLE')],
    ['a GitHub token', joined('ghp_', 'a'.repeat(36))],
    ['an Alpaca key', joined('PK', 'A1B2C3D4E5F6G7H8I9')],
    ['an OpenAI or Anthropic key', joined('sk-ant-', 'x'.repeat(40))],
    ['a Telegram bot token', joined('123456789:AA', 'b'.repeat(33))],
    ['a password in an address', joined('postgres://trader:', 'correct-horse@db/trades')],
    ['a secret written out', joined('const api_key = "', '0123456789abcdef0123', '"')],
  ])('finds %s and says where', (what, secret) => {
    const path = file('planted.ts', `// first line\n${secret}\n`);
    const { code, said } = run('scan-secrets.mjs', path);
    expect(code).toBe(1);
    expect(said).toContain(`planted.ts:2: looks like ${what}`);
  });

  it('lets pass what is marked as made up, and addresses whose password is filled in later', () => {
    const url = joined('postgres://trader:', '${password}', '@db/trades');
    expect(run('scan-secrets.mjs', file('marked.ts', `${joined('AKIA', 'IOSFODNN7EXAMPLE')} // not a secret\n\`${url}\`\n`)).code).toBe(0);
  });

  it('fails when it saw no file at all', () => {
    expect(run('scan-secrets.mjs', join(place, 'nowhere')).code).toBe(1);
  });
});

describe('the licence scan', () => {
  const listing = (licences: Record<string, string[]>): string =>
    file(
      'licences.json',
      JSON.stringify(Object.fromEntries(Object.entries(licences).map(([licence, names]) => [licence, names.map((name) => ({ name }))]))),
    );

  it('accepts allowed licences and expressions that one of them satisfies', () => {
    const path = listing({
      MIT: ['a'],
      '(MIT OR GPL-3.0)': ['b'],
      '(Apache-2.0 AND BSD-3-Clause)': ['c'],
      '((MIT AND ISC) OR AGPL-3.0)': ['d'],
    });
    expect(run('scan-licences.mjs', path)).toMatchObject({ code: 0 });
  });

  it.each(['GPL-3.0-only', 'AGPL-3.0', '(MIT AND GPL-2.0)', 'Unknown', 'SEE LICENSE IN LICENSE.txt', ''])(
    'refuses %j and names the package',
    (licence) => {
      const { code, said } = run('scan-licences.mjs', listing({ MIT: ['fine'], [licence]: ['planted'] }));
      expect(code).toBe(1);
      expect(said).toContain('planted:');
      expect(said).not.toContain('fine:');
    },
  );

  it('fails when it saw no package at all', () => {
    expect(run('scan-licences.mjs', listing({})).code).toBe(1);
  });
});

describe('the counts of a CI run', () => {
  const count = (tests: object | undefined, gates: object | undefined, step = '0'): { last: string; code: number | null } => {
    const clone = mkdtempSync(join(place, 'clone-'));
    execFileSync('mkdir', ['-p', join(clone, 'scripts'), join(clone, 'var/reports')]);
    for (const name of ['toolchain.mjs', 'count-results.mjs'])
      writeFileSync(join(clone, 'scripts', name), readFileSync(join(repository, 'scripts', name)));
    if (tests) writeFileSync(join(clone, 'var/reports/tests.json'), JSON.stringify(tests));
    if (gates) writeFileSync(join(clone, 'var/reports/gates.json'), JSON.stringify(gates));
    const { status, stdout } = spawnSync(process.execPath, [join(clone, 'scripts/count-results.mjs'), step], { encoding: 'utf8' });
    return { last: stdout.trim().split('\n').at(-1) ?? '', code: status };
  };
  const gates = [{ passed: true }, { passed: true }];

  it('adds tests and gates', () => {
    expect(count({ numPassedTests: 10, numFailedTests: 0, success: true }, gates)).toEqual({ last: '12 passed, 0 failed', code: 0 });
  });

  it('fails for a failed test, a failed gate, a file that did not load, a missing report, a step that failed for no counted reason', () => {
    const passing = { numPassedTests: 10, numFailedTests: 0, success: true };
    expect(count({ numPassedTests: 9, numFailedTests: 1, success: false }, gates)).toEqual({ last: '11 passed, 1 failed', code: 1 });
    expect(count(passing, [{ passed: false }, { passed: true }])).toEqual({ last: '11 passed, 1 failed', code: 1 });
    expect(count({ ...passing, success: false }, gates)).toEqual({ last: '12 passed, 1 failed', code: 1 });
    expect(count(undefined, gates)).toEqual({ last: '2 passed, 1 failed', code: 1 });
    expect(count(passing, undefined)).toEqual({ last: '10 passed, 1 failed', code: 1 });
    expect(count(passing, gates, '1')).toEqual({ last: '12 passed, 1 failed', code: 1 });
  });
});
