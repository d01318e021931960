import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Platform, readRunFile, resetState, stateDirectory } from '@tradewind/local';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('../../services/cli/dist/main.js', import.meta.url));
const NAME = 'flow-commands';
const PACE_MS = 4;

interface Answer {
  readonly exitCode: number;
  readonly said: unknown;
  readonly news: string;
}

/** Runs a command with `--json` on the state of this test. */
const tradewind = async (...words: readonly string[]): Promise<Answer> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...words, '--name', NAME, '--json']);
    return { exitCode: 0, said: JSON.parse(stdout), news: stderr };
  } catch (error) {
    const { code, stderr } = error as { readonly code: number; readonly stderr: string };
    return { exitCode: code, said: undefined, news: stderr };
  }
};

const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  const deadline = Date.now() + 90_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

interface Branch {
  readonly kind: string;
  readonly id: string;
  readonly children: readonly Branch[];
}
const kindsIn = (branch: Branch): string[] => [branch.kind, ...branch.children.flatMap(kindsIn)];

describe('the command line beside a running platform', () => {
  let up: ChildProcess;
  let ended: Promise<number | null>;

  beforeAll(async () => {
    resetState(root, NAME);
    up = spawn(process.execPath, [program, 'up', '--name', NAME, '--feed', 'replay', '--pace-ms', String(PACE_MS)], { stdio: 'ignore' });
    ended = new Promise((resolve) => up.once('exit', resolve));
    await until(
      'bars flow',
      async () => readRunFile(stateDirectory(root, NAME)) !== undefined && (await tradewind('replay', 'status')).exitCode === 0,
    );
  });
  afterAll(() => {
    up.kill('SIGKILL');
    resetState(root, NAME);
  });

  it('halts within a second, says so when it was so already, and resumes', async () => {
    const halted = (await tradewind('halt', '--reason', 'a test', '--actor', 'tester')).said as { readonly milliseconds: number };
    expect(halted).toMatchObject({ status: 'HALTED', previous: 'ACTIVE', changed: true, actor: 'tester', reason: 'a test' });
    expect(halted.milliseconds).toBeLessThan(1_000);
    expect((await tradewind('halt', '--reason', 'again')).said).toMatchObject({ status: 'HALTED', changed: false, actor: 'tester' });
    expect((await tradewind('resume', '--reason', 'done')).exitCode).toBe(64);
    const byMachine = await tradewind('resume', '--reason', 'done', '--actor', 'breaker:daily-loss');
    expect([byMachine.exitCode, byMachine.news]).toEqual([65, expect.stringContaining('ACTOR_IS_NO_PERSON')]);
    expect((await tradewind('halt', '--reason', 'a typing error', '--account', 'papr-1')).news).toContain('UNKNOWN_ACCOUNT');
    expect((await tradewind('resume', '--reason', 'done', '--actor', 'tester')).said).toMatchObject({ status: 'ACTIVE', changed: true });
  });

  it('goes on with a replay of the same run and refuses another one beside it', async () => {
    expect((await tradewind('replay', 'start', '--run', 'feed')).said).toMatchObject({ run: 'feed', resumed: true });
    const refused = await tradewind('replay', 'start', '--run', 'other');
    expect(refused.exitCode).toBe(1);
    expect(refused.news).toContain('REPLAY_RUNNING');
  });

  it('lists the champion and no dead letters', async () => {
    expect((await tradewind('model', 'list')).said).toMatchObject([{ model: 'baseline', version: 1, stage: 'CHAMPION' }]);
    expect((await tradewind('dlq', 'list')).said).toEqual([]);
    expect((await tradewind('dlq', 'show', '999')).exitCode).toBe(65);
  });

  it('verifies the chain while it grows', async () => {
    expect((await tradewind('audit', 'verify')).said).toMatchObject({ verified: true });
  });

  it('explains fills down to the source row', async () => {
    await until('something is filled', async () => ((await tradewind('lineage')).said as readonly unknown[]).length > 0);
    await until('it is recorded whole', async () => !kindsIn((await tradewind('lineage', 'last')).said as Branch).includes('missing'));
    const kinds = kindsIn((await tradewind('lineage', 'last')).said as Branch);
    expect(kinds).toEqual(
      expect.arrayContaining(['fill', 'order', 'verdict', 'signal-decision', 'prediction', 'analysis', 'feature-vector', 'bar', 'source']),
    );
    expect((await tradewind('lineage', 'fl/none/0')).exitCode).toBe(65);
  });

  it('stops in order on Ctrl-C, and the trail can still be read and checked', async () => {
    up.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(readRunFile(stateDirectory(root, NAME))).toBeUndefined();
    const verified = await tradewind('audit', 'verify');
    expect(verified.said).toMatchObject({ verified: true });
    expect(((await tradewind('lineage')).said as readonly unknown[]).length).toBeGreaterThan(0);
    expect((await tradewind('halt', '--reason', 'too late')).exitCode).toBe(69);
    const { head } = verified.said as { readonly head: string };
    expect((await tradewind('audit', 'verify', '--anchor', head)).exitCode).toBe(0);
    expect((await tradewind('audit', 'verify', '--anchor', 'f'.repeat(64))).news).toContain('ANCHOR_MISSING');
  });

  it('finds and names a record that somebody altered', async () => {
    const platform = await Platform.start({ root, name: NAME, services: [] });
    const client = new Client({ connectionString: platform.databaseUrl, options: '-c search_path=audit' });
    await client.connect();
    await expect(client.query('ALTER TABLE record DISABLE TRIGGER ALL')).rejects.toThrow('append-only');
    await client.query('SET event_triggers = off');
    await client.query('ALTER TABLE record DISABLE TRIGGER ALL');
    const altered = await client.query<{ sequence: string }>(
      `UPDATE record SET payload = replace(payload, 'NDX', 'XDN')
       WHERE chain = 'MARKET' AND sequence = (SELECT min(sequence) FROM record WHERE chain = 'MARKET' AND sequence >= 77 AND payload LIKE '%NDX%')
       RETURNING sequence`,
    );
    await client.end();
    await platform.stop();
    const result = await tradewind('audit', 'verify');
    expect(result.exitCode).toBe(65);
    expect(result.news).toContain(`chain MARKET, record ${altered.rows[0]!.sequence}`);
    expect(result.news).toContain('ALTERED_PAYLOAD');
  });
});
