import type { Collector } from './collector.js';

/** Stories about companies. Vendors list some hours after they were published. */
export const news: Collector = {
  name: 'news',
  series: ['news/'],
  ofSymbol: true,
  times: ['06:00', '08:00', '10:00', '12:00', '14:00', '16:00', '18:00', '20:00'],
  days: 'every',
  lookBackDays: 2,
  historyDays: 30,
};
