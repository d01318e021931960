import type { Collector } from './collector.js';

/** Insiders' trades. Form 4 is filed until 22:00, and often late. */
export const insiders: Collector = {
  name: 'insiders',
  series: ['insider/'],
  ofSymbol: true,
  times: ['06:00'],
  days: 'business',
  lookBackDays: 60,
  historyDays: 3_650,
};
