import { toNumber } from '@tradewind/vocabulary';

import type { Breaker } from '../breakers/breaker.js';

/** RK7: too many instruments with bad data, for several steps: one bad step is an accident. */
export const dataQuality: Breaker = {
  rule: 'data-quality',
  action: 'REFUSE_ENTRIES',
  reason: 'market data is bad in too many instruments',
  endReason: 'market data is good again',
  becomes: ({ controls }) => (controls.dataQuality === 'off' ? 'ACTIVE' : controls.dataQuality.becomes),
  isTripped: ({ state, profile: { controls } }) =>
    controls.dataQuality !== 'off' && state.controls.quality.bad >= controls.dataQuality.steps,
  isOver: ({ state, profile: { controls } }) => controls.dataQuality === 'off' || state.controls.quality.good >= controls.dataQuality.steps,
  measured: ({ state }) => Math.max(0, state.controls.lastQuality),
  limit: ({ controls }) => (controls.dataQuality === 'off' ? 0 : toNumber(controls.dataQuality.limit)),
};
