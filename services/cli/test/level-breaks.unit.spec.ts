import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';

import { realData } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import { levelBreaks, type Prices } from '../src/data/level-breaks.js';

const steady = (count: number, level = 10): Prices[] =>
  Array.from({ length: count }, (_, index) => [level, level * 1.02, level * 0.98, level * (1 + (index % 3) / 100)] as const);

describe('levels of a series', () => {
  it('that are steady, or double over many bars, are whole', () => {
    expect(levelBreaks(steady(50))).toEqual([]);
    expect(levelBreaks(Array.from({ length: 60 }, (_, n) => [1, 1, 1, 1].map((price) => price * 1.02 ** n) as unknown as Prices))).toEqual(
      [],
    );
  });

  it('show one field in hundredths, at the ends of the series not', () => {
    const bars = steady(30);
    bars[12] = [10, 10.2, 0.1, 10];
    expect(levelBreaks(bars)).toMatchObject([{ index: 12, code: 'BAR_WRONG_UNIT', field: 'low', proposal: 'multiply by 100' }]);
    bars[12] = [1_000, 1_020, 980, 1_000];
    expect(levelBreaks(bars)).toMatchObject([{ index: 12, field: 'open', proposal: 'divide by 100' }]);
  });

  it('show a bar that a split was applied to twice', () => {
    const bars = steady(30);
    bars[12] = [5, 5.1, 4.9, 5];
    expect(levelBreaks(bars)).toMatchObject([{ index: 12, code: 'BAR_OFF_LEVEL', proposal: 'divide by 0.5' }]);
  });

  it.each([
    [2, 'SPLIT_WITHOUT_NOTICE', 'a split 2 for 1'],
    [1 / 20, 'SPLIT_WITHOUT_NOTICE', 'a split 1 for 20'],
    [100, 'BAR_WRONG_UNIT', 'multiply by 100'],
    [1 / 100, 'BAR_WRONG_UNIT', 'divide by 100'],
  ])('show a new level by the ratio %d', (ratio, code, proposal) => {
    expect(levelBreaks([...steady(20, 40), ...steady(20, 40 / ratio)])).toMatchObject([
      { index: 20, code, proposal: expect.stringContaining(proposal) },
    ]);
  });

  it('do not take a crash by a ratio that no split has for a split', () => {
    expect(levelBreaks([...steady(20, 40), ...steady(20, 40 / 1.75)])).toEqual([]);
  });
});

const pairs = realData('repair-pairs');
const barsOf = (name: string): readonly Prices[] => {
  const [, ...lines] = gunzipSync(readFileSync(`${pairs.path}/${name}.csv.gz`))
    .toString('utf8')
    .trim()
    .split('\n');
  const rows = lines.filter((line) => !line.startsWith(',')).map((line) => line.split(','));
  rows.sort((left, right) => (left[0]! < right[0]! ? -1 : 1));
  return rows.map((cells) => cells.slice(1, 5).map(Number) as unknown as Prices);
};

describe.skipIf(pairs.absent)(`faulty series of a vendor and their repaired answers${pairs.note}`, () => {
  it.each([
    ['AET-L-1d-100x-error', 'BAR_WRONG_UNIT'],
    ['ASAI-L-1h-bad-unit', 'BAR_WRONG_UNIT'],
    ['CNE-L-1d-bad-stock-split', 'BAR_OFF_LEVEL'],
    ['4063-T-1d-bad-stock-split', 'SPLIT_WITHOUT_NOTICE'],
  ])('%s shows %s, repaired nothing', (name, code) => {
    expect(new Set(levelBreaks(barsOf(name)).map((found) => found.code))).toEqual(new Set([code]));
    expect(levelBreaks(barsOf(`${name}-fixed`))).toEqual([]);
  });

  it.each(['CALM-1d-no-bad-divs', 'EA-15m-no-bad-divs', 'EWG-1d-no-bad-divs', 'DODFX-1d-cg-double-count'])(
    '%s, which is whole, shows nothing',
    (name) => {
      expect(levelBreaks(barsOf(name))).toEqual([]);
    },
  );
});
