import { add, formatDecimal, greatest, notional, scaleBy, subtract, ZERO_MONEY, ZERO_PRICE } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** An entry whose stop would use up what is left of the day's loss limit is not made: the breaker stays for what no stop foresees. */
export const dailyLossBudget: OrderCheck = {
  name: 'daily-loss-budget',
  check: ({ entry, quantity }, { state, profile: { limits, breakers } }) => {
    if (entry === undefined || limits.dailyLossShare === 'off') return undefined;
    const lost = greatest(subtract(state.dayStartEquity, state.equity), ZERO_MONEY);
    const atStop = notional(subtract(entry.worstPrice, entry.protectiveStop ?? ZERO_PRICE), quantity);
    const budget = scaleBy(scaleBy(state.dayStartEquity, breakers.dailyLoss.limit), limits.dailyLossShare);
    return add(lost, atStop) > budget
      ? denial('DAILY_LOSS_BUDGET', { lost: formatDecimal(lost), atStop: formatDecimal(atStop), budget: formatDecimal(budget) })
      : undefined;
  },
};
