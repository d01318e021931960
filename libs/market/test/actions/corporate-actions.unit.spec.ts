import { readdirSync, readFileSync } from 'node:fs';

import { realData } from '@tradewind/testkit';
import { type Price, price, priceFromNumber, type Quantity, quantity, toNumber } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import {
  adjustmentFactors,
  type AdjustmentFactors,
  adjustRows,
  type CivilDate,
  civilDate,
  type CorporateAction,
  type DatedClose,
  type DailyRow,
  factorsAt,
  parseLeanFactors,
  parseLeanMap,
  parseLeanTradeBars,
  tickerAt,
  unadjustRows,
} from '../../src/index.js';
import { PRICE_UNITS, QUANTITY_UNITS, zippedLines } from '../bars/lean-files.js';

const row = (date: string, close: string): DailyRow => ({
  line: 0,
  date: civilDate(date),
  open: price(close),
  high: price(close),
  low: price(close),
  close: price(close),
  volume: quantity('1000'),
});
const split = (date: string, ratio: number): CorporateAction => ({ kind: 'split', exDate: civilDate(date), ratio });
const dividend = (date: string, amount: string): CorporateAction => ({ kind: 'dividend', exDate: civilDate(date), amount: price(amount) });

describe('factors', () => {
  const closes = [row('2020-01-02', '100'), row('2020-01-03', '100'), row('2020-01-06', '49'), row('2020-01-07', '50')];

  it('are of the session before the ex-date: 1 / ratio for a split, 1 - amount / close for a dividend', () => {
    expect(adjustmentFactors([dividend('2020-01-07', '0.98'), split('2020-01-06', 2)], closes)).toEqual([
      { date: '2020-01-03', priceFactor: 0.98, splitFactor: 0.5, reference: price('100') },
      { date: '2020-01-06', priceFactor: 0.98, splitFactor: 1, reference: price('49') },
      { date: '2050-12-31', priceFactor: 1, splitFactor: 1, reference: 0n },
    ]);
  });

  it('of a split and a dividend on one date are in one row', () => {
    expect(adjustmentFactors([dividend('2020-01-06', '2'), split('2020-01-06', 2)], closes)).toHaveLength(2);
  });

  it('make prices and volumes of today, and total returns, and back', () => {
    const rows = adjustmentFactors([dividend('2020-01-07', '0.98'), split('2020-01-06', 2)], closes);
    const splits = adjustRows(closes, rows, 'SPLITS');
    expect(splits.map(({ close }) => toNumber(close))).toEqual([50, 50, 49, 50]);
    expect(splits.map(({ volume }) => toNumber(volume))).toEqual([2_000, 2_000, 1_000, 1_000]);
    const total = adjustRows(closes, rows, 'TOTAL_RETURN');
    expect(total.map(({ close }) => toNumber(close))).toEqual([49, 49, 48.02, 50]);
    // What a holder of one share gained from the 6th to the 7th: a dollar of price and 98 cents.
    expect(toNumber(total[3]!.close) / toNumber(total[2]!.close) - 1).toBeCloseTo((50 - 49 + 0.98 * (50 / 48.02)) / 49, 12);
    expect(unadjustRows(total, rows, 'TOTAL_RETURN')).toEqual(closes);
    expect(unadjustRows(splits, rows, 'SPLITS')).toEqual(closes);
  });

  it('are not changed by actions before the first close', () => {
    expect(adjustmentFactors([split('2020-01-02', 2)], closes)).toHaveLength(1);
  });

  it('refuse what would make prices negative or nothing', () => {
    expect(() => adjustmentFactors([dividend('2020-01-07', '49')], closes)).toThrow(RangeError);
    expect(() => adjustmentFactors([split('2020-01-06', 0)], closes)).toThrow(RangeError);
  });
});

