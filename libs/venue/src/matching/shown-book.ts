import type { BookDelta, BookLevel, BookSide, BookSnapshot, Quote } from '@tradewind/market';
import { least, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Price, Quantity, Side } from '@tradewind/vocabulary';

/** One price at which the market shows quantity, and how much of it our own orders have taken. */
export interface ShownLevel {
  readonly price: Price;
  shown: Quantity;
  /** Never above `shown`: what we took is not offered again until the market shows more. */
  taken: Quantity;
}

/** NONE: nothing was shown yet. LEVELS come from a book, TOUCH from quotes: there nothing is known beyond the best price. GAPPED: a delta was lost. */
export type ShownDepth = 'NONE' | 'TOUCH' | 'LEVELS' | 'GAPPED';

/** What the market offers in one symbol, as far as it shows it; plain data, best levels first. */
export interface ShownBook {
  depth: ShownDepth;
  sequence: number;
  bids: ShownLevel[];
  asks: ShownLevel[];
}

/** What one level gave. */
export interface Taken {
  readonly price: Price;
  readonly quantity: Quantity;
}

export const emptyBook = (): ShownBook => ({ depth: 'NONE', sequence: 0, bids: [], asks: [] });

export const levelsOf = (book: ShownBook, side: BookSide): ShownLevel[] => (side === 'BID' ? book.bids : book.asks);
/** The side of the book that an order rests on. */
export const restingSideOf = (side: Side): BookSide => (side === 'BUY' ? 'BID' : 'ASK');
/** The side of the book that an order takes from. */
export const oppositeOf = (side: Side): BookSide => (side === 'BUY' ? 'ASK' : 'BID');

const isBetter = (side: BookSide, left: Price, right: Price): boolean => (side === 'BID' ? left > right : left < right);

