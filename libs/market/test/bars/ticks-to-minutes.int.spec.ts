import { realData } from '@tradewind/testkit';
import { type Price, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  ALGOSEEK_SALES,
  type Bar,
  barBuilder,
  barInterval,
  CHUNK_PRICES_MAX,
  civilDate,
  nyseCalendar,
  SALE_USE,
  type SaleRules,
  stepAssembler,
  type Trade,
  tradingHours,
} from '../../src/index.js';
import { PRICE_UNITS, QUANTITY_UNITS, zippedLines } from './lean-files.js';
import { barPlan } from './market-ticks.js';

const equities = realData('lean/equity/usa');
/** Symbol, day and the code of its primary exchange. */
const DAYS = [
  ['aig', '2013-10-07', 'N'],
  ['bac', '2013-10-07', 'N'],
  ['bac', '2013-10-08', 'N'],
  ['ibm', '2013-10-07', 'N'],
  ['ibm', '2013-10-08', 'N'],
  ['spy', '2013-10-07', 'P'],
  ['spy', '2013-10-08', 'P'],
] as const;
const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
const NANOS_PER_MILLI = 1_000_000n;
const MINUTE = 60_000;

/** AlgoSeek's bits of a trade that its own minute bars treat in ways of their own. */
const SWEEP = 0x20;
const OPENING_PRINT = 0x40;
const CLOSING_PRINT = 0x80;
const SUMMARY = 0x1000000 | 0x4000000;
const DERIVED = 0x200 | 0x100000;
const EXTENDED = 0x2000;
const EXEMPT = 0x20000000;
const flagsOf = (trade: Trade): number => Number.parseInt(trade.conditions[0]!, 16);

interface Day {
  readonly primary: string;
  readonly open: UnixNanos;
  readonly close: UnixNanos;
  readonly midnight: UnixNanos;
}

const dayOf = (date: string, primary: string): Day => {
  const session = nyseCalendar.sessionOf(civilDate(date))!;
  return { primary, open: session.openTime, close: session.closeTime, midnight: nyseCalendar.midnightOf(session.date) };
};

/**
 * How AlgoSeek makes its minutes, found out from them: unlike the consolidated tape it keeps intermarket sweeps, derivatively priced and
 * average price sales out of the prices of regular hours, though not out of the volume, lets every sale of extended hours make prices, and
 * knows the opening print of the primary exchange alone.
 */
const vendorSales = ({ primary, open, close }: Day): SaleRules => ({
  name: "AlgoSeek's minutes",
  isClosingPrint: () => false,
  useOf(trade) {
    const flags = flagsOf(trade);
    if ((flags & SUMMARY) !== 0) return 0;
    if ((flags & OPENING_PRINT) !== 0 && (trade.venue !== primary || trade.at > open)) return 0;
    if ((flags & CLOSING_PRINT) !== 0 && trade.venue !== primary) return 0;
    const all = SALE_USE.VOLUME | SALE_USE.HIGH_LOW | SALE_USE.LAST;
    if ((flags & EXTENDED) !== 0 || trade.at < open || trade.at >= close) return all;
    if ((flags & DERIVED) !== 0 && (flags & EXEMPT) !== 0) return SALE_USE.VOLUME;
    return (flags & SWEEP) === 0 ? all : SALE_USE.VOLUME;
  },
});

/** The vendor books the closing auction, printed seconds after the close, in the last minute, and an opening auction of the first at its begin. */
const bookedAt = (at: UnixNanos, flags: number, venue: string, { primary, open, close }: Day): UnixNanos => {
  if ((flags & CLOSING_PRINT) !== 0 && venue === primary && at >= close) return (close - 1n) as UnixNanos;
  if ((flags & OPENING_PRINT) !== 0 && venue === primary && at < open + 60_000_000_000n) return open;
  return at;
};

const tradesOf = (symbol: string, date: string, day: Day, asVendor: boolean): readonly Trade[] =>
  zippedLines(`${equities.path}/tick/${symbol}/${date.replaceAll('-', '')}_trade.zip`).map((line, index): Trade => {
    const [millis, unitPrice, amount, venue, flags] = line.split(',');
    const at = (day.midnight + BigInt(millis!.split('.')[0]!) * NANOS_PER_MILLI) as UnixNanos;
    const booked = asVendor ? bookedAt(at, Number.parseInt(flags!, 16), venue!, day) : at;
    return {
      kind: 'trade',
      symbol: symbolOf(symbol.toUpperCase()),
      at: booked,
      sequence: asVendor && booked === day.open ? 0 : index + 1,
      price: (BigInt(unitPrice!) * PRICE_UNITS) as Price,
      quantity: (BigInt(amount!) * QUANTITY_UNITS) as Quantity,
      aggressor: 'UNKNOWN',
      conditions: [flags!],
      venue: venue!,
    };
  });

const minutesOf = (symbol: string, date: string): ReadonlyMap<number, readonly bigint[]> =>
  new Map(
    zippedLines(`${equities.path}/minute/${symbol}/${date.replaceAll('-', '')}_trade.zip`).map((line) => {
      const [millis, ...values] = line.split(',');
      return [Number(millis), values.map(BigInt)];
    }),
  );

