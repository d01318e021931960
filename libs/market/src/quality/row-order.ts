import { drop, type QualityPolicy } from './policy.js';

export const rowOrder: QualityPolicy = {
  name: 'row-order',
  check(row, { last }) {
    if (last === undefined || row.date > last.date) return undefined;
    return row.date === last.date
      ? drop('BAR_DUPLICATE', 'date', `${row.date} must come once`)
      : drop('BAR_OUT_OF_ORDER', 'date', `${row.date} must come after ${last.date}`);
  },
};
