import type { Collector } from './collector.js';

/** Splits and dividends, before the open of the day on which they take effect. */
export const actions: Collector = {
  name: 'actions',
  series: ['action/'],
  ofSymbol: true,
  times: ['06:00'],
  days: 'business',
  lookBackDays: 60,
  historyDays: 12_000,
};
