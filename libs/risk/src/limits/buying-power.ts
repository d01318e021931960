import { scaleBy, subtract } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** A multiple of equity, 1 on a cash account, less what is carried. */
export const buyingPower: ExposureLimit = {
  code: 'BUYING_POWER',
  room: (_entry, { book, profile: { limits } }) => subtract(scaleBy(book.equity, limits.buyingPowerMultiple), book.gross),
};
