import { toNumber } from '@tradewind/vocabulary';

import { lossAtRisk } from '../exposure/loss-at-risk.js';
import { measuredBreaker } from './measured-breaker.js';

/** Loss of the present positions over a horizon at a confidence; longer horizons by the square root of time (RiskMetrics 1996, 4.2). */
export const valueAtRisk = measuredBreaker({
  rule: 'value-at-risk',
  action: 'REDUCE_HALF',
  reason: 'value at risk limit reached; entries resume when it is down',
  endReason: 'value at risk is down',
  becomes: () => 'REDUCING',
  settings: (profile) => profile.breakers.valueAtRisk,
  measure: ({ portfolio }, { measure, method, confidence, bars, horizonBars }) => {
    const returns = portfolio.returns(bars);
    return returns === undefined ? undefined : lossAtRisk(returns, measure, method, toNumber(confidence)) * Math.sqrt(horizonBars);
  },
});
