import { sampleCovariance, sampleVariance } from '@tradewind/statistics';
import { toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { OrderCheck } from './check.js';

/** Slope of the portfolio's returns, the trade in them, on those of the benchmark. */
export const beta: OrderCheck = {
  name: 'beta',
  check: ({ entry, instrument, worstNotional }, { portfolio, profile: { portfolio: limits } }) => {
    if (entry === undefined || limits.beta === 'off') return undefined;
    const estimate = portfolio();
    const benchmark = estimate.returnsOf(limits.beta.benchmark);
    if (benchmark === undefined) return denial('HISTORY_SHORT', { symbol: limits.beta.benchmark, bars: '0' });
    const after = estimate.returnsWith(instrument.symbol, toNumber(worstNotional) / estimate.equity);
    const slope = sampleCovariance(after, benchmark) / sampleVariance(benchmark);
    const limit = toNumber(limits.beta.max);
    return slope <= limit ? undefined : denial('PORTFOLIO_BETA', { beta: slope.toFixed(4), limit: String(limit) });
  },
};
