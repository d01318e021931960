import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Halted, restricted and watched instruments are named in the profile: what is held of them may be sold. */
export const unrestricted: SignalCheck = {
  name: 'unrestricted',
  check: ({ decision, profile }) =>
    decision.action === 'ENTER' && profile.universe.restricted.includes(decision.symbol)
      ? denial('SYMBOL_RESTRICTED', { symbol: decision.symbol })
      : undefined,
};
