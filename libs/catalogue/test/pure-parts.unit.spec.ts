import { nyseCalendar } from '@tradewind/market';
import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { coverageOf } from '../src/coverage.js';
import { folderOf, keyAt, nameOf, type PartKey } from '../src/layout.js';
import { manifestText, parseManifest, type PartManifest } from '../src/manifest.js';
import { type InOrder, mergeInOrder } from '../src/time-merge.js';

const at = (iso: string) => nanosFromMillis(Date.parse(iso));

async function* lane(
  ...batches: readonly (readonly (readonly [number, string])[])[]
): AsyncGenerator<readonly InOrder<string>[], void, undefined> {
  for (const batch of batches) yield batch.map(([time, item]) => ({ time: BigInt(time), item }));
}

describe('lanes merged by time', () => {
  it('keep their own order, and at one time the earlier lane comes first', async () => {
    const merged = mergeInOrder([
      lane(
        [
          [1, 'a1'],
          [3, 'a3'],
        ],
        [],
        [
          [3, 'a3+'],
          [9, 'a9'],
        ],
      ),
      lane(),
      lane(
        [[1, 'c1']],
        [
          [2, 'c2'],
          [3, 'c3'],
        ],
      ),
    ]);
    expect((await Array.fromAsync(merged)).flat().map(({ item }) => item)).toEqual(['a1', 'c1', 'c2', 'a3', 'a3+', 'c3', 'a9']);
  });

  it('are closed when the reader stops', async () => {
    let closed = false;
    const endless = (async function* endless() {
      try {
        for (let time = 0n; ; time += 1n) yield [{ time, item: '' }];
      } finally {
        closed = true;
      }
    })();
    for await (const _ of mergeInOrder([endless])) break;
    expect(closed).toBe(true);
  });
});

describe('the place of a part', () => {
  it('tells its key, and nothing else does', () => {
    const keys: readonly PartKey[] = [
      { kind: 'bars', symbol: symbolOf('SPY'), interval: '1m', period: '2013' },
      { kind: 'quotes', symbol: symbolOf('BRK-B'), period: '2013-10-07' },
      { kind: 'records', series: 'macro/DGS10', period: '2020' },
    ];
    for (const key of keys) expect(keyAt(folderOf(key), key.period)).toEqual(key);
    expect(keys.map(nameOf)).toEqual(['bars/SPY/1m/2013', 'quotes/BRK-B/2013-10-07', 'records/macro/DGS10/2020']);
    for (const folder of [
      'bars/symbol=SPY',
      'bars/symbol=spy/interval=1m',
      'bars/symbol=SPY/interval=x',
      'other/symbol=SPY',
      'trades/symbol=SPY/x',
      'trades',
    ])
      expect(keyAt(folder, '2013')).toBeUndefined();
    expect(keyAt('trades/symbol=SPY', '20131007')).toBeUndefined();
  });
});

describe('a manifest', () => {
  const file = { file: '2013.x.parquet', rows: 1, bytes: 2, digest: 'x' };
  const manifest: PartManifest = {
    schema: 1,
    kind: 'bars',
    revision: 3,
    current: file,
    superseded: undefined,
    items: 1,
    firstAt: 1n,
    lastAt: 2n ** 62n,
    sources: ['a'],
  };

  it('comes back as it was written', () => {
    expect(parseManifest(manifestText(manifest), 'x')).toEqual(manifest);
    expect(parseManifest(manifestText({ ...manifest, superseded: file }), 'x').superseded).toEqual(file);
  });

  it.each([
    ['', 'DAMAGED'],
    ['{}', 'DAMAGED'],
    [manifestText({ ...manifest, current: { ...file, file: '../x' } }), 'DAMAGED'],
    [manifestText({ ...manifest, schema: 2 }), 'NOT_A_CATALOGUE'],
  ])('that is none is told: %j', (text, code) => expect(() => parseManifest(text, 'where')).toThrow(expect.objectContaining({ code })));
});

describe('the coverage', () => {
  it('names the runs of sessions without bars and the sessions with too few', () => {
    const counts = new Map([
      ['2013-11-25', 390],
      ['2013-11-29', 210],
      ['2013-12-04', 389],
    ]);
    expect(coverageOf(nyseCalendar, at('2013-11-25'), at('2013-12-05'), counts, '1m')).toEqual({
      sessions: 7,
      covered: 3,
      missing: [
        { first: '2013-11-26', last: '2013-11-27', sessions: 2 },
        { first: '2013-12-02', last: '2013-12-03', sessions: 2 },
      ],
      thin: [{ date: '2013-12-04', bars: 389, expected: 390 }],
    });
    expect(coverageOf(nyseCalendar, at('2013-11-30'), at('2013-12-02'), counts, '1d')).toEqual({
      sessions: 0,
      covered: 0,
      missing: [],
      thin: [],
    });
  });
});
