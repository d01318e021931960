import { realData } from '@tradewind/testkit';
import { type Price, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { type Bar, barBuilder, barInterval, civilDate, nyseCalendar, tradingHours } from '../../src/index.js';
import { PRICE_UNITS, QUANTITY_UNITS, zippedLines } from './lean-files.js';
import { barPlan } from './market-ticks.js';

const equities = realData('lean/equity/usa');
const MILLI = 1_000_000n;
const SECOND = 1_000n * MILLI;
const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

const valuesOf = (bar: Bar): readonly bigint[] => FIELDS.map((field) => bar[field] / (field === 'volume' ? QUANTITY_UNITS : PRICE_UNITS));

interface Comparison {
  readonly minutes: number;
  readonly differentPrices: readonly string[];
  readonly missingVolume: bigint;
}

const compare = (symbol: string, date: string): Comparison => {
  const file = `${symbol}/${date.replaceAll('-', '')}_trade.zip`;
  const midnight = nyseCalendar.midnightOf(civilDate(date));
  const builder = barBuilder(barPlan('1m', { hours: tradingHours(nyseCalendar, 'EXTENDED') }));
  for (const line of zippedLines(`${equities.path}/second/${file}`)) {
    const [millis, open, high, low, close, volume] = line.split(',').map(BigInt);
    const openTime = (midnight + millis! * MILLI) as UnixNanos;
    const outcome = builder.addBar({
      id: `${date}/${millis}`,
      symbol: symbolOf(symbol.toUpperCase()),
      interval: barInterval('1s'),
      openTime,
      closeTime: (openTime + SECOND) as UnixNanos,
      open: (open! * PRICE_UNITS) as Price,
      high: (high! * PRICE_UNITS) as Price,
      low: (low! * PRICE_UNITS) as Price,
      close: (close! * PRICE_UNITS) as Price,
      volume: (volume! * QUANTITY_UNITS) as Quantity,
      source: 'lean/second',
      warmUp: false,
    });
    expect(outcome).toBe('TAKEN');
  }
  const built = new Map(
    builder.advanceTo((midnight + 86_400n * SECOND) as UnixNanos).map((bar) => [(bar.openTime - midnight) / MILLI, valuesOf(bar)]),
  );
  const expected = zippedLines(`${equities.path}/minute/${file}`).map((line) => line.split(',').map(BigInt));
  const prices = (values: readonly bigint[] | undefined): string => values?.slice(0, 4).join() ?? 'no bar';
  const volume = (all: readonly (readonly bigint[])[]): bigint => all.reduce((sum, values) => sum + values[4]!, 0n);
  return {
    minutes: built.size,
    differentPrices: expected
      .filter(([millis, ...values]) => prices(built.get(millis!)) !== prices(values))
      .map(([millis, ...values]) => `${millis! / 60_000n}: ${prices(built.get(millis!))} not ${prices(values)}`),
    missingVolume: volume(expected.map(([, ...values]) => values)) - volume([...built.values()]),
  };
};

describe.skipIf(equities.absent)(`seconds into minutes${equities.note}`, () => {
  it.each([
    ['spy', '2013-10-07', 828],
    ['spy', '2013-10-08', 828],
  ])('are those of %s on %s: all %i to the last price, and to the last share of the day', (symbol, date, minutes) => {
    // A second without a price lends its volume to the one before, at times over the end of a minute: so volumes are those of the day.
    expect(compare(symbol, date)).toEqual({ minutes, differentPrices: [], missingVolume: 0n });
  });

  it.each([
    ['2013-10-07', 433, 253_146n, ['959: 487800,487800,487200,487200 not 487800,487800,487200,487300']],
    [
      '2013-10-08',
      429,
      312_686n,
      [
        '570: 488200,488900,488200,488400 not 488000,488900,488000,488400',
        '959: 477900,478000,476800,477200 not 477900,478000,476800,477000',
      ],
    ],
  ] as const)(
    "are those of AIG on %s but for the auctions, which the vendor's minutes have and its seconds don't",
    (date, minutes, missingVolume, differentPrices) => {
      expect(compare('aig', date)).toEqual({ minutes, differentPrices, missingVolume });
    },
  );
});
