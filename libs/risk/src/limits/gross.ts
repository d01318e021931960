import { scaleBy, subtract } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** Everything carried. */
export const gross: ExposureLimit = {
  code: 'GROSS_LIMIT',
  room: (_entry, { book, profile: { limits } }) => subtract(scaleBy(book.equity, limits.grossMax), book.gross),
};
