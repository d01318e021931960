import { type QualityPolicy, warn } from './policy.js';

export const tradedVolume: QualityPolicy = {
  name: 'traded-volume',
  check: (row) => (row.volume === 0n ? warn('BAR_VOLUME_ZERO', 'volume', 'no volume was reported') : undefined),
};
