import { sampleDeviation } from '@tradewind/statistics';
import { toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import { tailLoss } from '../tail-loss.js';
import type { OrderCheck } from './check.js';

/** What the portfolio would have done in the window with the trade in it: its annual volatility, and the loss at the confidence of value at risk. */
export const portfolioRisk: OrderCheck = {
  name: 'portfolio-risk',
  check: ({ entry, instrument, worstNotional }, { portfolio, market, profile: { portfolio: limits } }) => {
    const { volatilityMax, valueAtRisk } = limits;
    if (entry === undefined || (volatilityMax === 'off' && valueAtRisk === 'off')) return undefined;
    const estimate = portfolio();
    const after = estimate.returnsWith(instrument.symbol, toNumber(worstNotional) / estimate.equity);
    if (volatilityMax !== 'off') {
      const volatility = sampleDeviation(after) * Math.sqrt(market.barsPerYear);
      const limit = toNumber(volatilityMax);
      if (!(volatility <= limit)) return denial('PORTFOLIO_VOLATILITY', { volatility: volatility.toFixed(4), limit: String(limit) });
    }
    if (valueAtRisk === 'off') return undefined;
    const loss = tailLoss(after, toNumber(valueAtRisk.confidence));
    const limit = toNumber(valueAtRisk.max);
    return loss <= limit ? undefined : denial('PORTFOLIO_VAR', { valueAtRisk: loss.toFixed(4), limit: String(limit) });
  },
};
