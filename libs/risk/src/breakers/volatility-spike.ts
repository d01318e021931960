import { measuredBreaker } from './measured-breaker.js';

/** Volatility of what is held, the latest bars against those before them. */
export const volatilitySpike = measuredBreaker({
  rule: 'volatility-spike',
  action: 'TIGHTEN_STOPS',
  reason: 'volatility rose beyond its limit',
  endReason: 'volatility is down',
  becomes: () => 'ACTIVE',
  settings: (profile) => profile.breakers.volatilitySpike,
  measure: ({ portfolio }, { shortBars, longBars }) => portfolio.volatilityRatio(shortBars, longBars),
});
