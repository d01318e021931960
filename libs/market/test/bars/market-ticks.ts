import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';

import { type BarPlan, barInterval, EVERY_SALE, nyseCalendar, type Quote, type Trade, tradingHours } from '../../src/index.js';

export const SPY = symbolOf('SPY');
export const instant = (text: string): UnixNanos => (BigInt(Date.parse(text)) * 1_000_000n) as UnixNanos;
/** A time of 7 October 2013 in New York, which was four hours behind UTC. */
export const newYork = (time: string): UnixNanos => instant(`2013-10-07T${time}-04:00`);

export const trade = (at: UnixNanos, unitPrice: string, amount: string, changes: Partial<Trade> = {}): Trade => ({
  kind: 'trade',
  symbol: SPY,
  at,
  sequence: 0,
  price: price(unitPrice),
  quantity: quantity(amount),
  aggressor: 'UNKNOWN',
  conditions: [],
  venue: '',
  ...changes,
});

export const quote = (at: UnixNanos, bid: string, ask: string, changes: Partial<Quote> = {}): Quote => ({
  kind: 'quote',
  symbol: SPY,
  at,
  sequence: 0,
  bidPrice: price(bid),
  bidQuantity: quantity('100'),
  askPrice: price(ask),
  askQuantity: quantity('100'),
  venue: '',
  ...changes,
});

export const barPlan = (interval: string, changes: Partial<BarPlan> = {}): BarPlan => ({
  symbol: SPY,
  interval: barInterval(interval),
  hours: tradingHours(nyseCalendar, 'REGULAR'),
  sales: EVERY_SALE,
  graceMs: 0,
  eventsRemembered: 1_000,
  source: 'test',
  ...changes,
});
