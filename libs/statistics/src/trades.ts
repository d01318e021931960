export interface TradeStatistics {
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  /** Wins over all trades; a trade that ends at exactly zero is neither. NaN without trades. */
  readonly winRate: number;
  /** Gross profit over gross loss. Infinity without a loss, NaN without trades. */
  readonly profitFactor: number;
  /** Mean profit a trade, in the unit of the profits. NaN without trades. */
  readonly expectancy: number;
  readonly averageWin: number;
  /** Positive. */
  readonly averageLoss: number;
  readonly largestWin: number;
  /** Positive. */
  readonly largestLoss: number;
}

/** Statistics of closed trades from their profits after costs, losses negative. */
export const tradeStatistics = (profits: readonly number[]): TradeStatistics => {
  const winners = profits.filter((profit) => profit > 0);
  const losers = profits.filter((profit) => profit < 0);
  const grossProfit = winners.reduce((sum, profit) => sum + profit, 0);
  const grossLoss = losers.reduce((sum, profit) => sum - profit, 0);
  const none = profits.length === 0;
  return {
    trades: profits.length,
    wins: winners.length,
    losses: losers.length,
    winRate: none ? Number.NaN : winners.length / profits.length,
    profitFactor: none ? Number.NaN : grossProfit / grossLoss,
    expectancy: none ? Number.NaN : (grossProfit - grossLoss) / profits.length,
    averageWin: winners.length === 0 ? 0 : grossProfit / winners.length,
    averageLoss: losers.length === 0 ? 0 : grossLoss / losers.length,
    largestWin: winners.reduce((most, profit) => Math.max(most, profit), 0),
    largestLoss: losers.reduce((most, profit) => Math.max(most, -profit), 0),
  };
};
