import type { Collector } from './collector.js';

/** Rates, the yield curve, prices, unemployment and oil. A year is looked at again, for the yearly revisions. */
export const macro: Collector = {
  name: 'macro',
  series: ['macro/'],
  ofSymbol: false,
  times: ['09:00', '18:45'],
  days: 'business',
  lookBackDays: 400,
  historyDays: 12_000,
};
