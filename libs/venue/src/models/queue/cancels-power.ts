import { least, toNumber } from '@tradewind/vocabulary';
import type { Quantity } from '@tradewind/vocabulary';

import type { QueueModel } from './queue-model.js';

/** Parts per billion: the share is a double, the quantities stay exact. */
const SCALE = 1_000_000_000;

/**
 * Those before us cancel less than their share, since they wait for what is worth more: of a cancellation, ahead^n ÷ (ahead^n + behind^n) stands before us
 * (the power function of hftbacktest's probabilistic queue models). n = 1 is the proportional model. Throws RangeError unless n is above 0.
 */
export const cancelsPower = (n: number): QueueModel => {
  if (!(n > 0)) throw new RangeError(`the power must be above 0, not ${n}`);
  return {
    name: `power ${n}`,
    cancelledAhead(ahead, shown, cancelled) {
      const before = toNumber(ahead) ** n;
      const behind = Math.max(0, toNumber(shown) - toNumber(ahead)) ** n;
      if (before === 0) return ahead;
      return least(ahead, ((cancelled * BigInt(Math.floor((before / (before + behind)) * SCALE))) / BigInt(SCALE)) as Quantity);
    },
  };
};
