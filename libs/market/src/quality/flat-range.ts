import { type QualityPolicy, warn } from './policy.js';

export const flatRange: QualityPolicy = {
  name: 'flat-range',
  check: (row) => (row.high === row.low ? warn('BAR_FLAT', 'high', 'high and low are equal') : undefined),
};