const builtFrom = (trades: readonly Trade[], sales: SaleRules): readonly Bar[] => {
  const builder = barBuilder(
    barPlan('1m', { sales, hours: tradingHours(nyseCalendar, 'EXTENDED'), graceMs: 24 * 60 * MINUTE, eventsRemembered: 10 }),
  );
  for (const trade of trades) expect(builder.addTrade(trade)).toBe('TAKEN');
  return builder.advanceTo((trades.at(-1)!.at + 3n * 86_400_000n * NANOS_PER_MILLI) as UnixNanos);
};

interface Agreement {
  readonly minutes: number;
  readonly exact: number;
  readonly byField: Readonly<Record<(typeof FIELDS)[number], number>>;
  /** `<symbol> <date> <minute> <fields>` */
  readonly different: readonly string[];
}

const clock = (millis: number): string =>
  `${String(Math.floor(millis / 3_600_000)).padStart(2, '0')}:${String((millis / MINUTE) % 60).padStart(2, '0')}`;

const compare = (rulesOf: (day: Day) => SaleRules, asVendor: boolean): Agreement => {
  const byField = { open: 0, high: 0, low: 0, close: 0, volume: 0 };
  const different: string[] = [];
  let minutes = 0;
  for (const [symbol, date, primary] of DAYS) {
    const day = dayOf(date, primary);
    const built = new Map(
      builtFrom(tradesOf(symbol, date, day, asVendor), rulesOf(day)).map((bar) => [
        Number((bar.openTime - day.midnight) / NANOS_PER_MILLI),
        bar,
      ]),
    );
    for (const [millis, expected] of minutesOf(symbol, date)) {
      const bar = built.get(millis);
      minutes += 1;
      const wrong = FIELDS.filter((field, index) => {
        const units = field === 'volume' ? QUANTITY_UNITS : PRICE_UNITS;
        const same = bar !== undefined && bar[field] / units === expected[index];
        if (same) byField[field] += 1;
        return !same;
      });
      if (wrong.length > 0) different.push(`${symbol} ${date} ${clock(millis)} ${wrong.join(' ')}`);
    }
  }
  return { minutes, exact: minutes - different.length, byField, different };
};

describe.skipIf(equities.absent)(`ticks of October 2013 into minutes${equities.note}`, () => {
  let vendor: Agreement;
  let tape: Agreement;
  beforeAll(() => {
    vendor = compare(vendorSales, true);
    tape = compare(() => ALGOSEEK_SALES, false);
  });

  it("are the vendor's minutes by the vendor's rules: every price of 4,134, and every volume but four", () => {
    const { minutes, byField, different } = vendor;
    expect({ minutes, ...byField }).toEqual({ minutes: 4_134, open: 4_134, high: 4_134, low: 4_134, close: 4_134, volume: 4_130 });
    expect(different).toEqual([
      // The vendor adds the volume of 13:47, which has no price by its rules, to the minute before; here it is a flat bar of its own.
      'aig 2013-10-07 13:46 volume',
      // SPY's auctions are told as hundreds of prints beside one official price, of which the vendor takes a part that its files do not name.
      'spy 2013-10-07 09:30 volume',
      'spy 2013-10-07 15:59 volume',
      'spy 2013-10-08 09:30 volume',
    ]);
  });

  it('are others by the rules of the tape, where sweeps make prices: volumes agree but for auctions, prices in nine of ten', () => {
    expect(tape.byField.volume / tape.minutes).toBeGreaterThan(0.995);
    for (const field of ['open', 'high', 'low', 'close'] as const) expect(tape.byField[field] / tape.minutes).toBeGreaterThan(0.91);
  });

  it('are the same minutes when the assembler makes them of the same ticks, and no tick is dropped for its price', () => {
    const day = dayOf('2013-10-07', 'N');
    const trades = tradesOf('ibm', '2013-10-07', day, false);
    const symbol = { symbol: symbolOf('IBM'), hours: tradingHours(nyseCalendar, 'EXTENDED'), sales: ALGOSEEK_SALES };
    const assembler = stepAssembler({
      symbols: [symbol],
      interval: barInterval('1m'),
      barsFrom: 'trades',
      partitions: 1,
      graceMs: 5_000,
      clock: 'EVENTS',
      aheadMsMax: 0,
      chunkPricesMax: CHUNK_PRICES_MAX,
      chunkSpanMsMax: 60_000,
      eventsRemembered: 10_000,
      source: 'test',
    });
    const parts = [...assembler.accept(trades), ...assembler.finish()];
    const steps = parts.filter((part) => part.kind === 'step');
    const codes = new Set(steps.flatMap(({ faults }) => faults.map(({ code }) => code)));
    const bars = steps.flatMap((step) => step.bars).map(({ symbol: _symbol, id: _id, ...bar }) => bar);
    expect(bars).toEqual(builtFrom(trades, ALGOSEEK_SALES).map(({ symbol: _symbol, id: _id, ...bar }) => bar));
    expect([...codes]).toEqual([]);
    expect(parts.reduce((sum, part) => sum + (part.kind === 'ticks' ? part.ticks.length : 0), 0)).toBe(trades.length);
  });
});
