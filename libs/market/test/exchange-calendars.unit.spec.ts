import { isoFromNanos, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { calendarOf, civilDate, nasdaqCalendar, nyseCalendar, tradingHours, tsxCalendar } from '../src/index.js';

const instant = (text: string): UnixNanos => (BigInt(Date.parse(text)) * 1_000_000n) as UnixNanos;
const weekdays = (year: number): readonly string[] => {
  const days: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
    const date = new Date(at);
    if (date.getUTCDay() !== 0 && date.getUTCDay() !== 6) days.push(date.toISOString().slice(0, 10));
  }
  return days;
};
const shut = (year: number): string =>
  weekdays(year)
    .filter((date) => !tsxCalendar.isSession(civilDate(date)))
    .map((date) => date.slice(5))
    .join(' ');

/** As TMX published them year by year. */
describe('Toronto is shut on the holidays of Ontario', () => {
  it.each([
    [2007, '01-01 04-06 05-21 07-02 08-06 09-03 10-08 12-25 12-26', 'before Family Day'],
    [2008, '01-01 02-18 03-21 05-19 07-01 08-04 09-01 10-13 12-25 12-26', 'the first Family Day'],
    [2012, '01-02 02-20 04-06 05-21 07-02 08-06 09-03 10-08 12-25 12-26', 'Canada Day on a Sunday'],
    [2016, '01-01 02-15 03-25 05-23 07-01 08-01 09-05 10-10 12-26 12-27', 'Christmas on a Sunday'],
    [2017, '01-02 02-20 04-14 05-22 07-03 08-07 09-04 10-09 12-25 12-26', 'Canada Day on a Saturday'],
    [2020, '01-01 02-17 04-10 05-18 07-01 08-03 09-07 10-12 12-25 12-28', 'Boxing Day on a Saturday'],
    [2021, '01-01 02-15 04-02 05-24 07-01 08-02 09-06 10-11 12-27 12-28', 'Christmas on a Saturday'],
    [2022, '01-03 02-21 04-15 05-23 07-01 08-01 09-05 10-10 12-26 12-27', 'New Year on a Saturday is made up for, unlike in New York'],
    [2023, '01-02 02-20 04-07 05-22 07-03 08-07 09-04 10-09 12-25 12-26', ''],
    [2024, '01-01 02-19 03-29 05-20 07-01 08-05 09-02 10-14 12-25 12-26', ''],
    [2025, '01-01 02-17 04-18 05-19 07-01 08-04 09-01 10-13 12-25 12-26', ''],
  ])('%i: %s %s', (year, expected) => expect(shut(year)).toBe(expected));

  it('and on two of the four days on which New York was shut in September 2001', () => {
    expect(['11', '12', '13', '14'].map((day) => tsxCalendar.isSession(civilDate(`2001-09-${day}`)))).toEqual([false, false, true, true]);
  });

  it.each(['2024-07-04', '2024-11-28', '2024-01-15', '2024-05-27', '2024-06-19', '2024-11-11', '2021-09-30', '2024-04-01'])(
    'but open on %s, a holiday elsewhere',
    (date) => expect(tsxCalendar.isSession(civilDate(date))).toBe(true),
  );
});

describe('hours of Toronto', () => {
  const hours = (date: string): string => {
    const session = tsxCalendar.sessionOf(civilDate(date))!;
    return `${isoFromNanos(session.openTime).slice(11, 16)}-${isoFromNanos(session.closeTime).slice(11, 16)}`;
  };

  it.each([
    ['2024-03-08', '14:30-21:00', 'before the clocks change'],
    ['2024-03-11', '13:30-20:00', 'after'],
    ['2024-11-01', '13:30-20:00', 'before they change back'],
    ['2024-11-04', '14:30-21:00', 'after'],
    ['2006-03-31', '14:30-21:00', 'the rule until 2006'],
    ['2006-04-03', '13:30-20:00', 'the rule until 2006'],
    ['2024-12-24', '14:30-18:00', 'Christmas Eve'],
    ['2010-12-24', '14:30-18:00', 'Christmas Eve'],
    ['2024-11-29', '14:30-21:00', 'the day after Thanksgiving in the United States is whole'],
    ['2024-07-03', '13:30-20:00', 'the eve of Independence Day is whole'],
  ])('of %s are %s: %s', (date, expected) => expect(hours(date)).toBe(expected));
});

describe('calendars by exchange', () => {
  it('keep the same days in New York, at NASDAQ and Arca', () => {
    const [first, last] = [civilDate('1990-01-01'), civilDate('2027-01-01')];
    expect(nasdaqCalendar.sessionsBetween(first, last)).toEqual(nyseCalendar.sessionsBetween(first, last));
    expect([calendarOf('XNYS').name, calendarOf('ARCX').name, calendarOf('XNAS').name, calendarOf('XTSX').name]).toEqual([
      'XNYS',
      'XNYS',
      'XNAS',
      'XTSE',
    ]);
  });

  it('are refused for an exchange without one, and before their first year', () => {
    expect(() => calendarOf('XLON')).toThrow(RangeError);
    expect(() => tsxCalendar.isSession(civilDate('1989-12-29'))).toThrow(RangeError);
  });

  it('know the exchange’s own date: an evening of UTC is still the afternoon in New York', () => {
    expect(nyseCalendar.dateAt(instant('2024-07-02T03:59:59Z'))).toBe('2024-07-01');
    expect(nyseCalendar.dateAt(instant('2024-07-02T04:00:00Z'))).toBe('2024-07-02');
    expect(nyseCalendar.dateAt(instant('2024-01-02T04:59:59Z'))).toBe('2024-01-01');
    expect(isoFromNanos(nyseCalendar.midnightOf(civilDate('2024-01-02')))).toBe('2024-01-02T05:00:00.000Z');
  });
});

describe('spans of trading', () => {
  it('are found across nights, weekends and the longest closure', () => {
    const hours = tradingHours(nyseCalendar, 'REGULAR');
    expect(hours.spanEndingAfter(instant('2001-09-10T19:59:59Z')).date).toBe('2001-09-10');
    expect(hours.spanEndingAfter(instant('2001-09-10T20:00:00Z')).date).toBe('2001-09-17');
  });

  it('of extended hours go from 04:00 to 20:00, and to 17:00 after an early close', () => {
    const hours = tradingHours(nyseCalendar, 'EXTENDED');
    const ends = ['2024-07-02', '2024-07-03'].map((date) => isoFromNanos(hours.spanOf(civilDate(date))!.closeTime).slice(11, 16));
    expect(ends).toEqual(['00:00', '21:00']);
    expect(isoFromNanos(hours.spanOf(civilDate('2024-07-02'))!.openTime).slice(11, 16)).toBe('08:00');
  });
});
