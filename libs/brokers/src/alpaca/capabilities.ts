import { takesNatively, type OrderType, type TimeInForce, type VenueCapabilities, type VenueOrder } from '@tradewind/venue';
import { formatDecimal } from '@tradewind/vocabulary';

const PLAIN: readonly OrderType[] = ['MARKET', 'LIMIT'];
const TYPES: readonly OrderType[] = [...PLAIN, 'STOP', 'STOP_LIMIT', 'TRAILING_STOP'];
const RESTING: readonly TimeInForce[] = ['DAY', 'GTC'];
const TIMES: readonly TimeInForce[] = [...RESTING, 'IOC', 'FOK', 'OPG', 'CLS'];

/**
 * What Alpaca takes of US shares. Stops rest for a day or until cancelled. Its OCO and bracket orders are one request with legs, not orders that are told one by
 * one to belong together, so `oneCancelsOther` is emulated on our side.
 */
export const capabilitiesOf = (live: boolean): VenueCapabilities => ({
  orderTypes: TYPES,
  timesInForce: TIMES,
  refuses: TYPES.filter((type) => !PLAIN.includes(type)).flatMap((type) =>
    TIMES.filter((timeInForce) => !RESTING.includes(timeInForce)).map((timeInForce) => ({ type, timeInForce })),
  ),
  replace: true,
  oneCancelsOther: false,
  fractional: true,
  shortSales: true,
  extendedHours: true,
  simulated: !live,
});

const OURS = /^[A-Za-z0-9-]{1,32}$/;
const WHOLE = 1_000_000_000n;

/** The client order id when it can be one of ours; ids that others chose or the venue made up can't. */
export const oursOf = (clientOrderId: string | undefined): string | undefined =>
  clientOrderId !== undefined && OURS.test(clientOrderId) ? clientOrderId : undefined;

/** Why the order is not even sent: undefined when it is. */
export const unfitOrder = (
  order: VenueOrder,
  capabilities: VenueCapabilities,
): { readonly code: 'ORDER_INVALID' | 'UNSUPPORTED'; readonly message: string } | undefined => {
  const invalid = (message: string) => ({ code: 'ORDER_INVALID', message }) as const;
  const unsupported = (message: string) => ({ code: 'UNSUPPORTED', message }) as const;
  const { type, timeInForce } = order;
  if (!OURS.test(order.clientOrderId)) return invalid('a client order id has 1 to 32 letters, digits and hyphens');
  if (order.quantity <= 0n) return invalid(`a quantity of ${formatDecimal(order.quantity)} can't be ordered`);
  if (!takesNatively(capabilities, type, timeInForce)) return unsupported(`Alpaca takes no ${type} order that is ${timeInForce}`);
  if (order.ocoGroup !== undefined) return unsupported('Alpaca takes no orders of a group one by one');
  if (order.quantity % WHOLE !== 0n && timeInForce !== 'DAY') return unsupported('fractions of a share are for DAY orders');
  if (order.extendedHours === true && !(type === 'LIMIT' && RESTING.includes(timeInForce)))
    return unsupported('only limit orders that are DAY or GTC work in extended hours');
  return undefined;
};
