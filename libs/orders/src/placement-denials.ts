/** Why the venue's own gate refused an order that risk had approved; risk's codes are elsewhere. Codes never change their meaning. */
export const PLACEMENT_DENIALS = {
  ORDER_MALFORMED: 'The id, side, type, time in force, purpose or verdict of the order is missing or none that exists.',
  UNKNOWN_INSTRUMENT: 'The venue does not know the instrument.',
  QUANTITY_INVALID: 'The quantity is not above zero or not a whole number of lots.',
  QUANTITY_ABSURD: 'The quantity is above a billion units.',
  PRICE_MISSING: 'A limit or stop order without its price.',
  PRICE_INVALID: 'A price is not above zero, or is above a billion.',
  PRICE_UNEXPECTED: 'The order has a price, trail or offset that its type has no use for.',
  PRICE_OFF_TICK: 'The limit or stop price of an entry is not a whole number of ticks.',
  TRAIL_INVALID: 'The trail is missing, not above zero, or as large as the price itself.',
  LIMIT_OFFSET_INVALID: 'A trailing stop limit order without its offset, or with one below zero.',
  TIME_IN_FORCE_INVALID: 'An order that waits for a stop price has to rest: DAY or GTC.',
  PROTECTION_INVALID: 'Stop and target of an entry are not above zero or on the wrong sides of each other, or the order is no entry.',
  OCO_GROUP_INVALID: 'The group of the order has no name, or one of more than 64 characters.',
  OCO_GROUP_ENDED: 'Another order of the group is whole already.',
  NO_MARKET_DATA: 'The venue has never seen a bar of the instrument.',
  WARM_UP: 'The last bar of the instrument only warms features up; nothing may be traded on it.',
  SERIES_ENDED: 'The instrument has had no bar for longer than the venue waits.',
  TRADING_HALTED: 'Trading was halted after risk approved the entry.',
  POSITION_FLAT: 'There is nothing left that the order could reduce.',
} as const;
export type PlacementDenial = keyof typeof PLACEMENT_DENIALS;
