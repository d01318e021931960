import type { Collector } from './collector.js';

/** Statements, earnings and ratios. Reports come before the open and after the close; restatements reach back over a year. */
export const fundamentals: Collector = {
  name: 'fundamentals',
  series: ['fundamental/'],
  ofSymbol: true,
  times: ['06:00', '20:30'],
  days: 'business',
  lookBackDays: 400,
  historyDays: 7_500,
};
