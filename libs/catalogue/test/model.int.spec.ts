import type { Bar, PointInTimeRecord } from '@tradewind/market';
import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { at, bar, collect, folder, opened, record } from './fixtures.js';

/** Whole numbers below a bound, the same ones every time (a linear congruential generator). */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

const SPY = symbolOf('SPY');
const SPAN = { from: at('2000-01-01'), until: at('2030-01-01') } as const;
const DAY = 86_400_000;

describe('whatever is written in whatever order', () => {
  it.each([1, 2, 3])('bars are those last written for each id, and every version that gave way is counted (seed %d)', async (seed) => {
    await onCatalogue(async (catalogue) => {
      const random = numbers(seed);
      const model = new Map<string, Bar>();
      let replaced = 0;
      const writer = await catalogue.writer();
      for (let step = 0; step < 25; step += 1) {
        const batch = Array.from({ length: random(12) }, () => {
          const close = new Date(Date.UTC(2012, 11, 20) + random(30) * DAY).toISOString();
          return bar('SPY', '1d', close, String(1 + random(3)));
        });
        const before = replaced;
        for (const one of batch) {
          const known = model.get(one.id);
          if (known?.close !== one.close) model.set(one.id, one);
        }
        const { superseded, added, duplicates } = await writer.writeBars([batch]);
        replaced += superseded;
        expect(added + superseded + duplicates).toBeLessThanOrEqual(batch.length + (replaced - before));
        const found = await collect(catalogue.bars({ symbols: [SPY], interval: '1d', ...SPAN }));
        const expected = [...model.values()].sort((left, right) => (left.closeTime < right.closeTime ? -1 : 1));
        expect(found.map(({ id, close }) => [id, close])).toEqual(expected.map(({ id, close }) => [id, close]));
      }
      writer.close();
      expect(await Array.fromAsync(catalogue.verify())).toEqual([]);
      expect((await catalogue.ls())[0]!.superseded).toBeGreaterThan(0);
    });
  });

  it.each([4, 5])('records joined to bars are what a reader of the news would have had in hand (seed %d)', async (seed) => {
    await onCatalogue(async (catalogue) => {
      const random = numbers(seed);
      const hour = (n: number): string => new Date(Date.UTC(2013, 0, 1) + n * 3_600_000).toISOString();
      const records: PointInTimeRecord[] = Array.from({ length: 120 }, (_, n) => {
        const event = random(200);
        return record('macro/x', hour(event), hour(event + random(60)), n, random(2) === 0 ? {} : { symbol: SPY });
      });
      // Two records with one id in one write: the last one counts.
      const current = [...new Map(records.map((one) => [one.id, one])).values()];
      const bars = Array.from({ length: 80 }, (_, n) => bar('SPY', '1h', hour(n * 3 + 1), '1'));
      const writer = await catalogue.writer();
      await writer.writeRecords([records]);
      await writer.writeBars([bars]);
      writer.close();

      const latest = (own: boolean, when: UnixNanos): number | undefined => {
        const known = current.filter(({ symbol, knownAt }) => (symbol === SPY) === own && knownAt <= when);
        known.sort((left, right) =>
          left.eventTime !== right.eventTime ? (left.eventTime < right.eventTime ? -1 : 1) : left.knownAt < right.knownAt ? -1 : 1,
        );
        return known.at(-1)?.value;
      };
      const joined = await collect(catalogue.informedBars({ symbols: [SPY], interval: '1h', ...SPAN }, ['macro/x']));
      expect(joined).toHaveLength(80);
      for (const { bar: one, known } of joined)
        expect(known['macro/x']?.value).toBe(latest(true, one.closeTime) ?? latest(false, one.closeTime));
      for (let n = 0; n < 20; n += 1) {
        const asOf = at(hour(random(260)));
        const seen = await collect(catalogue.records({ asOf }));
        expect(new Set(seen.map(({ value }) => value))).toEqual(
          new Set(current.filter(({ knownAt }) => knownAt <= asOf).map(({ value }) => value)),
        );
      }
    });
  });
});

const onCatalogue = async (work: (catalogue: Awaited<ReturnType<typeof opened>>['catalogue']) => Promise<void>): Promise<void> => {
  const { path } = await folder();
  const { catalogue } = await opened(path);
  await work(catalogue);
};
