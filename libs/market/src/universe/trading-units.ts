import { type Instrument, type Price, price, type Quantity, quantity } from '@tradewind/vocabulary';

/** The step of prices from a price on, highest first. */
type Steps<T> = readonly (readonly [from: Price, step: T])[];

const ANY = price('0');
/** SEC Rule 612 (Regulation NMS): no finer than a cent, below a dollar no finer than a hundredth of one. */
const US_TICKS: Steps<Price> = [
  [price('1'), price('0.01')],
  [ANY, price('0.0001')],
];
/** UMIR 6.1: half a cent below 50 cents. */
const CANADIAN_TICKS: Steps<Price> = [
  [price('0.5'), price('0.01')],
  [ANY, price('0.005')],
];
const US_LOTS: Steps<Quantity> = [[ANY, quantity('100')]];
/** UMIR 1.1, "standard trading unit". */
const CANADIAN_LOTS: Steps<Quantity> = [
  [price('1'), quantity('100')],
  [price('0.1'), quantity('500')],
  [ANY, quantity('1000')],
];

const stepAt = <T>(steps: Steps<T>, unitPrice: Price): T => {
  const found = steps.find(([from]) => unitPrice >= from);
  if (found === undefined) throw new RangeError('a negative price has no trading unit');
  return found[1];
};

/** The smallest step between two prices of an order near a price. Throws RangeError when it is negative. */
export const tickSizeAt = (instrument: Instrument, unitPrice: Price): Price => {
  if (instrument.category === 'SIMULATED') return instrument.tickSize;
  return stepAt(instrument.currency === 'CAD' ? CANADIAN_TICKS : US_TICKS, unitPrice);
};

/** The standard lot near a price: less is an odd lot. Throws RangeError when the price is negative. */
export const boardLotAt = (instrument: Instrument, unitPrice: Price): Quantity => {
  if (instrument.category === 'SIMULATED') return instrument.lotSize;
  return stepAt(instrument.currency === 'CAD' ? CANADIAN_LOTS : US_LOTS, unitPrice);
};
