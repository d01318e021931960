import { add, notional, subtract } from '@tradewind/vocabulary';
import type { Price, UnixNanos } from '@tradewind/vocabulary';

import { applyMarks, averageCost } from './account.js';
import { AccountingError } from './accounting-error.js';
import type { AccountState, Position } from './account.js';
import { foreignTotals } from './foreign-cash.js';
import type { AccountSnapshot, PositionView } from './facts.js';

const viewOf = (position: Position): PositionView => {
  const marketValue = notional(position.markPrice, position.quantity);
  return {
    symbol: position.symbol,
    quantity: position.quantity,
    averagePrice: averageCost(position),
    markPrice: position.markPrice,
    marketValue,
    unrealisedPnl: subtract(marketValue, position.cost),
    realisedPnl: position.realisedPnl,
  };
};

/**
 * The account at its last marks, positions sorted by symbol; cash of other currencies counts at its last rate. Throws AccountingError unless
 * cash + market values = opening cash + realised + unrealised − fees, to the last unit.
 */
export const snapshotOf = (account: AccountState, at: UnixNanos): AccountSnapshot => {
  const positions = Object.keys(account.positions)
    .sort()
    .map((symbol) => viewOf(account.positions[symbol]!));
  const foreign = foreignTotals(account);
  const cash = add(account.cash, foreign.value);
  let equity = cash;
  let unrealisedPnl = subtract(foreign.value, foreign.cost);
  for (const position of positions) {
    equity = add(equity, position.marketValue);
    unrealisedPnl = add(unrealisedPnl, position.unrealisedPnl);
  }
  const explained = subtract(add(add(account.openingCash, account.realisedPnl), unrealisedPnl), account.feesPaid);
  if (equity !== explained)
    throw new AccountingError('EQUITY_BROKEN', `equity ${equity} is not the ${explained} that profit and fees explain`);
  return {
    accountId: account.accountId,
    at,
    currency: account.currency,
    cash,
    equity,
    realisedPnl: account.realisedPnl,
    unrealisedPnl,
    feesPaid: account.feesPaid,
    positions,
  };
};

/** The account marked at `closes`; symbols without one stay at their last mark. The account itself is not changed: see `applyMarks`. */
export const markToMarket = (account: AccountState, closes: Readonly<Record<string, Price>>, at: UnixNanos): AccountSnapshot =>
  snapshotOf(applyMarks(account, closes), at);
