import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** An instrument that did not trade in the step is halted, illiquid or no longer told of: its last price is no price to enter at. */
export const currentBar: SignalCheck = {
  name: 'current-bar',
  check: ({ decision, market, profile: { limits } }) =>
    limits.currentBar === 'off' || decision.action !== 'ENTER' || market.traded(decision.symbol)
      ? undefined
      : denial('STALE_MARK', { symbol: decision.symbol }),
};
