import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';

import { proposalsFor } from '../src/data/vendor-history.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const HEADER = 'Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits';
const pairs = realData('repair-pairs');

/** Sixty days around 100, newest first as some vendors have them; one dividend of 1 on the 30th for which nothing was adjusted. */
const TABLE = [
  HEADER,
  ...Array.from({ length: 60 }, (_, index) => {
    const date = new Date(Date.UTC(2021, 0, 4) + index * 86_400_000).toISOString().slice(0, 10);
    const close = 100 + (index % 5) / 4;
    return `${date} 00:00:00+00:00,${close},${close + 0.5},${close - 0.5},${close},${close},1000,${index === 30 ? 1 : 0},0`;
  }).toReversed(),
].join('\n');

const written = async (name: string, content: string | Uint8Array): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tw-vendor-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

describe('a vendor table with dividends and splits', () => {
  it('gets proposals by line, zipped or not', async () => {
    for (const path of [await written('AAA_1d.csv', TABLE), await written('AAA_1d.csv.gz', gzipSync(TABLE))]) {
      const found = await proposalsFor(path);
      expect(found).toHaveLength(30);
      expect(found[0]).toMatchObject({
        line: 32,
        proposal: { index: 29, field: 'adjusted', kind: 'DIVIDEND_MISSING_ADJUSTMENT', now: 101 },
      });
      expect(found[0]!.proposal.proposed).toBeCloseTo(101 * (1 - 1 / 101), 9);
    }
  });

  it('gets none for lines that are no rows, and other files get none', async () => {
    expect(await proposalsFor(await written('AAA_1d.csv', `${HEADER}\n2021-01-04,x,1,1,1,1,1,0,0\nnever,1,1,1,1,1,1,0,0\n2021`))).toEqual(
      [],
    );
    expect(await proposalsFor(await written('AAA_1d.csv', 'Date,Open,High,Low,Close,Volume\n2021-01-04,1,1,1,1,0'))).toEqual([]);
    expect(await proposalsFor(await written('AAA_1d.csv.gz', 'no gzip'))).toEqual([]);
    expect(await proposalsFor(await written('AAA.parquet', TABLE))).toEqual([]);
  });

  it('is told by `tradewind data check`, with exit code 65', async () => {
    const path = await written('AAA_1d.csv', TABLE);
    const { code, out } = await new Promise<{ code: unknown; out: string }>((resolve) => {
      execFile(process.execPath, [MAIN, 'data', 'check', path, '--json', '--calendar', '24/7'], (error, stdout) =>
        resolve({ code: error?.code ?? 0, out: stdout }),
      );
    });
    expect(code).toBe(65);
    expect(JSON.parse(out)).toMatchObject({ errors: 30, byCode: { DIVIDEND_MISSING_ADJUSTMENT: 30 } });
    expect(out).toContain('101 should be 100, confidence 0.9');
  });
});

describe.skipIf(pairs.absent)(`recorded vendor files${pairs.note}`, () => {
  it('get the proposals that their faults call for', async () => {
    const kinds = async (name: string): Promise<readonly string[]> => {
      const found = await proposalsFor(`${pairs.path}/${name}.csv.gz`);
      return [...new Set(found.filter(({ proposal }) => proposal.proposed !== undefined).map(({ proposal }) => proposal.kind))];
    };
    expect(await kinds('DODFX-1d-cg-double-count')).toEqual(['CAPITAL_GAIN_DOUBLE_COUNT']);
    expect(await kinds('4063-T-1d-bad-stock-split')).toEqual(['SPLIT_PARTLY_APPLIED']);
    expect(await kinds('EA-15m-no-bad-divs')).toEqual([]);
  });
});