/** Where a price is, or would be put, in the levels of a side. */
const placeOf = (levels: readonly ShownLevel[], side: BookSide, price: Price): number => {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBetter(side, levels[middle]!.price, price)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** What is shown at a price; zero when there is none, undefined when the price lies beyond what is known. */
export const shownAt = (book: ShownBook, side: BookSide, price: Price): Quantity | undefined => {
  const levels = levelsOf(book, side);
  const level = levels[placeOf(levels, side, price)];
  if (level !== undefined) return level.price === price ? level.shown : ZERO_QUANTITY;
  // Worse than the worst level that is shown: others may wait there.
  return levels.length === 0 && book.depth === 'LEVELS' ? ZERO_QUANTITY : undefined;
};

/** Sets what is shown at a price; zero removes the level. */
export const showLevel = (book: ShownBook, side: BookSide, price: Price, quantity: Quantity): void => {
  const levels = levelsOf(book, side);
  const place = placeOf(levels, side, price);
  const level = levels[place];
  if (level === undefined || level.price !== price) {
    if (quantity > 0n) levels.splice(place, 0, { price, shown: quantity, taken: ZERO_QUANTITY });
    return;
  }
  if (quantity === 0n) {
    levels.splice(place, 1);
    return;
  }
  level.shown = quantity;
  // What is gone may be what we took: it isn't offered a second time, and more than is shown can't have been taken.
  level.taken = least(level.taken, quantity);
};

const showSide = (book: ShownBook, side: BookSide, levels: readonly Pick<BookLevel, 'price' | 'quantity'>[]): void => {
  const before = levelsOf(book, side);
  const after = levels.map(({ price, quantity }) => {
    const known = before[placeOf(before, side, price)];
    return { price, shown: quantity, taken: known?.price === price ? least(known.taken, quantity) : ZERO_QUANTITY };
  });
  if (side === 'BID') book.bids = after;
  else book.asks = after;
};

const showTouch = (book: ShownBook, side: BookSide, price: Price, quantity: Quantity): void => {
  const levels = levelsOf(book, side);
  const best = levels[0];
  if (levels.length === 1 && best!.price === price && quantity > 0n) {
    best!.shown = quantity;
    best!.taken = least(best!.taken, quantity);
    return;
  }
  showSide(book, side, quantity > 0n && price > 0n ? [{ price, quantity }] : []);
};

/** A best bid and offer; in a symbol whose book is shown, quotes say nothing new and are left out (false). */
export const showQuote = (book: ShownBook, quote: Quote): boolean => {
  if (book.depth === 'LEVELS' || book.depth === 'GAPPED') return false;
  book.depth = 'TOUCH';
  showTouch(book, 'BID', quote.bidPrice, quote.bidQuantity);
  showTouch(book, 'ASK', quote.askPrice, quote.askQuantity);
  return true;
};

const areLevels = (levels: readonly BookLevel[], side: BookSide): boolean =>
  levels.every(
    ({ price, quantity }, index) => price > 0n && quantity > 0n && (index === 0 || isBetter(side, levels[index - 1]!.price, price)),
  );

/** Replaces the book; what we took of levels that stay remains taken. A snapshot that is no book breaks it. */
export const showSnapshot = (book: ShownBook, snapshot: BookSnapshot): void => {
  if (!areLevels(snapshot.bids, 'BID') || !areLevels(snapshot.asks, 'ASK')) {
    breakBook(book);
    return;
  }
  showSide(book, 'BID', snapshot.bids);
  showSide(book, 'ASK', snapshot.asks);
  book.depth = 'LEVELS';
  book.sequence = snapshot.sequence;
};

/** Applies a delta and says so; a delta that does not follow breaks the book until the next snapshot: nothing is offered from a book that may be wrong. */
export const showDelta = (book: ShownBook, delta: BookDelta): boolean => {
  if (book.depth !== 'LEVELS') return false;
  if (delta.sequence !== 0 || delta.previousSequence !== 0) {
    if (delta.sequence <= book.sequence) return false;
    if (delta.previousSequence !== book.sequence) {
      breakBook(book);
      return true;
    }
    book.sequence = delta.sequence;
  }
  if (delta.changes.some(({ price, quantity }) => price <= 0n || quantity < 0n)) {
    breakBook(book);
    return true;
  }
  for (const { side, price, quantity } of delta.changes) showLevel(book, side, price, quantity);
  return true;
};

export const breakBook = (book: ShownBook): void => {
  book.depth = 'GAPPED';
  book.bids = [];
  book.asks = [];
};

/** At least as good as the limit for the side; every price without a limit. */
export const isMarketable = (side: Side, at: Price, limit: Price | undefined): boolean =>
  limit === undefined || (side === 'BUY' ? at <= limit : at >= limit);

/** What an order of the side could take at once, at most `wanted`. */
export const available = (book: ShownBook, side: Side, wanted: Quantity, limit: Price | undefined): Quantity => {
  let sum = 0n;
  for (const level of levelsOf(book, oppositeOf(side))) {
    if (sum >= wanted || !isMarketable(side, level.price, limit)) break;
    sum += subtract(level.shown, level.taken);
  }
  return least(sum as Quantity, wanted);
};

/** Walks the levels from the best on and takes up to `wanted` within the limit: partial fills by depth, each at its own level's price. */
export const take = (book: ShownBook, side: Side, wanted: Quantity, limit: Price | undefined): readonly Taken[] => {
  const fills: Taken[] = [];
  let rest: bigint = wanted;
  for (const level of levelsOf(book, oppositeOf(side))) {
    if (rest === 0n || !isMarketable(side, level.price, limit)) break;
    const offered = subtract(level.shown, level.taken);
    const quantity = least(offered, rest as Quantity);
    if (quantity === 0n) continue;
    level.taken = (level.taken + quantity) as Quantity;
    rest -= quantity;
    fills.push({ price: level.price, quantity });
  }
  return fills;
};

/** Best price of a side, taken or not. */
export const bestOf = (book: ShownBook, side: BookSide): Price | undefined => levelsOf(book, side)[0]?.price;
