import { civilDate, nyseCalendar } from '@tradewind/market';
import { nanosFromMillis, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { SessionClocks } from '../src/inputs/session-clock.js';
import type { SessionView } from '../src/inputs/session-view.js';

const clocks = new SessionClocks();
const view = clocks.of('XNYS');
const at = (utc: string): SessionView => {
  clocks.moveTo(nanosFromMillis(Date.parse(utc)));
  return { ...view };
};
/** The close of a session. */
const closeOf = (date: string): SessionView => {
  clocks.moveTo(nyseCalendar.sessionOf(civilDate(date))!.closeTime);
  return { ...view };
};

describe('the place of a bar in the calendar', () => {
  it('counts minutes from the open and to the close, in winter and in summer time', () => {
    expect(at('2024-01-17T15:00:00Z')).toMatchObject({ minute: 30, minutesToClose: 360, minutes: 390, inSession: 1, weekday: 3 });
    expect(at('2024-07-17T15:00:00Z')).toMatchObject({ minute: 90, minutesToClose: 300, minutes: 390, inSession: 1 });
  });

  it('stands at 0 before the open and at the whole length after the close, also after midnight UTC', () => {
    expect(at('2024-01-17T13:00:00Z')).toMatchObject({ minute: 0, minutesToClose: 390, inSession: 0 });
    expect(at('2024-01-17T21:00:00Z')).toMatchObject({ minute: 390, minutesToClose: 0, inSession: 1 });
    expect(at('2024-01-18T00:30:00Z')).toMatchObject({ minute: 390, minutesToClose: 0, inSession: 0, weekday: 3, dayOfMonth: 17 });
  });

  it('knows the half day after Thanksgiving', () => {
    expect(at('2023-11-24T18:00:00Z')).toMatchObject({
      earlyClose: 1,
      minutes: 210,
      minutesToClose: 0,
      inSession: 1,
      daysToNextSession: 3,
    });
    expect(closeOf('2023-11-22')).toMatchObject({ earlyClose: 0, daysToNextSession: 2 });
  });

  it('has no session on a weekend or a holiday', () => {
    for (const day of ['2024-01-20T15:00:00Z', '2024-01-15T15:00:00Z'])
      expect(at(day), day).toMatchObject({ minutes: 0, minute: 0, inSession: 0 });
  });

  it('counts the sessions to the third Friday, and in March, June, September and December says that futures expire too', () => {
    expect(closeOf('2024-01-12')).toMatchObject({ sessionsToExpiry: 4, quarterlyExpiry: 0 });
    expect(closeOf('2024-01-19')).toMatchObject({ sessionsToExpiry: 0, quarterlyExpiry: 0 });
    // From Monday the 22nd on to Friday, 16 February: 19 sessions without that day.
    expect(closeOf('2024-01-22')).toMatchObject({ sessionsToExpiry: 19 });
    expect(closeOf('2024-03-15')).toMatchObject({ sessionsToExpiry: 0, quarterlyExpiry: 1 });
  });

  it('moves the expiry to Thursday when the third Friday is Good Friday', () => {
    expect(closeOf('2019-04-18')).toMatchObject({ sessionsToExpiry: 0 });
    expect(closeOf('2019-04-17')).toMatchObject({ sessionsToExpiry: 1 });
  });

  it('counts the sessions of the month that are left', () => {
    expect(closeOf('2024-01-31')).toMatchObject({ sessionsToMonthEnd: 0, dayOfMonth: 31, month: 1 });
    expect(closeOf('2024-02-01')).toMatchObject({ sessionsToMonthEnd: 19, dayOfMonth: 1, month: 2 });
  });

  it('says the same whichever way it was moved there', () => {
    const instants = [
      '2024-01-17T15:00:00Z',
      '2023-11-24T18:00:00Z',
      '2024-07-03T16:00:00Z',
      '2023-12-29T20:59:00Z',
      '2024-01-02T14:31:00Z',
    ];
    const forwards = instants.map(at);
    expect([...instants].reverse().map(at).reverse()).toEqual(forwards);
  });

  it('follows the exchange that it is asked for: Toronto trades on the Fourth of July, New York does not', () => {
    const toronto = clocks.of('XTSE');
    expect(at('2024-07-04T15:00:00Z').minutes).toBe(0);
    expect(toronto.minutes).toBe(390);
  });

  it('asks for a calendar that there is, and a time that it knows', () => {
    expect(() => clocks.of('XMOON')).toThrow("'XMOON' has no calendar");
    expect(() => clocks.moveTo(nanosFromMillis(Date.UTC(1970, 0, 5)) as UnixNanos)).toThrow(RangeError);
  });
});
