import type { OrderType, VenueCapabilities } from '@tradewind/venue';

const HELD_TYPES: readonly OrderType[] = ['STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'];

/** What IB takes of shares. A stop that waits can be neither immediate nor for an auction. */
export const CAPABILITIES: VenueCapabilities = {
  orderTypes: ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'],
  timesInForce: ['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS'],
  refuses: HELD_TYPES.flatMap((type) => (['IOC', 'FOK', 'OPG', 'CLS'] as const).map((timeInForce) => ({ type, timeInForce }))),
  replace: true,
  oneCancelsOther: true,
  fractional: false,
  shortSales: true,
  extendedHours: true,
  simulated: false,
};
