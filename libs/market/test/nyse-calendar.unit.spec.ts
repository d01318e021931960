import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { isoFromNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { civilDate, nyseCalendar, parseCivilDate } from '../src/index.js';

const dataDirectory = process.env['TRADEWIND_DATA_DIR'] ?? path.resolve(import.meta.dirname, '../../../../shared/data');
const reference = path.join(dataDirectory, 'calendar/xnys.csv.gz');

const isSession = (date: string): boolean => nyseCalendar.isSession(civilDate(date));
const hours = (date: string): string => {
  const session = nyseCalendar.sessionOf(civilDate(date));
  return session === undefined
    ? 'shut'
    : `${isoFromNanos(session.openTime).slice(11, 16)}-${isoFromNanos(session.closeTime).slice(11, 16)}`;
};

describe('closures', () => {
  it.each([
    ['1985-09-27', 'hurricane Gloria'],
    ['1994-04-27', 'Nixon'],
    ['2001-09-11', 'attacks'],
    ['2001-09-14', 'attacks'],
    ['2004-06-11', 'Reagan'],
    ['2007-01-02', 'Ford'],
    ['2012-10-29', 'Sandy'],
    ['2012-10-30', 'Sandy'],
    ['2018-12-05', 'Bush'],
    ['2025-01-09', 'Carter'],
  ])('is shut on %s (%s)', (date) => expect(isSession(date)).toBe(false));

  it.each([
    ['2000-01-17', 'Martin Luther King Day'],
    ['2020-02-17', 'Washington'],
    ['2008-03-21', 'Good Friday'],
    ['1986-05-26', 'Memorial Day'],
    ['2022-06-20', 'Juneteenth, kept on Monday'],
    ['2020-07-03', 'Independence Day, kept on Friday'],
    ['2019-09-02', 'Labor Day'],
    ['1999-11-25', 'Thanksgiving'],
    ['2011-12-26', 'Christmas, kept on Monday'],
    ['2004-12-24', 'Christmas, kept on Friday'],
    ['2006-01-02', 'New Year, kept on Monday'],
  ])('is shut on %s (%s)', (date) => expect(isSession(date)).toBe(false));

  it.each([
    ['1997-01-20', 'Martin Luther King Day was not kept before 1998'],
    ['2021-06-18', 'Juneteenth was not kept before 2022'],
    ['1999-12-31', 'a New Year on Saturday is not made up for'],
    ['2021-12-31', 'a New Year on Saturday is not made up for'],
    ['2001-09-17', 'reopened'],
    ['1987-10-19', 'crash, open'],
  ])('is open on %s: %s', (date) => expect(isSession(date)).toBe(true));

  it('is shut at weekends', () => {
    expect(isSession('2000-01-01')).toBe(false);
    expect(isSession('2000-01-02')).toBe(false);
  });

  it('refuses years before its first instead of guessing', () => {
    expect(() => isSession('1984-12-31')).toThrow(RangeError);
  });
});

describe('hours in UTC', () => {
  it.each([
    ['2000-01-03', '14:30-21:00'],
    ['2000-07-05', '13:30-20:00'],
    ['2007-03-09', '14:30-21:00'],
    ['2007-03-12', '13:30-20:00'],
    ['2006-03-31', '14:30-21:00'],
    ['2006-04-03', '13:30-20:00'],
    ['2006-10-30', '14:30-21:00'],
    ['2007-10-31', '13:30-20:00'],
    ['2007-11-05', '14:30-21:00'],
    ['1987-04-03', '14:30-21:00'],
    ['1987-04-06', '13:30-20:00'],
    ['1986-04-25', '14:30-21:00'],
    ['1986-04-28', '13:30-20:00'],
    ['1985-09-26', '14:00-20:00'],
    ['1985-09-30', '13:30-20:00'],
  ])('are %s %s', (date, expected) => expect(hours(date)).toBe(expected));

  it.each([
    ['2019-11-29', '14:30-18:00'],
    ['2002-07-05', '13:30-17:00'],
    ['2013-07-03', '13:30-17:00'],
    ['1999-12-31', '14:30-18:00'],
    ['1992-11-27', '14:30-19:00'],
    ['2018-12-24', '14:30-18:00'],
  ])('close early on %s %s', (date, expected) => {
    expect(hours(date)).toBe(expected);
    expect(nyseCalendar.sessionOf(civilDate(date))?.earlyClose).toBe(true);
  });
});

describe('dates', () => {
  it.each(['2001-02-29', '2000-13-01', '2000-00-10', '2000-1-1', '01/02/2000', '', '2000-01-01T00:00'])('refuses %j', (text) => {
    expect(parseCivilDate(text)).toBeUndefined();
  });
});

describe.skipIf(!existsSync(reference))(`against exchange_calendars XNYS (skipped when ${path.basename(reference)} is absent)`, () => {
  it('agrees on every session, open and close from 1990 to the end of the file', () => {
    const lines = gunzipSync(readFileSync(reference))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const expected = lines.map(([date, open, close]) => `${date!.slice(0, 10)} ${open!.slice(11, 16)}-${close!.slice(11, 16)}`);
    const first = civilDate(lines[0]![0]!.slice(0, 10));
    const last = civilDate(lines.at(-1)![0]!.slice(0, 10));
    const actual = [first, ...nyseCalendar.sessionsBetween(first, last), last].map((date) => `${date} ${hours(date)}`);
    expect(actual).toEqual(expected);
    expect(actual.length).toBeGreaterThan(8_000);
  });
});
