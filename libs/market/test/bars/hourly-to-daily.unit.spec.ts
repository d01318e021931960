import { realData } from '@tradewind/testkit';
import { type Price, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  type Bar,
  barBuilder,
  barInterval,
  type CivilDate,
  civilDate,
  nyseCalendar,
  tradingHours,
  type TradingHoursKind,
} from '../../src/index.js';
import { PRICE_UNITS, QUANTITY_UNITS, zippedLines } from './lean-files.js';
import { barPlan } from './market-ticks.js';

const hourly = realData('lean/equity/usa/hour/spy.zip');
const daily = realData('lean/equity/usa/daily/spy.zip');
const HOUR_NANOS = 3_600_000_000_000n;

const dateOf = (line: string): CivilDate => civilDate(`${line.slice(0, 4)}-${line.slice(4, 6)}-${line.slice(6, 8)}`);

/** An hour is stamped with its begin on the exchange's clock; the session cuts the first to 09:30. */
const hourBar = (line: string): Bar => {
  const session = nyseCalendar.sessionOf(dateOf(line));
  if (session === undefined) throw new Error(`${line} is not of a session`);
  const begin = (nyseCalendar.midnightOf(session.date) + BigInt(line.slice(9, 11)) * HOUR_NANOS) as UnixNanos;
  const [open, high, low, close, volume] = line.split(',').slice(1).map(BigInt);
  return {
    id: `hour/${line.slice(0, 14)}`,
    symbol: symbolOf('SPY'),
    interval: barInterval('1h'),
    openTime: begin < session.openTime ? session.openTime : begin,
    closeTime: (begin + HOUR_NANOS) as UnixNanos,
    open: (open! * PRICE_UNITS) as Price,
    high: (high! * PRICE_UNITS) as Price,
    low: (low! * PRICE_UNITS) as Price,
    close: (close! * PRICE_UNITS) as Price,
    volume: (volume! * QUANTITY_UNITS) as Quantity,
    source: 'lean/hour',
    warmUp: false,
  };
};

/** Dates of the days built, and of those that are not the vendor's to the last digit. */
const compare = (kind: TradingHoursKind): { readonly days: number; readonly different: readonly CivilDate[]; readonly outside: number } => {
  const builder = barBuilder(barPlan('1d', { hours: tradingHours(nyseCalendar, kind) }));
  const built: Bar[] = [];
  let outside = 0;
  for (const line of zippedLines(hourly.path)) {
    const bar = hourBar(line);
    built.push(...builder.advanceTo(bar.openTime));
    const outcome = builder.addBar(bar);
    if (outcome === 'OUTSIDE_HOURS') outside += 1;
    else expect(outcome).toBe('TAKEN');
  }
  built.push(...builder.advanceTo((built.at(-1)!.closeTime + 100n * 24n * HOUR_NANOS) as UnixNanos));
  const expected = new Map(zippedLines(daily.path).map((line) => [dateOf(line), line.split(',').slice(1).map(BigInt)]));
  const different = built.filter((bar) => {
    const values = [
      bar.open / PRICE_UNITS,
      bar.high / PRICE_UNITS,
      bar.low / PRICE_UNITS,
      bar.close / PRICE_UNITS,
      bar.volume / QUANTITY_UNITS,
    ];
    return values.some((value, field) => value !== expected.get(civilDate(bar.id.slice(-10)))?.[field]);
  });
  return { days: built.length, different: different.map((bar) => civilDate(bar.id.slice(-10))), outside };
};

describe.skipIf(hourly.absent || daily.absent)(`hours of SPY${hourly.note}`, () => {
  it('make its days, exactly, on all of them', () => {
    expect(compare('EXTENDED')).toEqual({ days: 5_849, different: [], outside: 0 });
  });

  it('make the same days out of regular hours alone, but for early closes, after which the vendor went on counting until 2008', () => {
    const { days, different, outside } = compare('REGULAR');
    expect(days).toBe(5_849);
    expect(outside).toBe(47);
    expect(different.filter((date) => nyseCalendar.sessionOf(date)?.earlyClose !== true || date > '2008-12-31')).toEqual([]);
  });
});
