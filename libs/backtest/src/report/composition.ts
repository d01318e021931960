import { annualTurnover, exposureOf, mean, tradeStatistics } from '@tradewind/statistics';
import { absolute, formatDecimal, toNumber } from '@tradewind/vocabulary';

import { BUY_AND_HOLD_METHOD, buyAndHold } from './buy-and-hold.js';
import { finiteOrNull, performanceOf, toCents, yearsBetween } from './performance.js';
import type { EquityPoint, Report, ReportContext, RunReport } from './report.js';
import { benchmarkDays, type DailyMark, type Tally } from './tally.js';

const equityOf = (mark: DailyMark): number => toNumber(mark.account.equity);
const grossOf = (mark: DailyMark): number =>
  mark.account.positions.reduce((sum, position) => sum + toNumber(absolute(position.marketValue)), 0);

/** Marks of the days that could be traded, in order. */
const tradedMarks = (tally: Tally): DailyMark[] =>
  [...tally.marks.values()].filter((mark) => tally.days.has(mark.date)).sort((left, right) => (left.date < right.date ? -1 : 1));

const countsOf = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([left, many], [right, more]) => more - many || (left < right ? -1 : 1)));

const instrumentsOf = (tally: Tally, context: ReportContext): Report['instruments'] =>
  [...tally.barsBySymbol]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([symbol, seen]) => ({
      symbol,
      name: context.instruments.find((instrument) => instrument.symbol === symbol)?.name ?? symbol,
      ...seen,
    }));

const sumOf = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, many) => sum + many, 0);

const tradingFigures = (tally: Tally, marks: readonly DailyMark[], years: number) => {
  const exposure = exposureOf(marks.map((mark) => ({ equity: equityOf(mark), grossValue: grossOf(mark) })));
  const trades = tradeStatistics(tally.roundTrips.closed.map((trip) => trip.profit));
  const last = marks.at(-1)!.account;
  return {
    equityEndExact: formatDecimal(last.equity),
    feesExact: formatDecimal(last.feesPaid),
    fees: toCents(toNumber(last.feesPaid)),
    slippage: toCents(toNumber(tally.slippage)),
    exposure: finiteOrNull(exposure.timeInMarket),
    averageGross: finiteOrNull(exposure.averageGross),
    turnover: finiteOrNull(annualTurnover(tally.bought, tally.sold, mean(marks.map(equityOf)), years)),
    trades: trades.trades,
    winRate: finiteOrNull(trades.winRate),
    profitFactor: finiteOrNull(trades.profitFactor),
    expectancy: finiteOrNull(trades.expectancy),
    averageWin: toCents(trades.averageWin),
    averageLoss: toCents(trades.averageLoss),
    openPositions: last.positions
      .filter((position) => position.quantity !== 0n)
      .map((position) => ({
        symbol: position.symbol,
        quantity: formatDecimal(position.quantity),
        marketValue: toCents(toNumber(position.marketValue)),
      })),
  };
};

/** Puts the report together out of what was counted. */
export const composeReport = (tally: Tally, context: ReportContext): RunReport => {
  const marks = tradedMarks(tally);
  const days = benchmarkDays(tally).filter((day) => tally.marks.has(day.date));
  const start = equityOf(marks[0]!);
  const benchmark = buyAndHold(days, start, context.costs);
  const curve = marks.map((mark, index): EquityPoint => ({
    date: mark.date,
    equity: equityOf(mark),
    buyAndHold: benchmark[index]!.value,
    gross: grossOf(mark) / equityOf(mark),
  }));
  const from = marks[0]!.date;
  const to = marks.at(-1)!.date;
  const report: Report = {
    kind: context.kind,
    run: context.run,
    ...(context.interval !== undefined && context.interval !== '1d' && { interval: context.interval }),
    instruments: instrumentsOf(tally, context),
    barsReplayed: tally.bars,
    warmUpBars: tally.warmUpBars,
    steps: tally.steps,
    from,
    to,
    orders: tally.purposes.size,
    fills: tally.fills,
    refusals: countsOf(tally.refusals),
    signals: {
      emitted: tally.signals,
      validated: tally.validated,
      rejected: sumOf(tally.rejections),
      rejectedByCode: countsOf(tally.rejections),
    },
    ...performanceOf(curve.map((point) => ({ date: point.date, value: point.equity }))),
    ...tradingFigures(tally, marks, yearsBetween(from, to)),
    buyAndHold: { ...performanceOf(benchmark), method: BUY_AND_HOLD_METHOD },
    breakers: tally.breakers,
    tradingStates: tally.states,
    audit: context.audit,
    ordersHash: tally.hash.digest(),
    replaySeconds: context.replaySeconds,
    latencyMs: context.latencyMs,
    versions: context.versions,
    simulated: context.simulated,
  };
  return { report, curve, roundTrips: tally.roundTrips.closed };
};
