import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

const isAboveZero = (value: number): boolean => Number.isFinite(value) && value > 0;

/** Sizing and stops need a price and an ATR; an exit needs neither. */
export const warm: SignalCheck = {
  name: 'warm',
  check: ({ decision }) =>
    decision.action === 'EXIT' || (isAboveZero(decision.referencePrice) && isAboveZero(decision.atr)) ? undefined : denial('WARM_UP'),
};
