import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { multipleRegression } from '@tradewind/statistics';
import { realData } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import { lossAtRisk } from '../src/exposure/loss-at-risk.js';
import type { RiskMethod } from '../src/exposure/loss-at-risk.js';
import { PortfolioRisk, RollingHistory } from '../src/index.js';
import { executions, held, INSTRUMENTS } from './fixtures.js';
import { barAt } from './watched-account.js';

const stocks = realData('closes', 'skfolio_sp500_dataset.csv.gz');
const index = realData('closes', 'skfolio_sp500_index.csv.gz');
const french = realData('factors', 'FF3_daily_192607_202503.csv.gz');
const WINDOW = 250;

const linesOf = (path: string): readonly (readonly string[])[] =>
  gunzipSync(readFileSync(path))
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((field) => field.trim()));

const closesOf = (path: string): { readonly names: readonly string[]; readonly rows: ReadonlyMap<string, readonly number[]> } => {
  const [head, ...lines] = linesOf(path);
  return { names: head!.slice(1), rows: new Map(lines.map(([date, ...values]) => [date!, values.map(Number)])) };
};

describe.skipIf(index.absent)(`value at risk of the S&P 500 from 1991 to 2022${index.note}`, () => {
  const dailyReturns = (): Float64Array => {
    const closes = [...closesOf(index.path).rows.values()].map(([close]) => close!);
    return Float64Array.from(closes.slice(1), (close, day) => close / closes[day]! - 1);
  };
  /** Share of days that lost more than the year before them said. */
  const shareBeyond = (returns: Float64Array, method: RiskMethod, confidence: number): number => {
    let count = 0;
    for (let day = WINDOW; day < returns.length; day += 1)
      if (-returns[day]! > lossAtRisk(returns.subarray(day - WINDOW, day), 'VAR', method, confidence)) count += 1;
    return count / (returns.length - WINDOW);
  };
  it('is exceeded about as often as it says, and the normal one more often in the far tail', () => {
    const returns = dailyReturns();
    const exceeded = (method: RiskMethod, confidence: number): number => shareBeyond(returns, method, confidence);
    const [historical95, historical99] = [exceeded('HISTORICAL', 0.95), exceeded('HISTORICAL', 0.99)];
    const [parametric95, parametric99] = [exceeded('PARAMETRIC', 0.95), exceeded('PARAMETRIC', 0.99)];
    expect(Math.abs(historical95 - 0.05)).toBeLessThan(0.01);
    expect(Math.abs(parametric95 - 0.05)).toBeLessThan(0.01);
    expect(historical99).toBeGreaterThan(0.008);
    expect(historical99).toBeLessThan(0.02);
    // Fat tails: what Basel's multipliers were made for.
    expect(parametric99).toBeGreaterThan(historical99);
  });
});

describe.skipIf(stocks.absent || index.absent || french.absent)(`betas of large stocks${stocks.note}`, () => {
  it('to the market are those to the market of Fama and French, by year and portfolio', () => {
    const { names, rows } = closesOf(stocks.path);
    const market = closesOf(index.path).rows;
    const factors = new Map(
      linesOf(french.path)
        .filter(([date]) => /^\d{8}$/.test(date!))
        .map(([date, ...values]) => [
          `${date!.slice(0, 4)}-${date!.slice(4, 6)}-${date!.slice(6)}`,
          values.map((value) => Number(value) / 100),
        ]),
    );
    const dates = [...rows.keys()].filter((date) => date >= '1999' && market.has(date) && factors.has(date));
    const history = new RollingHistory();
    const apart: number[] = [];
    dates.forEach((date, step) => {
      const values = rows.get(date)!;
      const bars = [...names.map((name, column) => barAt(name, step, values[column]! * 100)), barAt('SPX', step, market.get(date)![0]!)];
      history.take({ run: 'r1', step }, bars);
      if (step < WINDOW || step % WINDOW !== 0) return;
      // Half of the stocks in turn, each with the same value, all of equity.
      const chosen = names.filter((_, column) => (column + step / WINDOW) % 2 === 0);
      const positions = chosen.map((name) =>
        held(name, (100_000 / chosen.length / history.lastCloseOf(name)!).toFixed(6), history.lastCloseOf(name)!.toFixed(6)),
      );
      const portfolio = new PortfolioRisk(executions(0, '0.01', positions).account, history, INSTRUMENTS);
      const returns = portfolio.returns(WINDOW)!;
      const window = dates.slice(step - WINDOW + 1, step + 1);
      const theirs = multipleRegression(returns, [window.map((day) => factors.get(day)![0]!)]);
      const spx = history.returnsOf('SPX', WINDOW)!;
      const ours = multipleRegression(returns, [spx]);
      apart.push(Math.abs(ours.slopes[0]! - theirs.slopes[0]!));
      const exposures = portfolio.factorExposures(WINDOW)!;
      expect(Object.keys(exposures)).toEqual(['market', 'momentum', 'volatility', 'size']);
      // More factors share what one alone took, but the market stays the largest part of a long portfolio.
      expect(exposures.market!).toBeGreaterThan(0.5);
      expect(exposures.market!).toBeLessThan(1.5);
    });
    expect(apart.length).toBeGreaterThan(20);
    expect(apart.reduce((sum, each) => sum + each, 0) / apart.length).toBeLessThan(0.06);
    expect(Math.max(...apart)).toBeLessThan(0.2);
  });
});
