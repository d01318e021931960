import { realData } from '@tradewind/testkit';
import { type Price, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  ALGOSEEK_SALES,
  barInterval,
  CHUNK_PRICES_MAX,
  civilDate,
  LeanQuotes,
  leanTrade,
  nyseCalendar,
  parseLeanQuoteTicks,
  parseLeanTradeTicks,
  stepAssembler,
  type Tick,
  tradingHours,
} from '../src/index.js';
import { zippedLines } from './bars/lean-files.js';

const ticks = realData('lean/equity/usa/tick');
const DAY = civilDate('2013-10-07');

/** Trades and quotes of all exchanges in the order of their times. */
const ticksOf = (ticker: string): readonly Tick[] => {
  const symbol = symbolOf(ticker.toUpperCase());
  const lines = (kind: string): string => zippedLines(`${ticks.path}/${ticker}/20131007_${kind}.zip`).join('\n');
  const quotes = new LeanQuotes(symbol);
  const trades = parseLeanTradeTicks(lines('trade'), DAY).rows.map((row) => leanTrade(row, symbol));
  const quoted = parseLeanQuoteTicks(lines('quote'), DAY).rows.map((row) => quotes.quote(row));
  return [...quoted, ...trades].sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
};

interface Judged {
  readonly codes: Readonly<Record<string, number>>;
  /** Steps at which the symbol must not be traded. */
  readonly stopped: number;
}

const judge = (ticker: string, told: readonly Tick[]): Judged => {
  const assembler = stepAssembler({
    symbols: [{ symbol: symbolOf(ticker.toUpperCase()), hours: tradingHours(nyseCalendar, 'REGULAR'), sales: ALGOSEEK_SALES }],
    interval: barInterval('1m'),
    barsFrom: 'trades',
    partitions: 1,
    graceMs: 0,
    clock: 'EVENTS',
    aheadMsMax: 0,
    chunkPricesMax: CHUNK_PRICES_MAX,
    chunkSpanMsMax: 60_000,
    eventsRemembered: 10_000,
    staleMsMax: 60_000,
    source: 'test',
  });
  const steps = [...assembler.accept(told), ...assembler.finish()].filter((part) => part.kind === 'step');
  const codes: Record<string, number> = {};
  for (const { code, rule } of steps.flatMap(({ faults }) => faults))
    codes[code] = (codes[code] ?? 0) + Number(/\((\d+) times\)$/.exec(rule)?.[1] ?? 1);
  return { codes, stopped: steps.filter(({ lowQuality }) => lowQuality.length > 0).length };
};

describe.skipIf(ticks.absent)(`a day of trades and quotes${ticks.note}`, () => {
  it.each([
    ['aig', 1_105_286],
    ['ibm', 133_360],
    ['bac', 565_027],
  ])('of %s, %i ticks, has no fault, and trading never stops', (ticker, count) => {
    const told = ticksOf(ticker);
    expect(told).toHaveLength(count);
    expect(judge(ticker, told)).toEqual({ codes: {}, stopped: 0 });
  });

  it('stops trading while one trade in five is 3% off, however many quotes are right', () => {
    let trades = 0;
    const wrong = ticksOf('ibm').map((tick): Tick => {
      if (tick.kind !== 'trade' || (trades += 1) % 5 !== 0) return tick;
      return { ...tick, price: ((tick.price * 103n) / 100n) as Price };
    });
    const { codes, stopped } = judge('ibm', wrong);
    expect(Object.keys(codes)).toEqual(expect.arrayContaining(['TRADE_OUTSIDE_QUOTE', 'TRADE_SPIKE']));
    expect(stopped).toBeGreaterThan(350);
  });
});