describe('action files', () => {
  it('are read with a fault for each line that is none', () => {
    const { rows, faults } = parseLeanFactors('20200103,0.98,0.5,100\n20200102,1,1,1\n20200230,1,1,1\n20200104,0,1,1\n20501231,1,1,0');
    expect(rows.map(({ date }) => date)).toEqual(['2020-01-03', '2050-12-31']);
    expect(faults.map(({ line, code }) => [line, code])).toEqual([
      [2, 'ROW_OUT_OF_ORDER'],
      [3, 'ROW_BAD_TIME'],
      [4, 'ROW_OUT_OF_RANGE'],
    ]);
  });

  it('say the ticker of a date', () => {
    const { rows } = parseLeanMap('20120518,old,Q\n20150601,old,Q\n20501231,new,Q');
    const at = (date: string): string | undefined => tickerAt(rows, civilDate(date));
    expect([at('2012-05-17'), at('2012-05-18'), at('2015-06-01'), at('2015-06-02')]).toEqual([undefined, 'old', 'old', 'new']);
    expect(parseLeanMap('20120518,OLD!,Q').faults).toHaveLength(1);
  });
});

/** As Apple declared them; cents a share of the day. */
const APPLE: readonly CorporateAction[] = [
  split('2000-06-21', 2),
  split('2005-02-28', 2),
  split('2014-06-09', 7),
  split('2020-08-31', 4),
  ...Object.entries({
    '2.65': ['2012-08-09', '2012-11-07', '2013-02-07'],
    '3.05': ['2013-05-09', '2013-08-08', '2013-11-06', '2014-02-06'],
    '3.29': ['2014-05-08'],
    '0.47': ['2014-08-07', '2014-11-06', '2015-02-05'],
    '0.52': ['2015-05-07', '2015-08-06', '2015-11-05', '2016-02-04'],
    '0.57': ['2016-05-05', '2016-08-04', '2016-11-03', '2017-02-09'],
    '0.63': ['2017-05-11', '2017-08-10', '2017-11-10', '2018-02-09'],
    '0.73': ['2018-05-11', '2018-08-10', '2018-11-08', '2019-02-08'],
    '0.77': ['2019-05-10', '2019-08-09', '2019-11-07', '2020-02-07'],
    '0.82': ['2020-05-08', '2020-08-07'],
    '0.205': ['2020-11-06', '2021-02-05'],
  }).flatMap(([amount, dates]) => dates.map((date) => dividend(date, amount))),
];

const lean = realData('lean/equity/usa');
const dailyRows = (ticker: string): readonly DailyRow[] =>
  parseLeanTradeBars(zippedLines(`${lean.path}/daily/${ticker}.zip`).join('\n'), { resolution: 'daily' }).rows.map((bar) => ({
    line: bar.line,
    date: bar.date,
    open: (BigInt(bar.open) * PRICE_UNITS) as Price,
    high: (BigInt(bar.high) * PRICE_UNITS) as Price,
    low: (BigInt(bar.low) * PRICE_UNITS) as Price,
    close: (BigInt(bar.close) * PRICE_UNITS) as Price,
    volume: (BigInt(bar.volume) * QUANTITY_UNITS) as Quantity,
  }));
const factorFile = (ticker: string): readonly AdjustmentFactors[] => {
  const { rows, faults } = parseLeanFactors(readFileSync(`${lean.path}/factor_files/${ticker}.csv`, 'utf8'));
  expect(faults).toEqual([]);
  return rows;
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);
/** The greatest relative error of either factor on any day of a ticker. */
const worst = (days: readonly DailyRow[], rows: readonly AdjustmentFactors[], expected: readonly AdjustmentFactors[]): number =>
  Math.max(
    ...days.map(({ date }) => {
      const [ours, theirs] = [factorsAt(rows, date), factorsAt(expected, date)];
      return Math.max(relative(ours.priceFactor, theirs.priceFactor), relative(ours.splitFactor, theirs.splitFactor));
    }),
  );

/** The actions that a factor file stands for, amounts to a hundredth of a cent as they are declared. */
const actionsOf = (rows: readonly AdjustmentFactors[], days: readonly DatedClose[]): readonly CorporateAction[] =>
  rows.slice(0, -1).flatMap((one, index) => {
    const next = rows[index + 1]!;
    const exDate = days.find(({ date }) => date > one.date)?.date;
    if (exDate === undefined) return [];
    const found: CorporateAction[] = [];
    if (one.splitFactor !== next.splitFactor) found.push(split(exDate, next.splitFactor / one.splitFactor));
    if (one.priceFactor !== next.priceFactor)
      found.push({
        kind: 'dividend',
        exDate,
        amount: priceFromNumber(toNumber(one.reference) * (1 - one.priceFactor / next.priceFactor), 4),
      });
    return found;
  });

