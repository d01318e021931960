import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { civilDate, DEMO_PLAN, nyseCalendar, replayDataset } from '@tradewind/market';
import { beforeAll, describe, expect, it } from 'vitest';

import { readDemoSources, readDirectorySources, ReplayFilesError } from '../src/index.js';

describe('the demo dataset', () => {
  let dataset: ReturnType<typeof replayDataset>;
  beforeAll(async () => {
    dataset = replayDataset(DEMO_PLAN, await readDemoSources());
  });

  it('trades from the first session of 2000 to the end of the data, after 260 sessions of warm-up', () => {
    expect([dataset.from, dataset.to]).toEqual(['2000-01-03', '2020-04-17']);
    expect(dataset.steps.length).toBe(260 + 5_105);
    expect(dataset.barCount).toBe(260 + 5_105 + 3_144);
    expect(dataset.steps[259]?.bars.map((bar) => [bar.symbol, bar.warmUp])).toEqual([['NDX', true]]);
    expect(dataset.steps[260]?.bars.map((bar) => [bar.symbol, bar.warmUp])).toEqual([
      ['NDX', false],
      ['SPX', false],
    ]);
    expect(dataset.steps.at(-1)).toMatchObject({
      final: true,
      bars: [{ id: 'bar/SPX/1d/2020-04-17', source: 'vega-datasets@3.2.1/data/sp500-2000.csv' }],
    });
  });

  it('has one step for every session of the exchange', () => {
    const dates = dataset.steps.map((step) => step.bars[0]!.id.slice(-10));
    const first = civilDate(dates[0]!);
    const last = civilDate(dates.at(-1)!);
    expect(dates).toEqual([first, ...nyseCalendar.sessionsBetween(first, last), last]);
  });

  it('keeps the years before 2000 for training and nothing later', () => {
    const training = dataset.training['NDX']!;
    expect([training[0]?.id, training.at(-1)?.id]).toEqual(['bar/NDX/1d/1985-11-01', 'bar/NDX/1d/1999-12-31']);
    expect(training.length).toBe(3_580);
    expect(dataset.training['SPX']).toEqual([]);
  });

  it('drops nothing, misses no session since 1985, and warns of what real files are like', () => {
    const faults = [...dataset.faults.values()].flatMap((found) => found.faults);
    expect(faults.filter((fault) => fault.dropped)).toEqual([]);
    expect(new Set(faults.map((fault) => fault.code))).toEqual(new Set(['BAR_OPEN_COPIED', 'BAR_SPIKE', 'BAR_FLAT']));
    expect(faults.filter((fault) => fault.code === 'BAR_SPIKE').map((fault) => fault.source)).toEqual([
      'dc@3.2.1/web/ndx.csv:497',
      'vega-datasets@3.2.1/data/sp500-2000.csv:1798',
    ]);
    expect(dataset.scores.every((entry) => entry.score > 0.99)).toBe(true);
  });
});

describe('a folder of daily files', () => {
  it('is read by symbol, and refused when it holds none or a name that is no symbol', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tradewind-files-'));
    try {
      await expect(readDirectorySources(folder)).rejects.toThrow(ReplayFilesError);
      await writeFile(path.join(folder, 'spx.csv'), 'date,open\n');
      expect(await readDirectorySources(folder)).toEqual([{ symbol: 'SPX', source: 'spx.csv', text: 'date,open\n' }]);
      await writeFile(path.join(folder, 'not a symbol.csv'), '');
      await expect(readDirectorySources(folder)).rejects.toThrow('not a symbol.csv');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
