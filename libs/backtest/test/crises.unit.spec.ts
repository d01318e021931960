import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { paperVenue } from '@tradewind/orders';
import { parseRiskProfile } from '@tradewind/risk';
import { realData } from '@tradewind/testkit';
import { accountIdOf, type Instrument, money, price, quantity, quantityFromNumber, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { scriptedSteps, type StressReport, stressReport } from '../src/index.js';

const closes = realData('closes', 'skfolio_sp500_dataset.csv.gz');
const EQUITY = 1_000_000;
/** Before the crisis, so that estimates have a history. */
const WARM_UP = 140;

interface Closes {
  readonly symbols: readonly string[];
  readonly rows: readonly { readonly date: string; readonly values: readonly number[] }[];
}

const readCloses = (): Closes => {
  const [head, ...lines] = gunzipSync(readFileSync(closes.path)).toString('utf8').trim().split(/\r?\n/);
  return {
    symbols: head!.split(',').slice(1),
    rows: lines.map((line) => {
      const [date, ...values] = line.split(',');
      return { date: date!, values: values.map(Number) };
    }),
  };
};

const SECTORS: Readonly<Record<string, string>> = {
  AAPL: 'Technology',
  AMD: 'Technology',
  MSFT: 'Technology',
  BAC: 'Financials',
  JPM: 'Financials',
};
const instrument = (symbol: string): Instrument => ({
  symbol: symbolOf(symbol),
  name: symbol,
  assetClass: 'STOCK',
  category: 'CORE',
  sector: SECTORS[symbol] ?? symbol,
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable: true,
});

/** Twenty large stocks in equal parts, 90% of equity, bought when the crisis begins. Only closes are known, so what is ordered at one close is filled at the next. */
const crisis = (name: string, from: string, to: string, profileName: string): StressReport => {
  const { symbols, rows } = readCloses();
  const first = rows.findIndex(({ date }) => date >= from) - WARM_UP;
  const window = rows.slice(
    first,
    rows.findIndex(({ date }) => date > to),
  );
  const instruments = Object.fromEntries(symbols.map((symbol) => [symbol, instrument(symbol)]));
  const days = window.map(({ values }, day) => ({
    moves: Object.fromEntries(
      symbols.map((symbol, index) => [symbol, { gap: day === 0 ? 0 : values[index]! / window[day - 1]!.values[index]! - 1, move: 0 }]),
    ),
  }));
  const prices = Object.fromEntries(symbols.map((symbol, index) => [symbol, window[0]!.values[index]! * 100]));
  const atStart = window[WARM_UP]!.values;
  const positions = Object.fromEntries(
    symbols.map((symbol, index) => [
      symbol,
      { quantity: quantityFromNumber(Math.floor((0.9 * EQUITY) / symbols.length / (atStart[index]! * 100)), 0) },
    ]),
  );
  // Weekdays in a row, as though there were no weekends: a week of five sessions is a week and two days later.
  const firstAt = 1_167_771_600_000_000_000n as UnixNanos;
  const json: unknown = JSON.parse(readFileSync(new URL(`../../../services/risk/profiles/${profileName}.json`, import.meta.url), 'utf8'));
  return stressReport(
    { name, steps: scriptedSteps({ name, firstAt, prices, days }), positions, warmUpSteps: WARM_UP },
    {
      accountId: accountIdOf('paper-1'),
      currency: 'USD',
      openingCash: money(String(EQUITY)),
      profile: parseRiskProfile(json),
      instruments,
      venue: paperVenue({ slippageRatio: '0.001', commissionRatio: '0.001', instruments }),
    },
  );
};

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const tell = (report: StressReport): void =>
  void process.stdout.write(
    `\n${report.name} under ${report.profile}: lost at worst ${percent(report.withBreakers.worstLoss)} with breakers, ` +
      `${percent(report.withoutBreakers.worstLoss)} without; first fired ${Object.entries(report.firstFired)
        .map(([rule, step]) => `${rule} on day ${step - WARM_UP}`)
        .join(', ')}`,
  );

describe.skipIf(closes.absent)(`stocks in a crisis${closes.note}`, () => {
  it.each([
    ['2008', '2008-05-01', '2009-03-31'],
    ['2020', '2020-02-03', '2020-06-30'],
  ])('of %s: breakers fire, severe ones last, and keep the loss near the limit that halts', (name, from, to) => {
    for (const [profileName, limit] of [
      ['trial', 0.08],
      ['live', 0.15],
    ] as const) {
      const report = crisis(name, from, to, profileName);
      tell(report);
      expect(report.withoutBreakers.worstLoss).toBeGreaterThan(0.2);
      expect(report.withBreakers.worstLoss).toBeLessThan(report.withoutBreakers.worstLoss * 0.6);
      // What a day takes after the limit was reached, until the orders are filled.
      expect(report.withBreakers.worstLoss).toBeLessThan(limit + 0.05);
      expect(report.firstFired['drawdown-reduce']).toBeGreaterThan(WARM_UP);
      if (report.firstFired['drawdown-close'] !== undefined)
        expect(report.firstFired['drawdown-close']).toBeGreaterThanOrEqual(report.firstFired['drawdown-reduce']!);
      expect(Object.values(report.firstFired).every((step) => step > WARM_UP)).toBe(true);
    }
  });
  it('fires no loss breaker in a calm year: 2017', () => {
    const report = crisis('2017', '2017-01-03', '2017-12-29', 'live');
    tell(report);
    for (const rule of ['drawdown-close', 'drawdown-reduce', 'daily-loss', 'weekly-loss', 'value-at-risk'])
      expect(report.firstFired[rule]).toBeUndefined();
    expect(report.withBreakers.loss).toBeLessThan(0);
  });
});
