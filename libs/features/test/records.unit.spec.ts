import type { PointInTimeRecord } from '@tradewind/market';
import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import * as external from '../src/external/record-features.js';
import { TickFeed } from './tick-series.js';

const DAY = 86_400;
const symbol = symbolOf('TEST');

/** Times in days since 1970. */
const record = (series: string, eventDay: number, knownDay: number, value: number, text = ''): PointInTimeRecord => ({
  id: `${series}/TEST/${eventDay}/${knownDay}`,
  series,
  symbol,
  eventTime: BigInt(Math.round(eventDay * DAY * 1e9)) as UnixNanos,
  knownAt: BigInt(Math.round(knownDay * DAY * 1e9)) as UnixNanos,
  value,
  text,
  source: 'test',
});

/** Bars at the end of each day, with the records that became known since the bar before. */
const run = (
  definitions: ConstructorParameters<typeof TickFeed>[0],
  records: readonly PointInTimeRecord[],
  days: readonly number[],
  close = 100,
) => {
  const feed = new TickFeed(definitions);
  const ordered = [...records].sort((left, right) => Number(left.knownAt - right.knownAt));
  let next = 0;
  return days.map((day) => {
    for (; next < ordered.length && Number(ordered[next]!.knownAt) <= day * DAY * 1e9; next += 1) feed.features.takeRecord(ordered[next]!);
    return feed.bar(day * DAY, close);
  });
};

describe('a series of records', () => {
  const definitions = [external.recordValue('macro/CPI'), external.recordAge('macro/CPI'), external.recordKnownAge('macro/CPI')];
  const [value, age, knownAge] = ['record_macro_CPI', 'record_age_macro_CPI', 'record_known_age_macro_CPI'] as const;

  it('has the value of its latest event, from when it is known, and takes revisions in', () => {
    const records = [
      record('macro/CPI', 31, 45, 300),
      record('macro/CPI', 59, 75, 303),
      // January once more: its revision does not hide February.
      record('macro/CPI', 31, 76, 301),
      record('macro/CPI', 59, 80, 304),
    ];
    const rows = run(definitions, records, [44, 45, 74, 75, 76, 80, 90]);
    expect(rows.map((row) => row[value])).toEqual([Number.NaN, 300, 300, 303, 303, 304, 304]);
    expect(rows.map((row) => row[age])).toEqual([Number.NaN, 14, 43, 16, 17, 21, 31]);
    expect(rows.map((row) => row[knownAge])).toEqual([Number.NaN, 0, 29, 0, 0, 0, 10]);
  });

  it('lets text without a number pass by', () => {
    const rows = run(definitions, [record('macro/CPI', 31, 45, 300), record('macro/CPI', 59, 50, Number.NaN, 'delayed')], [60]);
    expect(rows[0]![value]).toBe(300);
  });

  it('changes against the event of so many days before the latest, as it is known now', () => {
    const change = [external.recordChange('macro/DGS10', 7), external.recordGrowth('macro/DGS10', 7)];
    const daily = Array.from({ length: 30 }, (_value, day) => record('macro/DGS10', day, day + 1, 4 + day / 100));
    const rows = run(change, [...daily, record('macro/DGS10', 20, 28.5, 5)], [7, 8, 28, 28.6]);
    expect(rows[0]!['record_change_macro_DGS10_7']).toBeNaN();
    expect(rows[1]!['record_change_macro_DGS10_7']).toBeCloseTo(0.07, 12);
    expect(rows[2]!['record_growth_macro_DGS10_7']).toBeCloseTo(4.27 / 4.2 - 1, 12);
    // Day 20 has been revised to 5 since.
    expect(rows[3]!['record_change_macro_DGS10_7']).toBeCloseTo(4.27 - 5, 12);
  });
});

