import type { BookView } from './book-view.js';

/** (qb − qa) / (qb + qa) at the best prices, in [-1, 1] (Gould and Bonart, "Queue Imbalance as a One-Tick-Ahead Price Predictor", 2016); NaN unless usable. */
export const queueImbalance = (book: BookView): number => {
  if (!book.usable) return Number.NaN;
  const bid = book.bidSizes[0]!;
  const ask = book.askSizes[0]!;
  return (bid - ask) / (bid + ask);
};

/** Best prices weighted by the size on the other side, in price (Gatheral and Oomen 2010, sec. 2); NaN unless usable. */
export const microprice = (book: BookView): number => {
  if (!book.usable) return Number.NaN;
  const bid = book.bidSizes[0]!;
  const ask = book.askSizes[0]!;
  return (book.bidPrices[0]! * ask + book.askPrices[0]! * bid) / (bid + ask);
};

const sumOf = (sizes: Float64Array, levels: number): number => {
  let sum = 0;
  for (let level = 0; level < levels; level += 1) sum += sizes[level]!;
  return sum;
};

/** Units on one side's best `levels` levels. */
export const depthOf = (book: BookView, side: 'bid' | 'ask', levels: number): number =>
  sumOf(side === 'bid' ? book.bidSizes : book.askSizes, levels);

/** (bid depth − ask depth) / (bid depth + ask depth) over the best `levels` levels, in [-1, 1]; NaN unless usable. */
export const depthImbalance = (book: BookView, levels: number): number => {
  if (!book.usable) return Number.NaN;
  const bid = sumOf(book.bidSizes, levels);
  const ask = sumOf(book.askSizes, levels);
  return (bid - ask) / (bid + ask);
};

const BASIS_POINTS = 10_000;

/**
 * How fast one side thickens away from the middle: least-squares slope through the origin of the size heaped up to a level on the level's
 * distance from the middle, in units per basis point. After the order book slope of Næs and Skjeltorp, "Order book characteristics and the
 * volume–volatility relation", J. Financial Markets 9 (2006), sec. 3, with sizes in place of their logarithms, so that books in fractions of a
 * unit have one too. NaN unless usable.
 */
export const depthSlope = (book: BookView, side: 'bid' | 'ask', levels: number): number => {
  if (!book.usable) return Number.NaN;
  const prices = side === 'bid' ? book.bidPrices : book.askPrices;
  const sizes = side === 'bid' ? book.bidSizes : book.askSizes;
  let heaped = 0;
  let products = 0;
  let squares = 0;
  for (let level = 0; level < levels && sizes[level]! > 0; level += 1) {
    const distance = Math.abs(prices[level]! / book.mid - 1) * BASIS_POINTS;
    heaped += sizes[level]!;
    products += heaped * distance;
    squares += distance * distance;
  }
  return products / squares;
};
