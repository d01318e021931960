import type { LatencyModel } from './latency-model.js';

export const noLatency: LatencyModel = { delay: () => 0n };
