/** Why a book did not take a change. A refused change leaves the book as it was. */
export type BookRefusal =
  /** Levels need a price above zero that a double holds exactly. */
  | 'PRICE_OUT_OF_RANGE'
  /** Orders and snapshot levels need a quantity above zero; a delta may say 0, which removes its level. */
  | 'QUANTITY_OUT_OF_RANGE'
  /** A snapshot's side is not sorted best first, or names a price twice. */
  | 'LEVELS_NOT_SORTED'
  /** Deltas need a snapshot first. */
  | 'SNAPSHOT_MISSING'
  /** Older than what the book holds: a snapshot older in number and time, or a delta that the book contains already. */
  | 'STALE'
  /** A delta does not follow the last one: what lies between is lost, and so is the book until the next snapshot. */
  | 'SEQUENCE_GAP'
  | 'ORDER_UNKNOWN'
  | 'ORDER_DUPLICATE'
  /** More was cancelled or executed than the order has. */
  | 'EXCEEDS_ORDER'
  | 'TOO_MANY_LEVELS'
  | 'TOO_MANY_ORDERS';

/** Saved state that no book has written: restoring it would trade on nonsense. */
export class BookStateError extends Error {
  override readonly name = 'BookStateError';
  readonly code = 'BOOK_STATE_INVALID';
}
