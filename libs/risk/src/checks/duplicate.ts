import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Idempotency comes first: a signal that was judged gets no second order, whatever else holds. */
export const duplicate: SignalCheck = {
  name: 'duplicate',
  check: ({ decision, state }) => {
    const last = state.lastSignals[decision.symbol];
    return last !== undefined && decision.at <= last ? denial('DUPLICATE_SIGNAL', { signal: decision.id }) : undefined;
  },
};
