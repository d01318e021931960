import { nanosFromMillis } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { BASELINE_TRAINING_END, buildDataset, inputColumns, purgedBlocks, refuseBarsFrom, riseLabel } from '../src/index.js';
import { FEATURE_SET, leaningBars, vectorAt } from './synthetic-bars.js';

const COLUMNS = [1, 2, 3];

describe('dataset', () => {
  it('labels a bar by the close five bars on, strictly above', () => {
    const closes = [10, 11, 12, 9, 8, 10, 11.5];
    expect(riseLabel(closes, 0, 5)).toBe(0);
    expect(riseLabel(closes, 1, 5)).toBe(1);
    expect(riseLabel(closes, 2, 5)).toBeUndefined();
  });

  it('has a row for each warm bar whose future is known, and no other', () => {
    const dataset = buildDataset(leaningBars(60, 1, 20), COLUMNS, 5);
    expect(dataset.barIndexes[0]).toBe(20);
    expect(dataset.barIndexes.at(-1)).toBe(54);
    expect(dataset.labels.length).toBe(35);
    expect(dataset.inputs.columns).toBe(3);
  });

  it('takes inputs by name and refuses a name that the set lacks', () => {
    expect(inputColumns(['range', 'momentum'], FEATURE_SET.names)).toEqual([3, 1]);
    expect(() => inputColumns(['volume'], FEATURE_SET.names)).toThrow("no 'volume'");
  });

  it('refuses bars out of order and bars of two feature sets', () => {
    const [first, second] = leaningBars(2, 1, 0);
    expect(() => buildDataset([second!, first!], COLUMNS, 5)).toThrow('does not follow');
    const other = { ...second!, vector: { ...second!.vector, setHash: 'ffff0000' } };
    expect(() => buildDataset([first!, other], COLUMNS, 5)).toThrow('another feature set');
  });

  it('purges rows whose label reaches into the next block and embargoes the start of the next', () => {
    const dataset = buildDataset(leaningBars(125, 2, 20), COLUMNS, 5);
    expect(dataset.labels.length).toBe(100);
    expect(purgedBlocks(dataset, [0.5, 0.3, 0.2], 3)).toEqual([
      { from: 0, to: 45 },
      { from: 53, to: 75 },
      { from: 83, to: 100 },
    ]);
    for (const { to } of purgedBlocks(dataset, [0.5, 0.5], 0).slice(0, 1)) {
      expect(dataset.barIndexes[to - 1]! + 5).toBeLessThan(dataset.barIndexes[50]!);
    }
  });

  it('says so when a block has no rows left', () => {
    const dataset = buildDataset(leaningBars(40, 2, 20), COLUMNS, 5);
    expect(() => purgedBlocks(dataset, [0.6, 0.2, 0.2], 5)).toThrow('is empty after purge');
  });

  it('refuses any training bar of 2000-01-03 or later, and takes the day before', () => {
    const bar = (millis: number): { vector: ReturnType<typeof vectorAt>; close: number } => ({
      vector: vectorAt(nanosFromMillis(millis), [1, 1, 1, 1]),
      close: 1,
    });
    expect(() => refuseBarsFrom([bar(Date.UTC(2000, 0, 3))], BASELINE_TRAINING_END)).toThrow('2000-01-03T00:00:00.000Z is not before');
    expect(() => refuseBarsFrom([bar(Date.UTC(1999, 11, 31, 21))], BASELINE_TRAINING_END)).not.toThrow();
  });
});
