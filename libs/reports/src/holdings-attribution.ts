import type { AccountSnapshot } from '@tradewind/portfolio';
import { toNumber } from '@tradewind/vocabulary';

import { attribute, type Attribution, type GroupReturn, linkAttributions } from './brinson.js';

/** The end of one day: the account, and the last close of every symbol that had a bar. */
export interface DayEnd {
  readonly date: string;
  readonly account: AccountSnapshot;
  readonly closes: ReadonlyMap<string, number>;
}

export interface HoldingsAttribution extends Attribution {
  /** What the day's trades made beside the holdings of the evening before, and fees: the difference of the account's return and that of its holdings. */
  readonly trading: number;
  readonly accountReturn: number;
  readonly days: number;
}

export const CASH_GROUP = 'cash';

interface Side {
  weight: number;
  /** weight × return. */
  made: number;
}

const put = (sides: Map<string, Side>, group: string, weight: number, made: number): void => {
  const side = sides.get(group) ?? { weight: 0, made: 0 };
  side.weight += weight;
  side.made += weight * made;
  sides.set(group, side);
};

const returnOf = (before: DayEnd, after: DayEnd, symbol: string): number | undefined => {
  const from = before.closes.get(symbol);
  const to = after.closes.get(symbol);
  return from === undefined || to === undefined || from === 0 ? undefined : to / from - 1;
};

const groupsOf = (before: DayEnd, after: DayEnd, sectorOf: (symbol: string) => string): readonly GroupReturn[] => {
  const held = new Map<string, Side>();
  const market = new Map<string, Side>();
  const equity = toNumber(before.account.equity);
  put(held, CASH_GROUP, toNumber(before.account.cash) / equity, 0);
  for (const { symbol, marketValue } of before.account.positions) {
    put(held, sectorOf(symbol), toNumber(marketValue) / equity, returnOf(before, after, symbol) ?? 0);
  }
  const traded = [...before.closes.keys()].flatMap((symbol) => {
    const made = returnOf(before, after, symbol);
    return made === undefined ? [] : [{ symbol, made }];
  });
  for (const { symbol, made } of traded) put(market, sectorOf(symbol), 1 / traded.length, made);
  return [...new Set([...held.keys(), ...market.keys()])].sort().map((group) => {
    const portfolio = held.get(group);
    const benchmark = market.get(group);
    const mean = (side: Side | undefined): number | undefined =>
      side === undefined || side.weight === 0 ? undefined : side.made / side.weight;
    // A group that one side has none of has no return there: taking the other side's makes the whole effect one of allocation, as it is.
    return {
      group,
      portfolioWeight: portfolio?.weight ?? 0,
      benchmarkWeight: benchmark?.weight ?? 0,
      portfolioReturn: mean(portfolio) ?? mean(benchmark) ?? 0,
      benchmarkReturn: mean(benchmark) ?? mean(portfolio) ?? 0,
    };
  });
};

/**
 * The account against equal parts of everything that has a price, day by day from the holdings of the evening before, linked to one period. Undefined without two
 * days or without equity.
 */
export const attributeHoldings = (
  ends: readonly DayEnd[],
  transfers: ReadonlyMap<string, number>,
  sectorOf: (symbol: string) => string,
): HoldingsAttribution | undefined => {
  const days: Attribution[] = [];
  let grown = 1;
  for (let index = 1; index < ends.length; index += 1) {
    const before = ends[index - 1]!;
    const after = ends[index]!;
    const equity = toNumber(before.account.equity);
    if (equity <= 0) return undefined;
    days.push(attribute(groupsOf(before, after, sectorOf)));
    grown *= (toNumber(after.account.equity) - (transfers.get(after.date) ?? 0)) / equity;
  }
  if (days.length === 0) return undefined;
  const linked = linkAttributions(days);
  return { ...linked, accountReturn: grown - 1, trading: grown - 1 - linked.portfolioReturn, days: days.length };
};