describe('point in time', () => {
  const definitions = [
    external.recordValue('s'),
    external.recordAge('s'),
    external.recordChange('s', 5),
    external.sentiment('s', 2),
    external.newsIntensity('s', 2),
    external.eventAhead('s', 30),
    external.eventSince('s', 30),
    external.priceToEarnings('s'),
    external.earningsGrowth('s'),
  ];
  const arbitrary = fc.array(
    fc.record({ event: fc.integer({ min: 0, max: 40 }), delay: fc.integer({ min: -10, max: 20 }), value: fc.integer({ min: -3, max: 9 }) }),
    { maxLength: 60 },
  );
  const recordsOf = (entries: readonly { event: number; delay: number; value: number }[]) =>
    // Two records of one event and one knowledge time would not have an order.
    [
      ...new Map(
        entries.map(({ event, delay, value }) => [`${event}/${event + delay}`, record('s', event, Math.max(0, event + delay), value)]),
      ).values(),
    ];
  const days = Array.from({ length: 60 }, (_value, day) => day + 0.5);

  it('no value can be seen before it is known: records that are known later never change anything', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 0, max: 59 }), (entries, cut) => {
        const records = recordsOf(entries);
        const until = days.slice(0, cut + 1);
        const known = records.filter(({ knownAt }) => Number(knownAt) <= until.at(-1)! * DAY * 1e9);
        expect(run(definitions, records, days).slice(0, cut + 1)).toEqual(run(definitions, known, until));
      }),
      { seed: 20_000_103, numRuns: 150 },
    );
  });

  it('equals a look at all records known by then: the latest event, its last revision', () => {
    fc.assert(
      fc.property(arbitrary, (entries) => {
        const records = recordsOf(entries);
        const rows = run([external.recordValue('s')], records, days);
        for (const [index, day] of days.entries()) {
          const known = records.filter(({ knownAt }) => Number(knownAt) <= day * DAY * 1e9);
          const event = known.reduce((most, { eventTime }) => (eventTime > most ? eventTime : most), -1n);
          const about = known.filter(({ eventTime }) => eventTime === event).sort((left, right) => Number(left.knownAt - right.knownAt));
          // `run` sorts by knowledge alone, so revisions of one instant keep the order of the list.
          expect(rows[index]!['record_s']).toBe(about.at(-1)?.value ?? Number.NaN);
        }
      }),
      { seed: 20_000_103, numRuns: 150 },
    );
  });

  it('goes on to the bit after a save and a restore', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 58 }), (entries, cut) => {
        const ordered = recordsOf(entries).sort((left, right) => Number(left.knownAt - right.knownAt));
        const feed = (features: TickFeed, from: number, to: number) => {
          for (const entry of ordered) {
            const day = Number(entry.knownAt) / (DAY * 1e9);
            if (day > from && day <= to) features.features.takeRecord(entry);
          }
          return features.bar(to * DAY);
        };
        const first = new TickFeed(definitions);
        feed(first, -1, cut + 0.5);
        const second = new TickFeed(definitions);
        second.features.restore(first.features.save());
        expect(feed(second, cut + 0.5, 60)).toEqual(feed(first, cut + 0.5, 60));
      }),
      { seed: 20_000_103, numRuns: 60 },
    );
  });
});

describe('rates and volatility', () => {
  it('has slope, credit spread and term structure of what is known of each series', () => {
    const definitions = [
      external.yieldSlope('macro/DGS10', 'macro/DGS2'),
      external.creditSpread('macro/DBAA', 'macro/DGS10'),
      external.volatilityTerm('macro/VIX3M', 'macro/VIX'),
    ];
    const records = [
      record('macro/DGS10', 1, 2, 4.2),
      record('macro/DGS2', 1, 2, 4.7),
      record('macro/DBAA', 1, 2, 6),
      record('macro/VIX', 1, 1, 25),
      record('macro/VIX3M', 1, 1, 22),
      record('macro/DGS10', 2, 5, 4.3),
    ];
    const [before, then, later] = run(definitions, records, [1, 2, 5]);
    expect(before!['yield_slope_macro_DGS10_macro_DGS2']).toBeNaN();
    expect(before!['volatility_term_macro_VIX3M_macro_VIX']).toBeCloseTo(22 / 25 - 1, 12);
    expect(then!['yield_slope_macro_DGS10_macro_DGS2']).toBeCloseTo(-0.5, 12);
    expect(then!['credit_spread_macro_DBAA_macro_DGS10']).toBeCloseTo(1.8, 12);
    expect(later!['yield_slope_macro_DGS10_macro_DGS2']).toBeCloseTo(-0.4, 12);
  });
});

