import { scaleBy, subtract } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** One instrument. */
export const position: ExposureLimit = {
  code: 'POSITION_LIMIT',
  room: ({ instrument }, { book, profile: { limits } }) =>
    subtract(scaleBy(book.equity, limits.positionMax), book.exposure(instrument.symbol)),
};
