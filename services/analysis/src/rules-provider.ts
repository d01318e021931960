import { analyseStep, type MarketViewReader } from '@tradewind/signals';

import type { AnalysisProvider } from './provider.js';

/** The rule-based analyst: the default, and what every other provider falls back to. */
export const rulesProvider = (read: MarketViewReader): AnalysisProvider => ({
  analyse: (features) => Promise.resolve({ analyses: analyseStep(features, read).analyses, degraded: [] }),
});
