import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { exposureOf } from '../src/index.js';

const folder = join(process.env['TRADEWIND_DATA_DIR'] ?? join(import.meta.dirname, '../../../../shared/data'), 'vectors/pyfolio-empyrical');
const table = (name: string): string[][] =>
  gunzipSync(readFileSync(join(folder, name)))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

describe.skipIf(!existsSync(folder))('exposure of a recorded book (skipped without the shared data)', () => {
  it("equals pyfolio's gross leverage on each of its 1,506 days", () => {
    const expected = new Map(table('test_gross_lev.csv.gz').map(([day, value]) => [day!.slice(0, 10), Number(value)]));
    for (const row of table('test_pos.csv.gz').slice(1)) {
      const holdings = row.slice(1).map(Number);
      const equity = holdings.reduce((sum, value) => sum + value, 0);
      const grossValue = holdings.slice(0, -1).reduce((sum, value) => sum + Math.abs(value), 0);
      expect(exposureOf([{ equity, grossValue }]).averageGross).toBeCloseTo(expected.get(row[0]!.slice(0, 10))!, 8);
    }
  });
});
