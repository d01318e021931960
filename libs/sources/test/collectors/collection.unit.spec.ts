import { describe, expect, it } from 'vitest';

import type { PointInTimeRecord } from '@tradewind/market';
import { isoFromNanos, nanosFromMillis, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { COLLECTORS } from '../../src/collectors/collector-list.js';
import { type Collection, NOTHING_COLLECTED, takeIn } from '../../src/collectors/collection.js';
import { isDue, nextRunAfter, requestsOf } from '../../src/collectors/collector.js';
import { macro } from '../../src/collectors/macro.js';
import { earningsKnownAt, filingKnownAt, insiderKnownAt, RELEASE_RULES, statementKnownAt } from '../../src/collectors/known-at.js';
import { news } from '../../src/collectors/news.js';
import { recordOf, recordPages } from '../../src/collectors/record.js';

const at = (iso: string): UnixNanos => nanosFromMillis(Date.parse(iso));
const record = (date: string, knownAt: string, value: number): PointInTimeRecord =>
  recordOf({
    series: 'macro/UNRATE',
    symbol: undefined,
    eventDate: date,
    eventTime: at(`${date}T04:00:00Z`),
    knownAt: at(knownAt),
    value,
    text: '',
    source: 'test',
  });
const look = (memory: Collection, records: readonly PointInTimeRecord[], seen: string) => takeIn(memory, 'macro/', records, at(seen));
const told = (records: readonly PointInTimeRecord[]) => records.map(({ value, knownAt }) => [value, isoFromNanos(knownAt)]);

const MAY = record('2024-05-01', '2024-06-14T12:30:00Z', 4);
const JUNE = record('2024-06-01', '2024-07-12T12:30:00Z', 4.1);

describe('what a collector takes in', () => {
  it('believes the source of the first look, for it is history', () => {
    const { fresh } = look(NOTHING_COLLECTED, [JUNE, MAY], '2024-07-15T13:00:00Z');
    expect(told(fresh)).toEqual([
      [4, '2024-06-14T12:30:00.000Z'],
      [4.1, '2024-07-12T12:30:00.000Z'],
    ]);
  });
  it('tells nothing twice', () => {
    const first = look(NOTHING_COLLECTED, [MAY, JUNE], '2024-07-15T13:00:00Z');
    expect(look(first.collection, [MAY, JUNE], '2024-07-16T13:00:00Z').fresh).toEqual([]);
  });
  it('tells a revision as another record, known from when it was seen', () => {
    const first = look(NOTHING_COLLECTED, [MAY], '2024-07-15T13:00:00Z');
    const revised = { ...MAY, value: 3.9 };
    const second = look(first.collection, [revised], '2024-08-02T13:00:00Z');
    expect(told(second.fresh)).toEqual([[3.9, '2024-08-02T13:00:00.000Z']]);
    expect(second.fresh[0]!.id).toBe('macro/UNRATE/*/2024-05-01/2024-08-02T13:00:00.000Z');
    expect(look(second.collection, [revised], '2024-08-03T13:00:00Z').fresh).toEqual([]);
    expect(told(look(second.collection, [MAY], '2024-08-03T13:00:00Z').fresh)).toEqual([[4, '2024-08-03T13:00:00.000Z']]);
  });
  it('dates what should have been there at the last look from when it came', () => {
    const first = look(NOTHING_COLLECTED, [MAY], '2024-07-15T13:00:00Z');
    expect(told(look(first.collection, [MAY, JUNE], '2024-07-16T13:00:00Z').fresh)).toEqual([[4.1, '2024-07-16T13:00:00.000Z']]);
  });
  it('believes the source for what became known since the last look', () => {
    const first = look(NOTHING_COLLECTED, [MAY], '2024-07-12T12:00:00Z');
    expect(told(look(first.collection, [MAY, JUNE], '2024-07-12T13:00:00Z').fresh)).toEqual([[4.1, '2024-07-12T12:30:00.000Z']]);
  });
  it('keeps stories of one instant apart', () => {
    const story = (mark: string, text: string) =>
      recordOf({
        series: 'news/story',
        symbol: symbolOf('IBM'),
        eventTime: at('2024-07-01T12:00:00Z'),
        knownAt: at('2024-07-01T12:00:00Z'),
        value: Number.NaN,
        text,
        source: 'test',
        mark,
      });
    const { fresh, collection } = look(NOTHING_COLLECTED, [story('a', 'one'), story('b', 'two')], '2024-07-01T13:00:00Z');
    expect(new Set(fresh.map(({ id }) => id)).size).toBe(2);
    expect(look(collection, [story('b', 'two'), story('a', 'one')], '2024-07-01T14:00:00Z').fresh).toEqual([]);
  });
});

describe('pages of records', () => {
  it('hold what was known in the span and not later than now, by the time of knowing', () => {
    const records = [JUNE, MAY, record('2024-07-01', '2024-08-09T12:30:00Z', 4.3)];
    const span = { series: 'macro/', from: at('2024-06-14T12:30:00Z'), until: at('2024-12-01T00:00:00Z') };
    expect(recordPages(records, span, at('2024-08-01T00:00:00Z')).flat()).toEqual([MAY, JUNE]);
    expect(recordPages(records, { ...span, until: JUNE.knownAt }, at('2024-12-01T00:00:00Z')).flat()).toEqual([MAY]);
    expect(recordPages(records, { ...span, series: 'macro/UN' }, at('2024-12-01T00:00:00Z'))).toEqual([]);
  });
});

describe('the schedule of a collector', () => {
  it('runs at its times in New York, on business days when it says so', () => {
    expect(isoFromNanos(nextRunAfter(macro, at('2024-07-03T12:00:00Z')))).toBe('2024-07-03T13:00:00.000Z');
    expect(isoFromNanos(nextRunAfter(macro, at('2024-07-03T23:00:00Z')))).toBe('2024-07-05T13:00:00.000Z');
    expect(isoFromNanos(nextRunAfter(news, at('2024-07-04T01:00:00Z')))).toBe('2024-07-04T10:00:00.000Z');
  });
  it('is due when a time has passed since it ran, also after a rest of days', () => {
    const ran = at('2024-07-05T13:00:00Z');
    expect([
      isDue(macro, undefined, ran),
      isDue(macro, ran, ran),
      isDue(macro, ran, at('2024-07-05T22:45:00Z')),
      isDue(macro, ran, at('2024-07-09T01:00:00Z')),
    ]).toEqual([true, false, true, true]);
  });
  it('looks back from its last look, and the first time over its whole history', () => {
    const now = at('2024-07-05T13:00:00Z');
    const [first] = requestsOf(news, [symbolOf('IBM')], () => undefined, now);
    const [next] = requestsOf(news, [symbolOf('IBM')], () => at('2024-07-05T12:00:00Z'), now);
    expect([isoFromNanos(first!.from), isoFromNanos(next!.from)]).toEqual(['2024-06-05T13:00:00.000Z', '2024-07-03T12:00:00.000Z']);
    expect(requestsOf(macro, [symbolOf('IBM')], () => undefined, now)).toHaveLength(1);
  });
  it('is one file each, under its own name', () => {
    expect(new Set(COLLECTORS.map(({ name }) => name)).size).toBe(COLLECTORS.length);
    for (const { times } of COLLECTORS) expect(times.toSorted()).toEqual(times);
  });
});

describe('the time of knowing', () => {
  it.each([
    ['macro/DGS10', '2024-07-03', '2024-07-05T20:15:00.000Z'],
    ['macro/DFF', '2024-07-05', '2024-07-08T20:15:00.000Z'],
    ['macro/CPI', '2024-11-01', '2024-12-16T13:30:00.000Z'],
    ['macro/CPI', '2013-09-01', '2013-10-30T12:30:00.000Z'],
    ['macro/UNRATE', '2024-05-01', '2024-06-14T12:30:00.000Z'],
    ['macro/UNRATE', '2024-12-01', '2025-01-10T13:30:00.000Z'],
    ['macro/DCOILWTICO', '2024-07-01', '2024-07-03T17:00:00.000Z'],
    ['macro/DCOILWTICO', '2024-07-02', '2024-07-10T17:00:00.000Z'],
    ['macro/VIX3M', '2024-07-02', '2024-07-02T20:30:00.000Z'],
  ])('of %s for %s is %s', (series, date, known) => {
    expect(isoFromNanos(RELEASE_RULES[series]!(date))).toBe(known);
  });
  it('of filings, reports and insiders is never before they are out', () => {
    expect(isoFromNanos(earningsKnownAt('2024-07-24', 'pre-market'))).toBe('2024-07-24T13:30:00.000Z');
    expect(isoFromNanos(statementKnownAt('2024-06-30', undefined))).toBe('2024-08-29T04:00:00.000Z');
    expect(isoFromNanos(filingKnownAt('2024-04-03'))).toBe('2024-04-04T04:00:00.000Z');
    // Friday's trade is filed by Tuesday night; a holiday between makes it a day more.
    expect(isoFromNanos(insiderKnownAt('2024-06-07'))).toBe('2024-06-12T02:00:00.000Z');
    expect(isoFromNanos(insiderKnownAt('2024-07-03'))).toBe('2024-07-09T02:00:00.000Z');
  });
});
