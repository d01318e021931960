import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** HALTED lets nothing pass; REDUCING lets exits pass. */
export const tradingState: SignalCheck = {
  name: 'trading-state',
  check: ({ decision, state }) => {
    const { status, actor } = state.trading;
    if (status === 'HALTED') return denial('TRADING_HALTED', { actor });
    return status === 'REDUCING' && decision.action === 'ENTER' ? denial('TRADING_REDUCING', { actor }) : undefined;
  },
};
