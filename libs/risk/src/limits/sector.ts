import { scaleBy, subtract } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** All instruments of one sector. */
export const sector: ExposureLimit = {
  code: 'SECTOR_LIMIT',
  room: ({ instrument }, { book, profile: { limits } }) =>
    subtract(scaleBy(book.equity, limits.sectorMax), book.sectorExposure(instrument.sector)),
};
