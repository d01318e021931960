import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { civilDate, ConsolidatedBook, DepthBook, LeanQuotes, nyseCalendar, parseLeanQuoteTicks } from '../../src/index.js';

const AIG = symbolOf('AIG');
const DAY = civilDate('2013-10-07');
const quotes = realData('lean', 'equity', 'usa', 'tick', 'aig', '20131007_quote.zip');

/** The only file of an archive whose first entry it is. */
const onlyEntry = (archive: Buffer): string => {
  const start = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  return inflateRawSync(archive.subarray(start)).toString('latin1');
};

describe.skipIf(quotes.absent)(`a day of AIG's quotes of every exchange${quotes.note}`, () => {
  it('reads 1,079,935 rows without a fault into one consolidated book, which its deltas rebuild', () => {
    const { rows, faults } = parseLeanQuoteTicks(onlyEntry(readFileSync(quotes.path)), DAY);
    expect([rows.length, faults]).toEqual([1_079_935, []]);
    const session = nyseCalendar.sessionOf(DAY)!;
    const whole = new LeanQuotes(AIG);
    const book = new ConsolidatedBook(AIG);
    const follower = new DepthBook();
    follower.applySnapshot(book.snapshot(rows[0]!.at));
    const seen = { changed: 0, regular: 0, sane: 0, refused: 0 };
    let spreads = 0;
    for (const row of rows) {
      const delta = book.apply(whole.quote(row));
      if (delta === undefined) continue;
      if (typeof delta === 'string' || follower.applyDelta(delta) !== undefined) {
        seen.refused += 1;
        continue;
      }
      seen.changed += 1;
      if (row.at < session.openTime || row.at >= session.closeTime) continue;
      seen.regular += 1;
      if (book.condition !== 'NORMAL') continue;
      seen.sane += 1;
      spreads += book.spread;
    }
    expect(seen.refused).toBe(0);
    for (const side of ['BID', 'ASK'] as const)
      expect(follower.levels(side).map((level) => [level.price, level.quantity])).toEqual(
        book.levels(side).map((level) => [level.price, level.quantity]),
      );
    expect(book.venueCount).toBe(11);

    // In regular hours: never locked or crossed, both sides in 99.1% of the moments, and a spread of a cent as such a stock has.
    expect(seen).toEqual({ changed: 492_227, regular: 491_957, sane: 487_768, refused: 0 });
    expect(spreads / seen.sane).toBeCloseTo(0.0107, 4);
  });
});
