import type { Collector } from './collector.js';

/** Analysts' recommendations, which the vendor closes with the month. */
export const analysts: Collector = {
  name: 'analysts',
  series: ['analyst/'],
  ofSymbol: true,
  times: ['06:00'],
  days: 'business',
  lookBackDays: 100,
  historyDays: 1_000,
};
