import { absolute, formatDecimal, priceFromNumber, scaleBy, subtract } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** A reference price far from the last mark is a wrong price until shown otherwise. An exit goes to market and needs none. */
export const priceCollar: SignalCheck = {
  name: 'price-collar',
  check: ({ decision, book, profile }) => {
    const mark = book.holding(decision.symbol)?.markPrice;
    if (mark === undefined || decision.action === 'EXIT') return undefined;
    const distance = absolute(subtract(priceFromNumber(decision.referencePrice), mark));
    if (distance <= scaleBy(mark, profile.limits.priceCollar)) return undefined;
    return denial('PRICE_COLLAR', {
      reference: String(decision.referencePrice),
      mark: formatDecimal(mark),
      collar: formatDecimal(profile.limits.priceCollar),
    });
  },
};
