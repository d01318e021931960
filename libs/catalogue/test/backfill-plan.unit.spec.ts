import { nyseCalendar } from '@tradewind/market';
import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { backfillChunks, type BackfillRequest, isFinal, planBackfill } from '../src/index.js';

const at = (iso: string) => nanosFromMillis(Date.parse(iso));
const [SPY, AIG] = ['SPY', 'AIG'].map(symbolOf);
const request: BackfillRequest = {
  symbols: [SPY!, AIG!],
  kinds: ['bars'],
  interval: '1d',
  series: [],
  from: at('2003-03-01'),
  until: at('2005-02-01'),
};
const never = { now: at('2030-01-01'), done: new Set<string>(), isCovered: () => false };

describe('a backfill', () => {
  it('asks for days by the year, minutes by the month, seconds and ticks by the day, all symbols of a period together', () => {
    expect(backfillChunks(request).map(({ id }) => id)).toEqual([
      'bars/SPY/1d/2003-03-01..2004-01-01',
      'bars/AIG/1d/2003-03-01..2004-01-01',
      'bars/SPY/1d/2004-01-01..2005-01-01',
      'bars/AIG/1d/2004-01-01..2005-01-01',
      'bars/SPY/1d/2005-01-01..2005-02-01',
      'bars/AIG/1d/2005-01-01..2005-02-01',
    ]);
    const count = (change: Partial<BackfillRequest>) => backfillChunks({ ...request, symbols: [SPY!], ...change }).length;
    expect(count({ interval: '5m' })).toBe(23);
    expect(count({ interval: '1s', until: at('2003-03-11') })).toBe(10);
    expect(count({ interval: 'dollar-1000000', until: at('2003-03-11') })).toBe(10);
    expect(backfillChunks({ ...request, kinds: ['quotes', 'trades'], until: at('2003-03-02') }).map(({ id }) => id)).toEqual([
      'ticks/SPY/trades+quotes/2003-03-01..2003-03-02',
      'ticks/AIG/trades+quotes/2003-03-01..2003-03-02',
    ]);
    expect(backfillChunks({ ...request, symbols: [], kinds: ['records'], series: ['macro/DGS10'] })).toHaveLength(3);
  });

  it('leaves out what was stored, what the catalogue covers, days without a session and the future', () => {
    const week = { ...request, symbols: [AIG!], kinds: ['trades'] as const, from: at('2013-10-04'), until: at('2013-10-10') };
    const [friday] = backfillChunks(week);
    const plan = planBackfill(week, nyseCalendar, {
      now: at('2013-10-09T12:00:00Z'),
      done: new Set([friday!.id]),
      isCovered: ({ id }) => id.includes('2013-10-07'),
    });
    // Trading after Friday's session ends on UTC's Saturday.
    expect(plan.todo.map(({ id }) => id.slice(-22, -12))).toEqual(['2013-10-05', '2013-10-08', '2013-10-09']);
    expect(plan.skipped).toEqual({ done: 1, covered: 1, closed: 1, future: 0 });
    expect(plan.todo.map((chunk) => isFinal(chunk, at('2013-10-09T12:00:00Z')))).toEqual([true, true, false]);
    expect(planBackfill(week, nyseCalendar, { ...never, now: at('2013-10-05') }).skipped.future).toBe(5);
  });

  it('asks for every day of what never closes', () => {
    const week = { ...request, symbols: [AIG!], kinds: ['book'] as const, from: at('2013-10-04'), until: at('2013-10-11') };
    expect(planBackfill(week, undefined, never).todo).toHaveLength(7);
  });

  it('asks for records whatever the calendar says', () => {
    const weekend = { ...request, kinds: ['records'] as const, series: ['news/'], from: at('2013-10-05'), until: at('2013-10-06') };
    expect(planBackfill(weekend, nyseCalendar, never).todo).toHaveLength(2);
  });
});
