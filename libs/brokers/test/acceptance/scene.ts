import type { OrderType, TimeInForce, VenueOrder } from '@tradewind/venue';
import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

/** Monday, 10:00 in New York. */
export const START = (BigInt(Date.UTC(2024, 2, 4, 15, 0)) * 1_000_000n) as UnixNanos;
export const CASH = '100000';

export const AAPL = symbolOf('AAPL');
export const MSFT = symbolOf('MSFT');
/** Can't be borrowed. */
export const HARD = symbolOf('HARD');
/** The venue does not have it. */
export const NOWHERE = symbolOf('NOWHERE');

/** The offers at the start, 10,000 shares on each side. Ticks are a cent. */
export const QUOTES = [
  { symbol: AAPL, bid: '100', ask: '100.1' },
  { symbol: MSFT, bid: '50', ask: '50.05' },
  { symbol: HARD, bid: '20', ask: '20.1' },
] as const;

/** Terms that suit the market of the scene: prices are so far away that nothing happens at once, but for MARKET. */
const TERMS: Readonly<Record<OrderType, Partial<VenueOrder>>> = {
  MARKET: {},
  LIMIT: { limitPrice: price('90') },
  STOP: { stopPrice: price('110') },
  STOP_LIMIT: { stopPrice: price('110'), limitPrice: price('111') },
  TRAILING_STOP: { trail: { by: 'AMOUNT', value: price('10') } },
  TRAILING_STOP_LIMIT: { trail: { by: 'AMOUNT', value: price('10') }, limitOffset: price('1') },
};

let last = 0;

/** A client order id that no other order of this run has. */
export const freshId = (): string => `case-${process.pid}-${Date.now().toString(36)}-${(last += 1)}`;

/** Buys 10 AAPL with terms of the type; what is given goes before. */
export const orderOf = (type: OrderType, given: Partial<VenueOrder> = {}): VenueOrder => ({
  clientOrderId: freshId(),
  symbol: AAPL,
  side: 'BUY',
  type,
  quantity: quantity('10'),
  timeInForce: 'DAY',
  ...TERMS[type],
  ...given,
});

export const ORDER_TYPES: readonly OrderType[] = ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'];
export const TIMES_IN_FORCE: readonly TimeInForce[] = ['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS'];
