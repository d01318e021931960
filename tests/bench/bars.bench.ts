import {
  barBuilder,
  barInterval,
  CHUNK_PRICES_MAX,
  CTA_SALES,
  nyseCalendar,
  stepAssembler,
  type Trade,
  tradingHours,
} from '@tradewind/market';
import { seededRandom } from '@tradewind/testkit';
import { type Price, type Quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const TRADES = 500_000;
const ROUNDS = 5;
const SYMBOL = symbolOf('SPY');
const OPEN = 1_381_152_600_000_000_000n;
const SESSION_NANOS = 23_400_000_000_000n;
const NANOS_PER_MINUTE = 60_000_000_000n;

/** A session's trades in order of time, a random walk in cents, one in ten an odd lot. */
const makeTrades = (): readonly Trade[] => {
  const random = seededRandom(7);
  let cents = 16_740;
  return Array.from({ length: TRADES }, (_, index): Trade => {
    cents += Math.round(random.next() * 2 - 1);
    const odd = random.next() < 0.1;
    return {
      kind: 'trade',
      symbol: SYMBOL,
      at: (OPEN + (SESSION_NANOS * BigInt(index)) / BigInt(TRADES)) as UnixNanos,
      sequence: index + 1,
      price: (BigInt(cents) * 10_000_000n) as Price,
      quantity: (BigInt(odd ? 7 : 100) * 1_000_000_000n) as Quantity,
      aggressor: 'UNKNOWN',
      conditions: odd ? ['@', 'I'] : ['@'],
      venue: 'P',
    };
  });
};

/** The floor: the same minutes in the same decimals, without sessions, sale conditions, duplicates, lateness or restarts. */
const naiveMinutes = (trades: readonly Trade[]): number => {
  const minutes = new Map<bigint, { open: bigint; high: bigint; low: bigint; close: bigint; volume: bigint }>();
  for (const { at, price, quantity } of trades) {
    const minute = at / NANOS_PER_MINUTE;
    const bar = minutes.get(minute);
    if (bar === undefined) minutes.set(minute, { open: price, high: price, low: price, close: price, volume: quantity });
    else {
      if (price > bar.high) bar.high = price;
      if (price < bar.low) bar.low = price;
      bar.close = price;
      bar.volume += quantity;
    }
  }
  return minutes.size;
};

const build = (interval: string, trades: readonly Trade[]): number => {
  const builder = barBuilder({
    symbol: SYMBOL,
    interval: barInterval(interval),
    hours: tradingHours(nyseCalendar, 'REGULAR'),
    sales: CTA_SALES,
    graceMs: 2_000,
    eventsRemembered: 16_384,
    source: 'bench',
  });
  let bars = 0;
  for (const trade of trades) {
    builder.addTrade(trade);
    bars += builder.advanceTo(trade.at).length;
  }
  return bars;
};

const SYMBOLS = Array.from({ length: 200 }, (_, index) => symbolOf(`S${index}`));

/** What market-data does with the ticks of two hundred symbols: bars, quality, chunks of eight partitions and steps. */
const assemble = (trades: readonly Trade[]): number => {
  const assembler = stepAssembler({
    symbols: SYMBOLS.map((symbol) => ({ symbol, hours: tradingHours(nyseCalendar, 'REGULAR'), sales: CTA_SALES })),
    interval: barInterval('1m'),
    barsFrom: 'trades',
    partitions: 8,
    graceMs: 500,
    clock: 'EVENTS',
    aheadMsMax: 0,
    chunkPricesMax: CHUNK_PRICES_MAX,
    chunkSpanMsMax: 100,
    eventsRemembered: 16_384,
    source: 'bench',
  });
  return assembler.accept(trades).length + assembler.finish().length;
};

const run = async (report: Report): Promise<void> => {
  const trades = makeTrades();
  const floor = await fastestSeconds(ROUNDS, () => naiveMinutes(trades));
  report.row('naive minutes, nothing checked', TRADES / floor, 'trades/s');
  for (const interval of ['1m', '1d', 'tick-1000', 'volume-100000', 'dollar-10000000']) {
    const seconds = await fastestSeconds(ROUNDS, () => build(interval, trades));
    report.row(`bars of ${interval}`, TRADES / seconds, 'trades/s');
    report.ratio('  time against the floor', seconds, floor);
  }
  const mixed = trades.map((trade, index) => ({ ...trade, symbol: SYMBOLS[index % SYMBOLS.length]! }));
  const seconds = await fastestSeconds(ROUNDS, () => assemble(mixed));
  report.row('steps of 1m, 200 symbols, 8 partitions', TRADES / seconds, 'trades/s');
  report.ratio('  time against the floor', seconds, floor);
};

export const benchmark: Benchmark = { name: 'bars from trades', run };
