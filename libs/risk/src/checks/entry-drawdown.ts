import { formatDecimal, scaleBy, subtract } from '@tradewind/vocabulary';

import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Before a breaker closes positions, nothing new is opened. */
export const entryDrawdown: SignalCheck = {
  name: 'entry-drawdown',
  check: ({ decision, state, profile: { limits } }) => {
    if (limits.entryDrawdownMax === 'off' || decision.action !== 'ENTER') return undefined;
    const loss = subtract(state.peakEquity, state.equity);
    return loss > 0n && loss >= scaleBy(state.peakEquity, limits.entryDrawdownMax)
      ? denial('ENTRY_DRAWDOWN', { loss: formatDecimal(loss), peak: formatDecimal(state.peakEquity) })
      : undefined;
  },
};
