import { performanceOf } from '@tradewind/backtest';
import type { AccountSnapshot } from '@tradewind/portfolio';
import { toNumber, utcDateOf } from '@tradewind/vocabulary';
import type { Decimal } from '@tradewind/vocabulary';

import { contributionsOf } from './contribution.js';
import { attributeHoldings } from './holdings-attribution.js';
import type { PeriodFacts } from './period-facts.js';
import type { PeriodReport, PositionLine } from './period-report.js';

export class ReportError extends Error {
  override readonly name = 'ReportError';
  readonly code = 'NOTHING_RECORDED';
}

const DEAREST_ORDERS = 20;
const DAYS_FOR_PERFORMANCE = 3;

const numbers = (amounts: Readonly<Record<string, Decimal>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, toNumber(amount)]));

const grouped = (amounts: Readonly<Record<string, number>>, groupOf: (name: string) => string): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>();
  for (const [name, amount] of Object.entries(amounts)) sums.set(groupOf(name), (sums.get(groupOf(name)) ?? 0) + amount);
  return Object.fromEntries([...sums].sort(([left], [right]) => (left < right ? -1 : 1)));
};

const sorted = (counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...counts].sort(([left, leftCount], [right, rightCount]) => rightCount - leftCount || (left < right ? -1 : 1)));

const positionsOf = (account: AccountSnapshot, sectorOf: (symbol: string) => string): readonly PositionLine[] => {
  const equity = toNumber(account.equity);
  return account.positions.map(({ symbol, quantity, averagePrice, markPrice, marketValue, unrealisedPnl }) => ({
    symbol,
    sector: sectorOf(symbol),
    quantity: toNumber(quantity),
    averagePrice: toNumber(averagePrice),
    markPrice: toNumber(markPrice),
    marketValue: toNumber(marketValue),
    unrealised: toNumber(unrealisedPnl),
    weight: equity === 0 ? 0 : toNumber(marketValue) / equity,
  }));
};

const drawdownOf = (values: readonly number[]): number => {
  let peak = -Infinity;
  let depth = 0;
  for (const value of values) {
    peak = Math.max(peak, value);
    if (peak > 0) depth = Math.max(depth, 1 - value / peak);
  }
  return depth;
};

const closedTradesOf = ({ roundTrips }: PeriodFacts): PeriodReport['closedTrades'] => {
  const byPurpose = new Map<string, { trades: number; won: number; profit: number }>();
  for (const { exitPurpose, profit } of roundTrips.closed) {
    const line = byPurpose.get(exitPurpose) ?? { trades: 0, won: 0, profit: 0 };
    byPurpose.set(exitPurpose, { trades: line.trades + 1, won: line.won + (profit > 0 ? 1 : 0), profit: line.profit + profit });
  }
  return Object.fromEntries([...byPurpose].sort(([left], [right]) => (left < right ? -1 : 1)));
};

/** Of a record of transfers: by day, in the account's currency. */
const transfersByDay = ({ movements }: PeriodFacts): ReadonlyMap<string, number> => {
  const byDay = new Map<string, number>();
  for (const event of movements) {
    if (!('type' in event) || event.type !== 'CashTransferred') continue;
    const date = utcDateOf(event.at);
    byDay.set(date, (byDay.get(date) ?? 0) + toNumber(event.amount));
  }
  return byDay;
};

/** The report of gathered facts. Throws ReportError when no account was recorded until the end of the period. */
export const composePeriodReport = (kind: PeriodReport['kind'], facts: PeriodFacts, sectorOf: (symbol: string) => string): PeriodReport => {
  const { opening, closing } = facts;
  if (opening === undefined || closing === undefined) throw new ReportError('no account was recorded in this period or before it');
  const contributions = contributionsOf(opening, closing, facts.movements);
  const ends = facts.dayEnds;
  const curve = ends.map(({ date, account }) => ({ date, equity: toNumber(account.equity) }));
  const bySymbol = numbers(contributions.bySymbol);
  const positions = positionsOf(closing, sectorOf);
  const equityStart = toNumber(opening.equity);
  const profit = toNumber(contributions.total);
  const { orders, totals } = facts.shadow.report();
  const weights = positions.map(({ weight }) => weight);
  return {
    kind,
    accountId: closing.accountId,
    currency: closing.currency,
    from: facts.firstDay ?? utcDateOf(closing.at),
    to: utcDateOf(closing.at),
    equityStart,
    equityEnd: toNumber(closing.equity),
    transfers: toNumber(contributions.transfers),
    profit,
    return: equityStart === 0 ? null : profit / equityStart,
    fees: toNumber(contributions.fees),
    currencies: toNumber(contributions.currencies),
    unexplained: toNumber(contributions.unexplained),
    drawdown: drawdownOf(curve.map(({ equity }) => equity)),
    performance: curve.length < DAYS_FOR_PERFORMANCE ? null : performanceOf(curve.map(({ date, equity }) => ({ date, value: equity }))),
    curve,
    bySymbol,
    bySector: grouped(bySymbol, sectorOf),
    byReason: numbers(contributions.byTag),
    attribution: attributeHoldings(ends, transfersByDay(facts), sectorOf) ?? null,
    orders: sorted(facts.orders),
    fills: facts.fills,
    traded: facts.traded,
    denials: sorted(facts.denials),
    closedTrades: closedTradesOf(facts),
    shadow: totals,
    dearestOrders: orders.toSorted((left, right) => right.shortfall - left.shortfall).slice(0, DEAREST_ORDERS),
    positions,
    exposure: grouped(Object.fromEntries(positions.map(({ symbol, weight }) => [symbol, weight])), sectorOf),
    grossExposure: weights.reduce((sum, weight) => sum + Math.abs(weight), 0),
    netExposure: weights.reduce((sum, weight) => sum + weight, 0),
    breakers: facts.breakers,
    states: facts.states,
    commands: facts.commands,
    anomalies: facts.anomalies,
    reconciliations: facts.reconciliations,
    findings: sorted(facts.findings),
    simulated: facts.simulated,
  };
};
