import { formatDecimal } from '@tradewind/vocabulary';

import { drop, type QualityPolicy } from './policy.js';

const PRICE_FIELDS = ['open', 'high', 'low', 'close'] as const;

export const positiveValues: QualityPolicy = {
  name: 'positive-values',
  check(row) {
    for (const field of PRICE_FIELDS) {
      if (row[field] <= 0n) return drop('BAR_PRICE_NOT_POSITIVE', field, `${formatDecimal(row[field])} must be above 0`);
    }
    if (row.volume < 0n) return drop('BAR_VOLUME_NEGATIVE', 'volume', `${formatDecimal(row.volume)} must not be negative`);
    return undefined;
  },
};
