import { price, quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  checkRow,
  civilDate,
  type DailyRow,
  type Finding,
  NOTHING_SEEN,
  nyseCalendar,
  QUALITY_SCORE_MIN,
  qualityScore,
  rememberRow,
  type SeenRows,
} from '../src/index.js';

const row = (date: string, changes: Partial<Record<'open' | 'high' | 'low' | 'close' | 'volume', string>> = {}): DailyRow => ({
  line: 2,
  date: civilDate(date),
  open: price(changes.open ?? '100'),
  high: price(changes.high ?? '102'),
  low: price(changes.low ?? '99'),
  close: price(changes.close ?? '101'),
  volume: quantity(changes.volume ?? '1000'),
});
const around = (close: number): Partial<Record<'open' | 'high' | 'low' | 'close', string>> => ({
  open: close.toFixed(2),
  high: (close + 1).toFixed(2),
  low: (close - 1).toFixed(2),
  close: close.toFixed(2),
});
const codes = (findings: readonly Finding[]): readonly string[] => findings.map((finding) => finding.code);
const check = (candidate: DailyRow, seen: SeenRows = NOTHING_SEEN): readonly string[] => codes(checkRow(candidate, seen, nyseCalendar));
const feed = (rows: readonly DailyRow[], start: SeenRows = NOTHING_SEEN): SeenRows =>
  rows.reduce((seen, entry) => rememberRow(seen, entry, checkRow(entry, seen, nyseCalendar)), start);

const sessions = nyseCalendar.sessionsBetween(civilDate('2009-12-31'), civilDate('2012-01-01'));
/** Alternates by half a percent, so that the standard deviation of the returns is about half a percent. */
const calm = (count: number, offset = 0): readonly DailyRow[] =>
  sessions
    .slice(offset, offset + count)
    .map((date, index) => row(date, { ...around(100 + (index % 2) / 2), volume: String(1_000 + index) }));

describe('a row is dropped', () => {
  it.each([
    [{ open: '0' }, 'BAR_PRICE_NOT_POSITIVE'],
    [{ low: '-1' }, 'BAR_PRICE_NOT_POSITIVE'],
    [{ volume: '-5' }, 'BAR_VOLUME_NEGATIVE'],
    [{ high: '98' }, 'BAR_HIGH_BELOW_LOW'],
    [{ close: '103' }, 'BAR_CLOSE_OUTSIDE_RANGE'],
    [{ close: '98' }, 'BAR_CLOSE_OUTSIDE_RANGE'],
    [{ open: '98.99' }, 'BAR_OPEN_OUTSIDE_RANGE'],
  ])('when its values are %j: %s', (changes, code) => {
    const findings = checkRow(row('2010-01-04', changes), NOTHING_SEEN, nyseCalendar);
    expect(codes(findings)).toEqual([code]);
    expect(findings[0]?.dropped).toBe(true);
  });

  it('on a day that is no session', () => expect(check(row('2010-01-02'))).toEqual(['BAR_NOT_A_SESSION']));

  it('when its date came before: duplicate or out of order', () => {
    const seen = feed([row('2010-01-04'), row('2010-01-05', { close: '100.5' })]);
    expect(check(row('2010-01-05'), seen)).toEqual(['BAR_DUPLICATE']);
    expect(check(row('2010-01-04'), seen)).toEqual(['BAR_OUT_OF_ORDER']);
  });

  it('when the price jumps as a slipped decimal does, and the series goes on', () => {
    const seen = feed(calm(80));
    const slipped = row(sessions[80]!, around(1_000));
    expect(check(slipped, seen)).toEqual(['BAR_PRICE_JUMP']);
    const after = rememberRow(seen, slipped, checkRow(slipped, seen, nyseCalendar));
    expect(check(row(sessions[81]!, around(100)), after)).toEqual(['BAR_GAP']);
  });

  it('only once when the next row confirms the new level', () => {
    const before = feed(calm(80));
    const moved = row(sessions[80]!, around(50));
    const after = rememberRow(before, moved, checkRow(moved, before, nyseCalendar));
    expect(check(row(sessions[81]!, around(51)), after)).toEqual(['BAR_GAP', 'BAR_LEVEL_CHANGED']);
  });
});

describe('a row goes on with a warning', () => {
  it('after missing sessions, each of which costs as much as a dropped row', () => {
    const [gap] = checkRow(row('2010-01-08', { close: '100.5' }), feed([row('2010-01-04')]), nyseCalendar);
    expect(gap).toMatchObject({ code: 'BAR_GAP', dropped: false, penalty: 3, rule: '3 sessions are missing, 2010-01-05 to 2010-01-07' });
  });

  it('is not warned of weekends and holidays', () => {
    expect(check(row('2012-10-31', { close: '100.5' }), feed([row('2012-10-26')]))).toEqual([]);
  });

  it('when it moves by more than eight standard deviations', () => {
    expect(check(row(sessions[80]!, around(107)), feed(calm(80)))).toEqual(['BAR_SPIKE']);
    expect(check(row(sessions[80]!, around(102)), feed(calm(80)))).toEqual([]);
  });

  it('when it repeats the row before, has no range, or no volume', () => {
    expect(check(row('2010-01-05'), feed([row('2010-01-04')]))).toEqual(['BAR_REPEATED']);
    expect(check(row('2010-01-04', { open: '100', high: '100', low: '100', close: '100' }))).toEqual(['BAR_FLAT']);
    expect(check(row('2010-01-04', { volume: '0' }))).toEqual(['BAR_VOLUME_ZERO']);
  });

  it('once a streak when opens repeat the closes before, at no cost', () => {
    const copied = sessions.slice(0, 30).map((date, index) => row(date, { open: '100', close: '100', volume: String(1 + index) }));
    const found = copied.map((entry, index) => check(entry, feed(copied.slice(0, index))).length);
    expect(found.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(qualityScore(feed(copied))).toBe(1);
  });
});

describe('the quality score', () => {
  it('is 1 for a clean series', () => expect(qualityScore(feed(calm(300)))).toBe(1));

  it('falls below the trading limit when more than one row in twenty is bad, and recovers after 250 good ones', () => {
    const bad = sessions.slice(100, 106).map((date) => row(date, { high: '1' }));
    const low = feed(bad, feed(calm(100)));
    expect(qualityScore(low)).toBeLessThan(QUALITY_SCORE_MIN);
    expect(qualityScore(feed(calm(260, 106), low))).toBe(1);
  });

  it('does not condemn a series for one bad row among its first', () => {
    expect(qualityScore(feed([row('2010-01-04', { high: '1' })]))).toBeGreaterThan(QUALITY_SCORE_MIN);
  });
});
