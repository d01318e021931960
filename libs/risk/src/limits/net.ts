import { scaleBy, subtract } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** Everything carried, short positions taken off. */
export const net: ExposureLimit = {
  code: 'NET_LIMIT',
  room: (_entry, { book, profile: { limits } }) =>
    limits.netMax === 'off' ? undefined : subtract(scaleBy(book.equity, limits.netMax), book.net),
};
