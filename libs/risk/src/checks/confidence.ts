import { toNumber } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** The profile's own threshold, beside the one that validation has. */
export const confidence: SignalCheck = {
  name: 'confidence',
  check: ({ decision, profile: { limits } }) =>
    limits.confidenceMin === 'off' || decision.action !== 'ENTER' || decision.confidence >= toNumber(limits.confidenceMin)
      ? undefined
      : denial('CONFIDENCE_LOW', { confidence: decision.confidence.toFixed(4), limit: String(toNumber(limits.confidenceMin)) }),
};
