import type { Collector } from './collector.js';

/** The term structure of implied volatility, once its indexes have closed. */
export const volatility: Collector = {
  name: 'volatility',
  series: ['macro/VIX9D', 'macro/VIX', 'macro/VIX3M', 'macro/VIX6M'],
  ofSymbol: false,
  times: ['17:00'],
  days: 'business',
  lookBackDays: 7,
  historyDays: 12_000,
};
