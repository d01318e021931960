import type { SlippagePolicy } from './slippage-policy.js';

/** Fills at the reference price. */
export const noSlippage: SlippagePolicy = { slip: ({ reference }) => reference };
