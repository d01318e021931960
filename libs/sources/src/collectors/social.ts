import type { Collector } from './collector.js';

/** What is said of companies on social networks, by the hour. */
export const social: Collector = {
  name: 'social',
  series: ['sentiment/'],
  ofSymbol: true,
  times: ['06:30', '09:30', '12:30', '15:30', '18:30'],
  days: 'every',
  lookBackDays: 2,
  historyDays: 30,
};
