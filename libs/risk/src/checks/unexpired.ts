import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** An expired signal describes a market that is gone. */
export const unexpired: SignalCheck = {
  name: 'unexpired',
  check: ({ decision, header }) =>
    decision.expiresAtStep < header.step
      ? denial('SIGNAL_EXPIRED', { step: String(header.step), expiresAtStep: String(decision.expiresAtStep) })
      : undefined,
};
