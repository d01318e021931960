import { civilDate, nyseCalendar } from '@tradewind/market';
import { type Line, leastSquaresLine, wilsonLowerBound } from '@tradewind/statistics';
import { describe, expect, it } from 'vitest';

import * as books from '../src/microstructure/book-features.js';
import * as trades from '../src/microstructure/trade-features.js';
import { lobster, lobsterTicks } from './lobster.js';
import { TickFeed } from './tick-series.js';

const OPEN_SECONDS = Number(nyseCalendar.sessionOf(civilDate('2012-06-21'))!.openTime) / 1e9;
const WINDOW_SECONDS = 10;
const WINDOWS = 180;
const CENT = 0.01;

type Row = Readonly<Record<string, number>>;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const lineText = ({ slope, intercept, rSquared }: Line): string =>
  `slope ${slope.value.toPrecision(4)} (t ${slope.tStatistic.toFixed(1)}), ` +
  `alpha ${intercept.value.toFixed(2)} (t ${intercept.tStatistic.toFixed(1)}), R² ${rSquared.toFixed(3)}`;

describe.skipIf(lobster.absent)(`AAPL on 2012-06-21, 09:30 to 10:00, in windows of ten seconds${lobster.note}`, () => {
  const ticks = lobster.absent ? [] : lobsterTicks();

  const rowsOf = (feed: TickFeed): readonly Row[] => {
    const rows: Row[] = [];
    let next = 0;
    for (let window = 1; window <= WINDOWS; window += 1) {
      const end = OPEN_SECONDS + window * WINDOW_SECONDS;
      for (; next < ticks.length && Number(ticks[next]!.at) / 1e9 < end; next += 1) feed.ticks(ticks[next]!);
      rows.push(feed.bar(end));
    }
    return rows;
  };
  const column = (rows: readonly Row[], name: string): number[] => rows.map((row) => row[name]!);
  /** Changes of the middle in ticks; the first window has none. */
  const movesOf = (rows: readonly Row[]): number[] =>
    column(rows.slice(1), 'mid_price').map((mid, index) => (mid - rows[index]!['mid_price']!) / CENT);
  const lineOf = (rows: readonly Row[], name: string): Line => leastSquaresLine(column(rows.slice(1), name), movesOf(rows));

  it('moves with order-flow imbalance by 1 / (2 · depth) of a unit (Cont, Kukanov and Stoikov 2014, eq. 3, 6 and 9)', () => {
    const rows = rowsOf(new TickFeed([books.midPrice(), books.orderFlowImbalance(1), books.orderFlowRatio(1, 1), books.bookRate()]));
    const line = lineOf(rows, 'ofi_1');
    // Windows without flow leave no depth to find; the others count by their changes, as the paper's average does.
    const depths = rows
      .filter((row) => row['ofi_1'] !== 0)
      .map((row) => [row['ofi_1']! / row['ofi_ratio_1_1']!, row['book_rate']!] as const);
    const depth = mean(depths.map(([value, rate]) => value * rate)) / mean(depths.map(([, rate]) => rate));
    say(`order flow, 1 level: ${lineText(line)}; 1 / (2 · ${depth.toFixed(0)}) = ${(1 / (2 * depth)).toPrecision(4)}`);
    expect(line.observations).toBe(WINDOWS - 1);
    expect(Math.abs(line.slope.value - 1 / (2 * depth))).toBeLessThan(2 * line.slope.error);
    expect(line.slope.tStatistic).toBeGreaterThan(5);
    expect(Math.abs(line.intercept.tStatistic)).toBeLessThan(2);
    expect(line.rSquared).toBeGreaterThan(0.15);
  });

  it('is explained better by the flow of more levels, and by trades: with a spread of 21 ticks the best level is a small part of this book', () => {
    const rows = rowsOf(
      new TickFeed([books.midPrice(), ...[1, 5, 10].map((levels) => books.orderFlowImbalance(levels)), trades.signedVolume()]),
    );
    const [one, five, ten, traded] = ['ofi_1', 'ofi_5', 'ofi_10', 'signed_volume'].map((name) => {
      const line = lineOf(rows, name);
      say(`${name}: ${lineText(line)}`);
      return line.rSquared;
    }) as [number, number, number, number];
    expect(five).toBeGreaterThan(one);
    expect(ten).toBeGreaterThan(one);
    expect(traded).toBeGreaterThan(0.4);
  });

  it('has Kyle’s lambda and the impact of order flow over the half hour as the regressions over its windows give them', () => {
    const rows = rowsOf(
      new TickFeed([
        books.midPrice(),
        books.orderFlowImbalance(1),
        books.orderFlowImpact(WINDOWS - 1),
        books.orderFlowExplained(WINDOWS - 1),
        trades.signedVolume(),
        trades.kyleLambda(WINDOWS - 1),
      ]),
    );
    const last = rows.at(-1)!;
    const flow = lineOf(rows, 'ofi_1');
    const traded = lineOf(rows, 'signed_volume');
    expect(last['ofi_impact_179']! / (flow.slope.value * CENT)).toBeCloseTo(1, 9);
    expect(last['ofi_explained_179']! / flow.rSquared).toBeCloseTo(1, 9);
    expect(last['kyle_lambda_179']! / (traded.slope.value * CENT)).toBeCloseTo(1, 9);
    expect(traded.slope.tStatistic).toBeGreaterThan(10);
    say(`Kyle’s lambda: ${last['kyle_lambda_179']!.toPrecision(4)} dollars a share`);
  });

  it('has trades whose side Lee and Ready tell from the quotes', () => {
    const sides = new TickFeed([trades.signedVolume()]);
    let known = 0;
    let right = 0;
    for (const tick of ticks) {
      sides.ticks(tick.kind === 'trade' ? { ...tick, aggressor: 'UNKNOWN' } : tick);
      if (tick.kind !== 'trade') continue;
      known += 1;
      if (Math.sign(sides.bar(OPEN_SECONDS + known)['signed_volume']!) === (tick.aggressor === 'BUYER' ? 1 : -1)) right += 1;
    }
    say(`Lee and Ready: ${right} of ${known} visible executions`);
    expect(known).toBeGreaterThan(2_000);
    expect(right / known).toBeGreaterThan(0.99);
  });

  it('has spreads that order as theory says, and a toxicity inside [0, 1]', () => {
    const definitions = [
      books.spreadMean(),
      books.spreadRatioMean(),
      trades.effectiveSpread(),
      trades.realisedSpread(5),
      trades.rollSpread(200),
      trades.vpin(5_000, 20, 10),
      books.realisedVolatility(1),
    ];
    const rows = rowsOf(new TickFeed(definitions));
    const averages = definitions.map(({ name }) => [name, mean(column(rows, name).filter(Number.isFinite))] as const);
    const average = Object.fromEntries(averages);
    say(averages.map(([name, value]) => `${name} ${value.toPrecision(4)}`).join(', '));
    const toxicity = column(rows, 'vpin_5000_20').filter(Number.isFinite);
    expect(toxicity.length).toBeGreaterThan(50);
    expect(Math.min(...toxicity)).toBeGreaterThan(0);
    expect(Math.max(...toxicity)).toBeLessThan(1);
    // Takers pay less than the quoted spread (they wait for narrow ones), and makers keep less than takers pay, for prices follow trades.
    expect(average['effective_spread']).toBeLessThan(average['spread_ratio_mean']!);
    expect(average['realised_spread_5s']).toBeLessThan(average['effective_spread']!);
    const yearly = average['realised_volatility_1s']! * Math.sqrt(6 * 390 * 252);
    expect(yearly).toBeGreaterThan(0.1);
    expect(yearly).toBeLessThan(1);
  });

  it('has a queue imbalance that says which way the middle moves next (Gould and Bonart 2016)', () => {
    const feed = new TickFeed([books.midPrice(), books.queueImbalanceNow()]);
    let before: Row = {};
    let right = 0;
    let moves = 0;
    for (const [index, tick] of ticks.entries()) {
      const row = feed.ticks(tick).bar(OPEN_SECONDS + index);
      const move = Math.sign(row['mid_price']! - before['mid_price']!);
      const told = Math.sign(before['queue_imbalance']!);
      if (move !== 0 && told !== 0 && Number.isFinite(move)) {
        moves += 1;
        if (move === told) right += 1;
      }
      before = row;
    }
    say(`the longer queue is where the middle goes next in ${right} of ${moves} moves (${((100 * right) / moves).toFixed(1)}%)`);
    expect(wilsonLowerBound(right, moves)).toBeGreaterThan(0.5);
  });
});
