import { type QualityPolicy, warn } from './policy.js';

export const COPIED_OPENS_WARNED = 10;

/** Index vendors used to report the close before as the open; said once a streak and not held against the score, for the closes are good. */
export const copiedOpen: QualityPolicy = {
  name: 'copied-open',
  check(row, { last, copiedOpens }) {
    if (last === undefined || row.open !== last.close || copiedOpens + 1 !== COPIED_OPENS_WARNED) return undefined;
    return warn('BAR_OPEN_COPIED', 'open', `${COPIED_OPENS_WARNED} opens in succession repeat the close before`, 0);
  },
};
