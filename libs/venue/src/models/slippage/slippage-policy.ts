import { floorToStep, greatest } from '@tradewind/vocabulary';
import type { Price, Quantity, Side } from '@tradewind/vocabulary';

/** What a model may look at. What is not known is left out, and the model says what it does then. */
export interface SlippageContext {
  readonly side: Side;
  readonly reference: Price;
  readonly tickSize: Price;
  /** What is about to fill. */
  readonly quantity: Quantity;
  /** Best ask less best bid. */
  readonly spread?: Price;
  /** Of the bar that fills. */
  readonly barVolume?: Quantity;
  readonly averageDailyVolume?: Quantity;
  /** Standard deviation of daily returns, e.g. 0.0157. */
  readonly dailyVolatility?: number;
}

/** How much worse than the reference price an aggressive order fills. */
export interface SlippagePolicy {
  /** A price on the tick grid, never better than `reference`, above zero. */
  slip(context: SlippageContext): Price;
}

/** `distance` worse than the reference, rounded to the next tick against the order, above zero. */
export const worsened = ({ side, reference, tickSize }: SlippageContext, distance: Price): Price => {
  const exact = (side === 'BUY' ? reference + distance : reference - distance) as Price;
  const floor = floorToStep(exact, tickSize);
  if (floor === exact && exact > 0n) return exact;
  return side === 'BUY' ? ((floor + tickSize) as Price) : greatest(floor, tickSize);
};