describe('fundamentals', () => {
  const quarterEnds = [89, 180, 272, 364, 454];
  const eps = [1, 1.1, 1.2, 1.5, 1.25];
  const income = [10, 11, 12, 15, 12];
  const definitions = [
    external.priceToEarnings('eps'),
    external.earningsYield('eps'),
    external.earningsGrowth('eps'),
    external.returnOnEquity('income', 'equity'),
    external.leverage('debt', 'equity'),
  ];
  const reports = quarterEnds.flatMap((end, quarter) => [
    record('eps', end, end + 30, eps[quarter]!),
    record('income', end, end + 30, income[quarter]!),
    record('equity', end, end + 30, 200 + quarter),
    record('debt', end, end + 30, 100),
  ]);

  it('are of four quarters that follow each other, from when they are reported (hand-computed)', () => {
    const [three, four, five] = run(definitions, reports, [393, 394, 484], 96);
    expect(three!['pe_ratio']).toBeNaN();
    expect(three!['leverage']).toBeCloseTo(100 / 202, 12);
    expect(four!['pe_ratio']).toBeCloseTo(96 / 4.8, 12);
    expect(four!['earnings_yield']).toBeCloseTo(4.8 / 96, 12);
    expect(four!['roe']).toBeCloseTo(48 / 203, 12);
    expect(four!['eps_growth']).toBeNaN();
    expect(five!['eps_growth']).toBeCloseTo(0.25, 12);
    expect(five!['pe_ratio']).toBeCloseTo(96 / 5.05, 12);
  });

  it('are unknown when a quarter is missing, and there is no price of a loss', () => {
    const gap = reports.filter(({ eventTime }) => Number(eventTime) / 1e9 / DAY !== 272);
    expect(run(definitions, gap, [500])[0]!['pe_ratio']).toBeNaN();
    const loss = [...reports, record('eps', 454, 490, -9)];
    const row = run(definitions, loss, [500])[0]!;
    expect(row['pe_ratio']).toBeNaN();
    expect(row['earnings_yield']).toBeCloseTo((1.1 + 1.2 + 1.5 - 9) / 100, 12);
  });
});

describe('sentiment', () => {
  it('halves the weight of a score every half-life (hand-computed)', () => {
    const [none, first, both] = run(
      [external.sentiment('news/sentiment', 2), external.newsIntensity('news/sentiment', 2)],
      [record('news/sentiment', 10, 10, 0.8), record('news/sentiment', 14, 14, -0.4)],
      [9, 12, 16],
    );
    expect(none!['sentiment_news_sentiment_2']).toBe(0);
    expect(first!['sentiment_news_sentiment_2']).toBeCloseTo(0.8, 12);
    expect(first!['news_intensity_news_sentiment_2']).toBeCloseTo(0.5, 12);
    // Six days and two: an eighth of the first, half of the second.
    expect(both!['sentiment_news_sentiment_2']).toBeCloseTo((0.8 / 8 - 0.4 / 2) / (1 / 8 + 1 / 2), 12);
  });
});

describe('announced events', () => {
  const definitions = [external.eventAhead('event/earnings', 60), external.eventSince('event/earnings', 60)];
  const [ahead, since] = ['event_ahead_event_earnings_60', 'event_since_event_earnings_60'] as const;

  it('count down from when they are known and up after they were, and can be called off', () => {
    const records = [record('event/earnings', 20, 5, 1), record('event/earnings', 30, 6, 1), record('event/earnings', 30, 25, 0)];
    const rows = run(definitions, records, [4, 5, 19.5, 21, 25]);
    expect(rows.map((row) => row[ahead])).toEqual([60, 15, 0.5, 9, 60]);
    expect(rows.map((row) => row[since])).toEqual([60, 60, 60, 1, 5]);
  });

  it('keep the nearest when there are too many', () => {
    const records = Array.from({ length: 100 }, (_value, index) => record('event/earnings', 200 - index, 1, 1));
    expect(run([external.eventAhead('event/earnings', 365)], records, [100])[0]!['event_ahead_event_earnings_365']).toBe(1);
  });
});
