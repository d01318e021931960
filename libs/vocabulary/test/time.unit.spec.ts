import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isoFromNanos, nanosFromMillis, utcDateOf } from '../src/index.js';

const DAY = 86_400_000;

describe('the text of an instant', () => {
  it('is that of Date, in whatever order instants and times of day come', () => {
    const times = fc.constantFrom(0, 1, 72_000_000, 75_600_000, DAY - 1);
    const instants = fc.oneof(
      fc.tuple(fc.integer({ min: -400_000, max: 4_000_000 }), times).map(([day, time]) => day * DAY + time),
      fc.integer({ min: -30_000_000_000_000, max: 300_000_000_000_000 }),
    );
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1, maxLength: 40 }), (list) => {
        for (const millis of list) expect(isoFromNanos(nanosFromMillis(millis))).toBe(new Date(millis).toISOString());
      }),
    );
  });

  it('begins with the date in UTC, on leap days too', () => {
    expect(utcDateOf(nanosFromMillis(Date.UTC(2000, 1, 29, 21)))).toBe('2000-02-29');
    expect(utcDateOf(nanosFromMillis(Date.UTC(2000, 2, 1, 21)))).toBe('2000-03-01');
    expect(utcDateOf(nanosFromMillis(Date.UTC(1969, 11, 31, 21)))).toBe('1969-12-31');
  });
});
