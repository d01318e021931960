import type { Breaker } from '../breakers/breaker.js';

/** RK7: decisions that come too late, for several steps. Milliseconds, as `measured` and `limit` are. */
export const decisionLatency: Breaker = {
  rule: 'decision-latency',
  action: 'REFUSE_ENTRIES',
  reason: 'decisions take too long',
  endReason: 'decisions are fast again',
  becomes: ({ controls }) => (controls.decisionLatency === 'off' ? 'ACTIVE' : controls.decisionLatency.becomes),
  isTripped: ({ state, profile: { controls } }) =>
    controls.decisionLatency !== 'off' && state.controls.latency.bad >= controls.decisionLatency.steps,
  isOver: ({ state, profile: { controls } }) =>
    controls.decisionLatency === 'off' || state.controls.latency.good >= controls.decisionLatency.steps,
  measured: ({ state }) => Math.max(0, state.controls.lastLatencyMs),
  limit: ({ controls }) => (controls.decisionLatency === 'off' ? 0 : controls.decisionLatency.limitMs),
};
