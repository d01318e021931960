import { denial } from '../deny-codes.js';
import { judgesPortfolio } from '../profile-history.js';
import type { SignalCheck } from './check.js';

/** Correlation, volatility and value at risk are estimated from bars: without them there is no yes. */
export const knownHistory: SignalCheck = {
  name: 'known-history',
  check: ({ decision, market, portfolio, profile }) =>
    decision.action !== 'ENTER' || !judgesPortfolio(profile) || portfolio().knows(decision.symbol)
      ? undefined
      : denial('HISTORY_SHORT', { symbol: decision.symbol, bars: String(market.history.barsOf(decision.symbol)) }),
};
