import { ZERO_PRICE } from '@tradewind/vocabulary';

import { worsened } from './slippage-policy.js';
import type { SlippagePolicy } from './slippage-policy.js';

/** Half of the spread on top of a mid price; nothing while the spread is not known. */
export const halfSpreadSlippage: SlippagePolicy = {
  slip: (context) => worsened(context, context.spread === undefined ? ZERO_PRICE : ((context.spread / 2n) as typeof context.spread)),
};
