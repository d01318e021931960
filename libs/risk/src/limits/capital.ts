import type { ExposureLimit } from './limit.js';

/** What the strategy's bucket still holds. */
export const bucketBudget: ExposureLimit = {
  code: 'BUCKET_BUDGET',
  room: ({ strategy }, { book }) => book.capital.bucketRoom(strategy, book.equity),
};

/** What the strategy itself may still take. */
export const strategyBudget: ExposureLimit = {
  code: 'STRATEGY_BUDGET',
  room: ({ strategy }, { book }) => book.capital.strategyRoom(strategy, book.equity),
};