describe.skipIf(lean.absent)(`the factor files of LEAN${lean.note}`, () => {
  it('are what declared splits and dividends of Apple and its raw closes make, but for the rounding of the file', () => {
    const days = dailyRows('aapl');
    const expected = factorFile('aapl');
    const rows = adjustmentFactors(APPLE, days);
    expect(rows.map(({ date, reference }) => [date, reference])).toEqual(expected.slice(1).map(({ date, reference }) => [date, reference]));
    const error = worst(days, rows, expected);
    say(`aapl, declared actions: ${rows.length - 1} rows, greatest relative error ${error.toExponential(1)}`);
    expect(error).toBeLessThan(3e-6);
  });

  it('are what their own actions and the raw closes of the daily files make', () => {
    const report = readdirSync(`${lean.path}/factor_files`)
      .map((file) => file.slice(0, -'.csv'.length))
      .filter((ticker) => readdirSync(`${lean.path}/daily`).includes(`${ticker}.zip`))
      .map((ticker) => {
        const days = dailyRows(ticker);
        const expected = factorFile(ticker);
        const closes = new Map(days.map(({ date, close }) => [date, close]));
        const references = expected.slice(1, -1);
        const missing = references.filter(({ date }) => !closes.has(date));
        const different = references.filter(({ date, reference }) => closes.has(date) && closes.get(date) !== reference).length;
        // Days under a former ticker are in another file; where the factors were made of other closes, or all of them are missing, there is nothing to
        // compare.
        const nothing = different > 0 || (missing.length > 0 && missing.length === references.length);
        if (nothing) return { ticker, actions: references.length, missing: missing.length, different, error: undefined };
        const all: readonly DatedClose[] = [...days, ...missing.map(({ date, reference }) => ({ date, close: reference }))].sort(
          (left, right) => (left.date < right.date ? -1 : 1),
        );
        const error = worst(days, adjustmentFactors(actionsOf(expected, all), all), expected);
        return { ticker, actions: references.length, missing: missing.length, different, error };
      });
    for (const { ticker, actions, missing, different, error } of report)
      say(
        `${ticker.padEnd(6)} ${actions} rows, closes of ${missing} missing and of ${different} different, error ${error?.toExponential(1) ?? 'not compared'}`,
      );
    expect(report.filter(({ error }) => error !== undefined).length).toBeGreaterThan(10);
    expect(report.filter(({ error }) => error !== undefined && error > 5e-6)).toEqual([]);
  });

  it.each([
    ['aapl', ['2000-06-21', '2005-02-28', '2014-06-09', '2020-08-31']],
    ['ibm', ['1999-05-27']],
    ['qqq', ['2000-03-20']],
  ])('leave no jump in %s at its splits', (ticker, dates) => {
    const raw = dailyRows(ticker);
    const adjusted = adjustRows(raw, factorFile(ticker), 'SPLITS');
    const move = (rows: readonly DailyRow[], date: CivilDate): number => {
      const index = rows.findIndex((one) => one.date === date);
      return Math.abs(Math.log(toNumber(rows[index]!.close) / toNumber(rows[index - 1]!.close)));
    };
    for (const date of dates.map(civilDate)) {
      expect(move(raw, date)).toBeGreaterThan(0.59);
      expect(move(adjusted, date)).toBeLessThan(0.11);
    }
  });

  it('know the tickers that a company has had', () => {
    const { rows } = parseLeanMap(readFileSync(`${lean.path}/map_files/qqq.csv`, 'utf8'));
    expect(['2000-01-03', '2008-01-02', '2011-03-23'].map((date) => tickerAt(rows, civilDate(date)))).toEqual(['qqq', 'qqqq', 'qqq']);
    for (const file of readdirSync(`${lean.path}/map_files`))
      expect(parseLeanMap(readFileSync(`${lean.path}/map_files/${file}`, 'utf8')).faults).toEqual([]);
  });
});
