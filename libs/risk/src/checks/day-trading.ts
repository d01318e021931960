import { formatDecimal } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import { dayTradesOf } from '../trade-activity.js';
import type { SignalCheck } from './check.js';

/**
 * Pattern day trading on a margin account below the equity of FINRA Rule 4210(f)(8)(B). Entries are refused and not exits: a position that was entered
 * must be free to be left on the same day, stops included.
 */
export const dayTrading: SignalCheck = {
  name: 'day-trading',
  check: ({ decision, state, book, profile: { account } }) => {
    if (account.kind !== 'margin' || decision.action !== 'ENTER' || book.equity >= account.dayTradeEquityMinUsd) return undefined;
    const trades = dayTradesOf(state.activity, state.session);
    return trades >= account.dayTradesMax
      ? denial('PATTERN_DAY_TRADER', { dayTrades: String(trades), equity: formatDecimal(book.equity) })
      : undefined;
  },
};
