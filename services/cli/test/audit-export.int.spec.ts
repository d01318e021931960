import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { DuckDBInstance } from '@duckdb/node-api';
import { CHAINS } from '@tradewind/audit';
import { seededRandom } from '@tradewind/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTable } from '../src/audit-tables.js';
import { type ExportedTrail, exportedTrail } from './exported-trail.js';

interface Fault {
  readonly code: string;
  readonly chain: string;
  readonly sequence: number;
  readonly field: string;
}
interface Verdict {
  readonly ok: boolean;
  readonly records: number;
  readonly head: string;
  readonly keys: readonly { readonly key: string; readonly publicKey: string }[];
  readonly redactions: readonly { readonly actor: string; readonly reason: string }[];
  readonly faults: readonly Fault[];
}
type VerifyExport = (folder: string, options?: { readonly key?: readonly string[]; readonly checkpoints?: string }) => Verdict;

const run = promisify(execFile);
const python = fileURLToPath(new URL('verify_audit.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0 && spawnSync('openssl', ['version']).status === 0;
const FLIPS = 4_000;

describe('an export', () => {
  let made: ExportedTrail;
  let copy: string;
  let verifyExport: VerifyExport;
  const read = (file: string): Promise<Buffer> => readFile(join(made.folder, file));
  /** What the verifier says of a copy in which one file is other bytes, or gone. */
  const verdictWith = async (file: string, bytes: Buffer | undefined): Promise<Verdict> => {
    const path = join(copy, file);
    await (bytes === undefined ? rm(path) : writeFile(path, bytes));
    try {
      return verifyExport(copy);
    } finally {
      await cp(join(made.folder, file), path).catch(() => rm(path));
    }
  };
  const lines = async (file: string): Promise<string[]> => (await read(file)).toString('utf8').trimEnd().split('\n');
  const withLines = (file: string, told: readonly string[]): Promise<Verdict> => verdictWith(file, Buffer.from(`${told.join('\n')}\n`));

  beforeAll(async () => {
    made = await exportedTrail();
    copy = await mkdtemp(join(tmpdir(), 'tradewind-tampered-'));
    await cp(made.folder, copy, { recursive: true });
    ({ verifyExport } = (await import(join(made.folder, 'verify-audit.mjs'))) as { readonly verifyExport: VerifyExport });
  });
  afterAll(async () => {
    await made[Symbol.asyncDispose]();
    await rm(copy, { recursive: true, force: true });
  });

  it('proves itself, with the folder alone, and says what was redacted', async () => {
    const { stdout } = await run(process.execPath, [join(made.folder, 'verify-audit.mjs'), '--json'], { cwd: '/', env: {} });
    const verdict = JSON.parse(stdout) as Verdict;
    expect(verdict).toMatchObject({ ok: true, records: 15, faults: [] });
    expect(verdict.redactions).toMatchObject([{ actor: 'Ada', reason: 'personal data' }]);
    expect(verdict.keys.map(({ publicKey }) => publicKey)).toEqual(made.signers.map(({ publicKey }) => publicKey));
    expect(await made.trail.verify({}, () => undefined)).toMatchObject({ ok: true, records: 15, head: verdict.head, unsigned: 0 });
  });

  it.skipIf(!hasPython)('proves itself to a second verifier, in another language', async () => {
    const { stdout } = await run('python3', [python, made.folder]);
    expect(JSON.parse(stdout)).toEqual({ ok: true, records: 15, head: verifyExport(made.folder).head });
    for (const file of ['records/MARKET-000000000001.jsonl', 'checkpoints.jsonl']) {
      const bytes = await read(file);
      await writeFile(join(copy, file), bytes.with(Math.floor(bytes.length / 2), 0x21));
      await expect(run('python3', [python, copy])).rejects.toThrow('Error');
      await writeFile(join(copy, file), bytes);
    }
  });

  it('takes only the key that it is told to trust', () => {
    const [first, second] = made.signers;
    expect(verifyExport(made.folder, { key: [first!.publicKey] }).ok).toBe(true);
    expect(verifyExport(made.folder, { key: [second!.publicKey] }).faults.map(({ code }) => code)).toContain('CHECKPOINT_KEY');
    expect(verifyExport(made.folder, { key: ['ab'.repeat(32)] }).ok).toBe(false);
  });

  it('goes on from checkpoints that were kept elsewhere, or is found rewritten', async () => {
    const kept = join(copy, '..', 'kept.jsonl');
    const [first] = await lines('checkpoints.jsonl');
    await writeFile(kept, `${first}\n`);
    expect(verifyExport(made.folder, { checkpoints: kept }).ok).toBe(true);
    await writeFile(kept, `${first!.replace('"at":"17', '"at":"16')}\n`);
    expect(verifyExport(made.folder, { checkpoints: kept }).faults).toMatchObject([{ code: 'REWRITTEN', sequence: 1 }]);
    await rm(kept);
  });

  it('shows any changed byte, with chain and sequence', async () => {
    const random = seededRandom(4);
    const files = [...(await readdir(join(made.folder, 'records'))).map((file) => `records/${file}`), 'checkpoints.jsonl', 'manifest.json'];
    for (const file of files) {
      const bytes = await read(file);
      // Every byte of the small files, as many drawn ones of the others.
      const every = Math.max(1, Math.floor(bytes.length / (FLIPS / files.length)));
      for (let place = 0; place < bytes.length; place += every === 1 ? 1 : 1 + random.integer(0, 2 * every - 1)) {
        const mask = random.integer(1, 255);
        const { ok, faults } = await verdictWith(file, Buffer.from(bytes.with(place, bytes[place]! ^ mask)));
        const line = bytes.subarray(0, place).toString('latin1').split('\n').length;
        const where = `${file} byte ${place}, ${bytes[place]} xor ${mask}: ${JSON.stringify(faults)}`;
        expect(ok, where).toBe(false);
        if (file === 'manifest.json') expect(faults[0]?.field, where).toContain('manifest.json');
        else {
          const chain = file === 'checkpoints.jsonl' ? 'checkpoints' : file.slice('records/'.length, file.indexOf('-'));
          expect(
            faults.some((fault) => fault.chain === chain && fault.sequence === line),
            where,
          ).toBe(true);
        }
      }
    }
  }, 120_000);

  it.each([
    ['a missing record', (told: string[]) => told.toSpliced(3, 1), 'GAP', 4],
    ['a missing end', (told: string[]) => told.slice(0, -2), 'RECORDS_MISSING', 8],
    ['a record told twice', (told: string[]) => told.toSpliced(3, 0, told[2]!), 'REORDERED', 4],
    ['two records exchanged', (told: string[]) => told.toSpliced(3, 2, told[4]!, told[3]!), 'GAP', 4],
    ['a record of another chain', (told: string[]) => told.with(3, told[3]!.replaceAll('MARKET', 'RISK')), 'ALTERED_RECORD', 4],
    [
      'a payload taken away without a word',
      (told: string[]) => told.with(3, told[3]!.replace(/"payload":.*/, '"redaction":3}')),
      'REDACTION_UNPROVEN',
      4,
    ],
    [
      'a redacted payload put back',
      (told: string[]) => told.with(4, told[4]!.replace(/"redaction":.*/, '"payload":{}}')),
      'ALTERED_PAYLOAD',
      5,
    ],
  ])('shows %s', async (_what, change, code, sequence) => {
    const file = 'records/MARKET-000000000001.jsonl';
    const { faults } = await withLines(file, change(await lines(file)));
    expect(faults).toContainEqual(expect.objectContaining({ code, chain: 'MARKET', sequence }));
  });

  it('shows a checkpoint that is missing, exchanged, or signed by nobody', async () => {
    const told = await lines('checkpoints.jsonl');
    expect(told).toHaveLength(3);
    expect((await withLines('checkpoints.jsonl', told.toSpliced(1, 1))).faults[0]).toMatchObject({ code: 'CHECKPOINT_GAP', sequence: 2 });
    expect((await withLines('checkpoints.jsonl', told.slice(0, -1))).ok).toBe(false);
    const signatureOf = (line: string): string => /"signature":"(\w+)"/.exec(line)![1]!;
    const borrowed = told.with(1, told[1]!.replace(signatureOf(told[1]!), signatureOf(told[2]!)));
    expect((await withLines('checkpoints.jsonl', borrowed)).faults).toMatchObject([{ code: 'CHECKPOINT_SIGNATURE', sequence: 2 }]);
  });

  it('shows files that are missing or too many', async () => {
    for (const file of ['manifest.json', 'checkpoints.jsonl', 'records/RISK-000000000001.jsonl'])
      expect((await verdictWith(file, undefined)).ok).toBe(false);
    expect((await verdictWith('records/NOTES.txt', Buffer.from('x'))).faults).toMatchObject([{ code: 'FILE_UNKNOWN' }]);
  });

  it('is a table too, as CSV and Parquet, with every record', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const format of ['csv', 'parquet'] as const) {
      const path = await writeTable(copy, format);
      const reader = await connection.runAndReadAll(
        `SELECT chain, count(*) AS records, max(sequence) AS last, count(DISTINCT actor) AS actors FROM '${path}' GROUP BY chain ORDER BY chain`,
      );
      expect(reader.getRowsJson().map((row) => row.map(String))).toEqual([
        ['AUDIT', '3', '3', '2'],
        ['MARKET', '9', '9', '8'],
        ['RISK', '3', '3', '3'],
      ]);
    }
    connection.closeSync();
    instance.closeSync();
    expect(CHAINS).toContain('MARKET');
  });
});
