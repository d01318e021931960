import { add, scaleBy, subtract } from '@tradewind/vocabulary';

import type { ExposureLimit } from './limit.js';

/** The largest instruments together, this one counted among them. */
export const concentration: ExposureLimit = {
  code: 'CONCENTRATION',
  room: ({ instrument }, { book, profile: { limits } }) => {
    if (limits.concentration === 'off') return undefined;
    const { positions, max } = limits.concentration;
    const carried = add(book.largestWithout(positions - 1, instrument.symbol), book.exposure(instrument.symbol));
    return subtract(scaleBy(book.equity, max), carried);
  },
};
