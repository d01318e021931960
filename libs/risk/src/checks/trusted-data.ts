import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Nothing new rests on data that fails its own checks; what is held may be sold, within the collar. */
export const trustedData: SignalCheck = {
  name: 'trusted-data',
  check: ({ decision, lowQuality }) => {
    if (decision.action !== 'ENTER') return undefined;
    const poor = lowQuality.find(({ symbol }) => symbol === decision.symbol);
    return poor === undefined ? undefined : denial('DATA_QUALITY', { score: poor.score.toFixed(4) });
  },
};
