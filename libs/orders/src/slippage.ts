import { floorToStep, greatest, scaleBy } from '@tradewind/vocabulary';
import type { Decimal, Price, Side } from '@tradewind/vocabulary';

/** How much worse than the reference price an aggressive order fills. */
export interface SlippagePolicy {
  /** A price on the tick grid, never better than `reference`, above zero. */
  slip(side: Side, reference: Price, tickSize: Price): Price;
}

const onGrid = (side: Side, exact: Price, tickSize: Price): Price => {
  const floor = floorToStep(exact, tickSize);
  if (floor === exact) return exact;
  return side === 'BUY' ? ((floor + tickSize) as Price) : greatest(floor, tickSize);
};

/** A fixed share of the reference price, rounded to the next tick against the order. */
export const ratioSlippage = (ratio: Decimal): SlippagePolicy => ({
  slip: (side, reference, tickSize) => {
    const distance = scaleBy(reference, ratio);
    return onGrid(side, (side === 'BUY' ? reference + distance : reference - distance) as Price, tickSize);
  },
});

export const noSlippage: SlippagePolicy = { slip: (_side, reference) => reference };
