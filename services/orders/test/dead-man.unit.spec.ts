import { nanosFromMillis } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { intervalMs, isOpenFor } from '../src/desk/dead-man.js';

const at = (hours: number, minutes: number, day = 20) => nanosFromMillis(Date.UTC(2026, 10, day, hours, minutes));

describe('the dead-man’s switch', () => {
  it('knows how long an interval is, and that the silence of daily bars says nothing', () => {
    expect(['1s', '1m', '5m', '1h', '1d', '', 'x'].map(intervalMs)).toEqual([
      1_000,
      60_000,
      300_000,
      3_600_000,
      undefined,
      undefined,
      undefined,
    ]);
  });
  it('misses bars only while the exchange is open, and not before it has been open for as long', () => {
    // New York opens at 14:30 UTC and closes at 21:00 UTC in November.
    expect(
      [at(14, 31), at(14, 33), at(20, 59), at(21, 0), at(3, 0), at(16, 0, 21), at(16, 0, 26)].map((now) => isOpenFor(now, 180_000)),
    ).toEqual([
      false,
      true,
      true,
      false,
      false,
      false, // Saturday
      false, // Thanksgiving
    ]);
  });
});
