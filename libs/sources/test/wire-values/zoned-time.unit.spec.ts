import { describe, expect, it } from 'vitest';

import { isoFromNanos, nanosFromMillis } from '@tradewind/vocabulary';

import { vendorText } from '../../src/wire-values/vendor-text.js';
import { dayAfter, isZone, NEW_YORK, zonedDate, zonedInstant } from '../../src/wire-values/zoned-time.js';

const instant = (text: string, zone = NEW_YORK): string | undefined => {
  const at = zonedInstant(zone, text);
  return at === undefined ? undefined : isoFromNanos(at);
};

describe('the instant of a wall-clock time', () => {
  it('follows the zone through summer and winter', () => {
    expect(instant('2024-07-01 09:30:00')).toBe('2024-07-01T13:30:00.000Z');
    expect(instant('2024-12-02 09:30')).toBe('2024-12-02T14:30:00.000Z');
    expect(instant('2024-12-02')).toBe('2024-12-02T05:00:00.000Z');
    expect(instant('2024-07-01 09:00', 'Asia/Tokyo')).toBe('2024-07-01T00:00:00.000Z');
  });
  it('changes at two in the morning of the Sunday, not at midnight', () => {
    expect(instant('2024-03-10 01:59')).toBe('2024-03-10T06:59:00.000Z');
    expect(instant('2024-03-10 03:00')).toBe('2024-03-10T07:00:00.000Z');
  });
  it('has no instant for the hour that clocks leave out', () => {
    expect(instant('2024-03-10 02:30')).toBeUndefined();
  });
  it('takes the hour that clocks repeat for its first time', () => {
    expect(instant('2024-11-03 01:30')).toBe('2024-11-03T05:30:00.000Z');
  });
  it('has none for what is no time', () => {
    for (const text of ['2024-02-30', '2024-01-01 24:00', '2024-01-01T10', '01/02/2024', '2024-13-01', ''])
      expect(instant(text)).toBeUndefined();
  });
});

describe('dates of a zone', () => {
  it('are those of its wall', () => {
    const late = nanosFromMillis(Date.parse('2024-07-02T03:59:59Z'));
    expect(zonedDate(NEW_YORK, late)).toBe('2024-07-01');
    expect(zonedDate('UTC', late)).toBe('2024-07-02');
    expect(dayAfter('2024-02-28')).toBe('2024-02-29');
    expect(dayAfter('2024-12-31', 2)).toBe('2025-01-02');
  });
  it('knows zones from texts that are none', () => {
    expect([isZone('America/Toronto'), isZone('EDT/Nowhere'), isZone('')]).toEqual([true, false, false]);
  });
});

describe('text of a vendor', () => {
  it('loses control characters, zero-width characters and text directions', () => {
    expect(vendorText('Fed\u0000 \u202Eraises\u200B\r\n rates\u001b[31m', 100)).toBe('Fed raises rates [31m');
  });
  it('is cut without splitting a character', () => {
    expect(vendorText('ab😀cd', 3)).toBe('ab');
    expect(vendorText('ab😀cd', 4)).toBe('ab😀');
  });
  it('costs no more than the part that is kept', () => {
    expect(vendorText('x'.repeat(50_000_000), 10)).toBe('xxxxxxxxxx');
  });
});
