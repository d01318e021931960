import { type QualityPolicy, warn } from './policy.js';

export const staleValues: QualityPolicy = {
  name: 'stale-values',
  check(row, { last }) {
    if (last === undefined || row.volume === 0n) return undefined;
    const same =
      row.open === last.open && row.high === last.high && row.low === last.low && row.close === last.close && row.volume === last.volume;
    return same ? warn('BAR_REPEATED', 'close', `prices and volume repeat those of ${last.date}`, 1) : undefined;
  },
};
