import { type Bar, INSTRUMENTS, type PointInTimeRecord } from '@tradewind/market';
import {
  executeBars,
  initialOrders,
  noteActions,
  type OrderIntent,
  paperVenue,
  placeIntents,
  takeActions,
  termsOf,
} from '@tradewind/orders';
import { discoverSources, type MarketSource, openSources } from '@tradewind/sources';
import { realData } from '@tradewind/testkit';
import {
  accountIdOf,
  formatDecimal,
  money,
  nanosFromMillis,
  price,
  quantity,
  type StepHeader,
  symbolOf,
  toNumber,
} from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

const AAPL = symbolOf('AAPL');
const FROM = nanosFromMillis(Date.UTC(2014, 0, 2));
const UNTIL = nanosFromMillis(Date.UTC(2021, 0, 1));
const daily = realData('lean', 'equity', 'usa', 'daily', 'aapl.zip');
const factors = realData('lean', 'equity', 'usa', 'factor_files', 'aapl.csv');
const absent = daily.absent || factors.absent;

/** As Apple paid them, by ex-date (investor.apple.com, dividend history): in shares of 2013, of after the 7:1 of June 2014, and of after the 4:1 of August 2020. */
const PAID = {
  2013: [3.05, 3.29],
  2014: [0.47, 0.47, 0.47, 0.52, 0.52, 0.52, 0.52, 0.57, 0.57, 0.57, 0.57, 0.63, 0.63, 0.63, 0.63, 0.73, 0.73, 0.73, 0.73],
  2019: [0.77, 0.77, 0.77, 0.77, 0.82, 0.82],
  2020: [0.205],
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const sourceOf = async (path: string): Promise<MarketSource> => {
  const silent = { info: () => undefined, warn: () => undefined };
  const environment = { clock: { now: () => UNTIL }, log: silent, pause: () => Promise.resolve(), directory: '.' };
  const [source] = openSources(await discoverSources(), ['recorded'], { TW_SOURCE_RECORDED_PATH: path }, () => environment);
  return source!;
};

const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

const load = async (): Promise<{ readonly bars: readonly Bar[]; readonly records: readonly PointInTimeRecord[] }> => {
  const never = new AbortController().signal;
  const span = { symbol: AAPL, from: FROM, until: UNTIL };
  const bars = await collect((await sourceOf(daily.path)).bars({ ...span, interval: '1d' }, never));
  return { bars, records: await collect((await sourceOf(factors.path)).records({ ...span, series: 'action/' }, never)) };
};

const entry: OrderIntent = {
  clientOrderId: 'tw-hold',
  symbol: AAPL,
  side: 'BUY',
  type: 'MARKET',
  timeInForce: 'DAY',
  quantity: quantity('100'),
  protectiveStop: price('300'),
  purpose: 'signal:enter',
  verdictId: 'vd/hold',
};

/** 100 shares of January 2014 held for seven years of raw prices; equity by day. */
const holdOn = (bars: readonly Bar[], records: readonly PointInTimeRecord[]) => {
  const venue = paperVenue({
    slippageRatio: '0',
    commissionRatio: '0',
    instruments: Object.fromEntries(INSTRUMENTS.map((one) => [one.symbol, one])),
  });
  let state = initialOrders({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('100000') });
  const equity: number[] = [];
  const dividends: number[] = [];
  let told = 0;
  for (const [step, bar] of bars.entries()) {
    const at = bar.closeTime;
    const header: StepHeader = { id: `market.bars/r/${step}/0`, run: 'r', step, partition: 0, at, causes: [], degraded: [] };
    const until = records.findIndex(({ knownAt }) => knownAt > at);
    const known = records.slice(told, until < 0 ? records.length : until);
    told += known.length;
    if (known.length > 0) state = noteActions(state, { header, records: known }).state;
    const taken = takeActions(state, header, venue);
    for (const event of taken.changed?.accountEvents ?? []) if (event.type === 'DividendPaid') dividends.push(toNumber(event.amount));
    const done = executeBars(taken.state, { header, bars: [bar], lowQuality: [], final: false }, venue);
    equity.push(toNumber(done.report.account.equity));
    state = placeIntents(done.state, { header, intents: step === 0 ? [entry] : [], status: 'ACTIVE', final: false }, venue).state;
  }
  return { state, equity, dividends };
};

describe.skipIf(absent)(`seven years of Apple on raw prices${daily.note}${factors.note}`, () => {
  it('hold 28 shares for each one, with the dividends that were paid, the stop at its level, and no day of false profit or loss', async () => {
    const { bars, records } = await load();
    const { state, equity, dividends } = holdOn(bars, records);
    expect(formatDecimal(state.account.positions['AAPL']!.quantity)).toBe('2800');
    const [stop] = Object.values(state.open).map(({ order }) => termsOf(order));
    expect([stop!.quantity, stop!.stopPrice].map((value) => formatDecimal(value!))).toEqual(['2800', '10.71']);
    const paid = 100 * sum(PAID[2013]) + 700 * (sum(PAID[2014]) + sum(PAID[2019])) + 2800 * sum(PAID[2020]);
    expect(dividends).toHaveLength(28);
    expect(Math.abs(sum(dividends) / paid - 1)).toBeLessThan(0.002);
    const bought = toNumber(bars[1]!.open);
    expect(Math.abs(equity.at(-1)! - (100_000 - 100 * bought + 2800 * toNumber(bars.at(-1)!.close) + sum(dividends)))).toBeLessThan(0.01);
    const moves = equity.slice(1).map((value, index) => Math.abs(value / equity[index]! - 1));
    // The worst was 16 March 2020, with a loss of 12.9% in the share.
    expect(Math.max(...moves)).toBeLessThan(0.11);
  });
});
