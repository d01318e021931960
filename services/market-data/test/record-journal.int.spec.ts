import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PointInTimeRecord } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RecordJournal } from '../src/record-journal.js';

const record = (name: string): PointInTimeRecord => ({
  id: `news/story/AAPL/${name}`,
  series: 'news/story',
  symbol: undefined,
  eventTime: 1n as UnixNanos,
  knownAt: 2n as UnixNanos,
  value: Number.NaN,
  text: `story ${name}\nof two lines`,
  source: 'test',
});

describe('the journal of records', () => {
  let directory: string;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'tradewind-journal-')), 'run-live');
  });
  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  it('numbers records in the order of their delivery, each once, over starts', async () => {
    const first = await RecordJournal.open(directory, 2);
    expect((await first.add([record('a'), record('b')])).map(({ number }) => number)).toEqual([0, 1]);
    expect((await first.add([record('b'), record('c')])).map(({ number, record: { id } }) => [number, id])).toEqual([[2, record('c').id]]);
    await first.close();
    const again = await RecordJournal.open(directory, 2);
    expect(again.records).toEqual(['a', 'b', 'c'].map((name, number) => ({ number, record: record(name) })));
    expect(await again.add([record('a')])).toEqual([]);
    expect(again.numberOf(record('c').id)).toBe(2);
    await again.close();
  });

  it('remembers how far each partition had come, and forgets a run that begins anew', async () => {
    const journal = await RecordJournal.open(directory, 2);
    await journal.add([record('a')]);
    await journal.told([1, 0]);
    await journal.close();
    const again = await RecordJournal.open(directory, 2);
    expect(again.toldBelow).toEqual([1, 0]);
    await again.close();
    await RecordJournal.forget(directory);
    const anew = await RecordJournal.open(directory, 2);
    expect([anew.toldBelow, anew.records]).toEqual([[0, 0], []]);
    await anew.close();
  });

  it('leaves out a line that was being written when the process ended, and goes on behind the whole ones', async () => {
    const journal = await RecordJournal.open(directory, 1);
    await journal.add([record('a')]);
    await journal.close();
    await appendFile(join(directory, 'records.jsonl'), '{"number":1,"rec');
    const again = await RecordJournal.open(directory, 1);
    expect(again.records.map(({ number }) => number)).toEqual([0]);
    await again.add([record('b')]);
    await again.close();
    const last = await RecordJournal.open(directory, 1);
    expect(last.records.map(({ record: { id } }) => id)).toEqual([record('a').id, record('b').id]);
    await last.close();
  });
});
