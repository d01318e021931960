import { scaleBy } from '@tradewind/vocabulary';
import type { Decimal } from '@tradewind/vocabulary';

import { worsened } from './slippage-policy.js';
import type { SlippagePolicy } from './slippage-policy.js';

/** A fixed share of the reference price. */
export const ratioSlippage = (ratio: Decimal): SlippagePolicy => ({
  slip: (context) => worsened(context, scaleBy(context.reference, ratio)),
});
