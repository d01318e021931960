import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** Lot, tick and sector come from the instrument table. */
export const knownInstrument: SignalCheck = {
  name: 'known-instrument',
  check: ({ decision, instrument }) => (instrument === undefined ? denial('UNKNOWN_INSTRUMENT', { symbol: decision.symbol }) : undefined),
};
