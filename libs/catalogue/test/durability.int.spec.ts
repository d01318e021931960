import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { at, bar, collect, folder, LIMITS, opened } from './fixtures.js';
import { openCatalogue } from '../src/index.js';

const SPY = symbolOf('SPY');
const ALL = { symbols: [SPY], interval: '1m', from: at('2000-01-01'), until: at('2030-01-01') } as const;
const CHILD = fileURLToPath(new URL('writer-process.mjs', import.meta.url));

interface Child {
  readonly process: ChildProcess;
  readonly lines: AsyncIterator<string>;
}

/** The writer (the built one) in a process of its own, once it has the lock. */
const startChild = async (directory: string, mode: 'hold' | 'loop'): Promise<Child> => {
  const child = spawn(process.execPath, [CHILD, directory, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('ready');
  return { process: child, lines };
};

const kill = async ({ process: child }: Child): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

describe('the catalogue', () => {
  it('lets one process write at a time, and the next one when that has died', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const child = await startChild(place.path, 'hold');
    await expect(open.catalogue.writer()).rejects.toMatchObject({ code: 'LOCKED' });
    await kill(child);
    const writer = await open.catalogue.writer();
    await expect(open.catalogue.writer()).rejects.toMatchObject({ code: 'LOCKED' });
    writer.close();
    (await open.catalogue.writer()).close();
  });

  it('shows whole revisions to readers while another process writes, and after that was killed in the middle', async () => {
    const place = await folder();
    const open = await opened(place.path);
    for (let round = 0; round < 3; round += 1) {
      const child = await startChild(place.path, 'loop');
      await child.lines.next();
      for (let reading = 0; reading < 4; reading += 1) {
        const bars = await collect(open.catalogue.bars(ALL));
        expect(bars).toHaveLength(20_000);
        expect(new Set(bars.map(({ close }) => close)).size).toBe(1);
      }
      await kill(child);
      const bars = await collect(open.catalogue.bars(ALL));
      expect([bars.length, new Set(bars.map(({ close }) => close)).size]).toEqual([20_000, 1]);
      expect(await Array.fromAsync(open.catalogue.verify())).toEqual([]);
    }
    const writer = await open.catalogue.writer();
    expect(await writer.writeBars([[bar('SPY', '1m', '2013-12-30T00:00:00Z', '7')]])).toMatchObject({ added: 1 });
    await writer.sweep(0, Date.now() + 1);
    writer.close();
    expect(await collect(open.catalogue.bars(ALL))).toHaveLength(20_001);
    const files = await readdir(join(place.path, 'bars/symbol=SPY/interval=1m'));
    expect(files.filter((name) => name.endsWith('.parquet') && !name.includes('superseded'))).toHaveLength(1);
    expect(files).toHaveLength(3);
  }, 60_000);

  it('says that the disk is full, changes nothing, and goes on when there is room', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeBars([[bar('SPY', '1m', '2013-12-30T00:00:00Z', '7')]]);
    writer.close();
    const before = await collect(open.catalogue.bars(ALL));
    // A process whose files may grow to 24 kB meets the end of its room in the middle of a file of bars.
    const run = spawnSync('bash', ['-c', `trap '' XFSZ; ulimit -f 24; exec "$0" "$@"`, process.execPath, CHILD, place.path, 'once'], {
      encoding: 'utf8',
    });
    expect(run.stdout.trim(), run.stderr).toBe('ready\nCatalogueError DISK_FULL');
    expect(await collect(open.catalogue.bars(ALL))).toEqual(before);
    expect(await Array.fromAsync(open.catalogue.verify())).toEqual([]);
    const again = await open.catalogue.writer();
    expect(await again.writeBars([[bar('SPY', '1m', '2013-12-31T00:00:00Z', '8')]])).toMatchObject({ added: 1 });
    again.close();
  });

  it('finds a file that was changed, is missing, or whose manifest is none', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeBars([['2011', '2012', '2013'].map((year) => bar('SPY', '1m', `${year}-12-30T00:00:00Z`, '7'))]);
    writer.close();
    const where = join(place.path, 'bars/symbol=SPY/interval=1m');
    const first = (await readdir(where)).find((name) => name.startsWith('2011.') && name.endsWith('.parquet'));
    const bytes = await readFile(join(where, first!));
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(join(where, first!), bytes);
    await writeFile(join(where, '2012.json'), '{"schema":1');
    await writeFile(
      join(where, '2013.json'),
      (await readFile(join(where, '2013.json'), 'utf8')).replace(/"file": "[^"]+"/, '"file": "2013.gone.parquet"'),
    );
    const damage = await Array.fromAsync(open.catalogue.verify());
    expect(damage.map(({ part, rule }) => [part, rule.split(' ').slice(0, 3).join(' ')])).toEqual([
      ['bars/SPY/1m/2011', 'must have the'],
      ['bars/SPY/1m/2012', expect.stringContaining('2012.json is no')],
      ['bars/SPY/1m/2013', 'must be readable:'],
    ]);
    const [from, until] = [at('2013-01-01'), at('2014-01-01')];
    await expect(collect(open.catalogue.bars({ ...ALL, from, until }))).rejects.toMatchObject({ code: 'DAMAGED' });
    await expect(collect(open.catalogue.bars(ALL))).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('makes no catalogue of a folder that holds something else', async () => {
    const place = await folder();
    await symlink('/dev/null', join(place.path, 'letters.txt'));
    await expect(openCatalogue({ directory: place.path, ...LIMITS })).rejects.toMatchObject({ code: 'NOT_A_CATALOGUE' });
    await expect(openCatalogue({ directory: join(place.path, 'letters.txt'), ...LIMITS })).rejects.toMatchObject({
      name: 'CatalogueError',
    });
  });

  it('answers one SELECT of a person and nothing else', async () => {
    const place = await folder();
    const open = await opened(place.path);
    const writer = await open.catalogue.writer();
    await writer.writeBars([[bar('SPY', '1m', '2013-12-30T15:00:00.5Z', '7.25'), bar('QQQ', '1m', '2013-12-30T00:00:00Z', '8')]]);
    writer.close();
    const { catalogue } = open;
    expect(
      await catalogue.query(`SELECT symbol, interval, close_time::VARCHAR AS closed, close, volume FROM bars WHERE symbol = 'SPY'`),
    ).toEqual({
      columns: ['symbol', 'interval', 'closed', 'close', 'volume'],
      rows: [['SPY', '1m', '2013-12-30 15:00:00.5', '7.250000000', '100.000000000']],
      truncated: false,
    });
    expect((await catalogue.query('SELECT * FROM range(20000)')).truncated).toBe(true);
    for (const sql of [
      `COPY (SELECT 1) TO '${place.path}/bars/x.csv'`,
      `SELECT * FROM read_csv('/etc/passwd')`,
      `SELECT * FROM read_text('${place.path}/CATALOGUE')`,
      'SET enable_external_access = true',
      `ATTACH '${place.path}/bars/x.db'`,
      'SELECT 1; SELECT 2',
      'CREATE TABLE x AS SELECT 1',
      'INSTALL httpfs',
      'SELEKT',
    ])
      await expect(catalogue.query(sql), sql).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
