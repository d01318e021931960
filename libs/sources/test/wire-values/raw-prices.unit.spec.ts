import { readFileSync } from 'node:fs';
import { gunzipSync, inflateRawSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { realData, seededRandom } from '@tradewind/testkit';
import { price, quantity } from '@tradewind/vocabulary';

import { decodeDailyFile } from '../../src/yahoo/daily-file.js';
import { ratioAfter, rawPrice, rawVolume, type Split } from '../../src/wire-values/raw-prices.js';

const split = (date: string, numerator: number, denominator = 1): Split => ({ date, numerator, denominator });
const stored = (raw: number, ratio: number): number => Math.fround(ratio === 1 ? raw : Number((raw / ratio).toFixed(6)));

describe('prices as they were traded', () => {
  it('multiplies with every split after the day, not with that of the day itself', () => {
    const splits = [split('2014-06-09', 7), split('2020-08-31', 4), split('2005-02-28', 2)];
    expect(ratioAfter('2004-01-02', splits)).toEqual({ numerator: 56n, denominator: 1n });
    expect(ratioAfter('2014-06-06', splits)).toEqual({ numerator: 28n, denominator: 1n });
    expect(ratioAfter('2014-06-09', splits)).toEqual({ numerator: 4n, denominator: 1n });
    expect(ratioAfter('2020-08-31', splits)).toEqual({ numerator: 1n, denominator: 1n });
  });
  it('gives cents back exactly, through single precision, forward and reverse splits', () => {
    const random = seededRandom(7);
    for (const [numerator, denominator] of [
      [1, 1],
      [2, 1],
      [3, 2],
      [7, 1],
      [28, 1],
      [56, 1],
      [1, 8],
      [1, 20],
    ] as const) {
      const ratio = ratioAfter('2000-01-01', [split('2001-01-01', numerator, denominator)]);
      for (let round = 0; round < 2_000; round += 1) {
        const cents = 100 + Math.floor(random.next() * 60_000);
        const raw = rawPrice(stored(cents / 100, numerator / denominator), ratio);
        expect(raw).toBe(price((cents / 100).toFixed(2)));
      }
    }
  });
  it('gives sixteenths of a dollar back exactly', () => {
    for (let sixteenths = 16; sixteenths < 16 * 200; sixteenths += 1) {
      expect(rawPrice(stored(sixteenths / 16, 2), ratioAfter('1999-01-04', [split('2005-01-01', 2)]))).toBe(
        price((sixteenths / 16).toFixed(4)),
      );
    }
  });
  it('counts whole units, and refuses what is no price or no count', () => {
    const ratio = { numerator: 56n, denominator: 1n };
    expect(rawVolume(144_642_400, ratio)).toBe(quantity('2582900'));
    expect(rawVolume(15, { numerator: 2n, denominator: 1n })).toBe(quantity('8'));
    for (const value of [0, -1, Number.NaN, Infinity]) expect(rawPrice(value, ratio)).toBeUndefined();
    for (const value of [-1, Number.NaN]) expect(rawVolume(value, ratio)).toBeUndefined();
  });
});

const yahoo = realData('us-daily/stocks/AAPL.csv.gz');
const lean = realData('lean/equity/usa/daily/aapl.zip');

/** The first file of an archive: date, then prices times 10,000. */
const firstOfZip = (bytes: Buffer): string => {
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28);
  return inflateRawSync(bytes.subarray(start)).toString('utf8');
};

describe.skipIf(yahoo.absent || lean.absent)(`AAPL 2004 to 2018, adjusted, against what was traded${yahoo.note}`, () => {
  const splits = [split('2005-02-28', 2), split('2014-06-09', 7), split('2020-08-31', 4)];

  it('recovers whole cents from prices that were divided by up to 56', () => {
    const { rows } = decodeDailyFile(gunzipSync(readFileSync(yahoo.path)).toString('utf8'), splits);
    const prices = rows.flatMap((row) =>
      [row.open, row.high, row.low, row.close].map((value) => rawPrice(value, ratioAfter(row.date, splits))!),
    );
    const cents = prices.filter((value) => value % 10_000_000n === 0n).length;
    process.stdout.write(`AAPL 2004 to 2018: ${cents} of ${prices.length} recovered prices are whole cents\n`);
    expect(prices.length).toBeGreaterThan(14_000);
    expect(cents / prices.length).toBeGreaterThan(0.99);
  });
  it('recovers the closes of another vendor, who has them as traded', () => {
    // Before 2015 that vendor took the last trade of any venue for the close.
    const traded = new Map(
      firstOfZip(readFileSync(lean.path))
        .split('\n')
        .map((line) => line.split(','))
        .filter(([date]) => date! >= '2015')
        .map((parts) => [
          `${parts[0]!.slice(0, 4)}-${parts[0]!.slice(4, 6)}-${parts[0]!.slice(6, 8)}`,
          price((Number(parts[4]) / 10_000).toFixed(4)),
        ]),
    );
    const { rows } = decodeDailyFile(gunzipSync(readFileSync(yahoo.path)).toString('utf8'), splits);
    const compared = rows.filter(({ date }) => traded.has(date));
    const equal = compared.filter(({ date, close }) => rawPrice(close, ratioAfter(date, splits)) === traded.get(date)).length;
    process.stdout.write(
      `AAPL closes since 2015, adjusted for a 4:1 split to come: ${equal} of ${compared.length} equal to the last digit\n`,
    );
    expect(compared.length).toBeGreaterThan(900);
    expect(equal / compared.length).toBeGreaterThan(0.98);
  });
});
