import type { Price, Symbol } from '@tradewind/vocabulary';

import { isMarketable } from '../matching/shown-book.js';
import { beginWork } from '../matching/tick-matching.js';
import { leavesOf } from '../matching/tick-matching.js';
import type { VenueDesk } from './venue-desk.js';
import type { SessionPhase } from './venue-settings.js';
import type { OrderRecord } from './venue-state.js';

/** Which orders work in a phase of the session. Auction orders wait for their auction. */
export const worksIn = (phase: SessionPhase, { order }: OrderRecord): boolean => {
  if (order.timeInForce === 'OPG' || order.timeInForce === 'CLS') return false;
  return phase === 'REGULAR' || (phase === 'EXTENDED' && order.extendedHours === true);
};

/** Puts an order that has reached the venue where it belongs: into its market, or among those that wait. */
export const admit = (desk: VenueDesk, record: OrderRecord): void => {
  const { symbol } = record.order;
  if (worksIn(desk.state.phase, record) && !desk.marketOf(symbol).halted) {
    beginWork(desk, record, desk.marketOf(record.order.symbol));
    return;
  }
  record.waits = true;
  record.place = undefined;
  desk.ordersOf(symbol).put(record);
};

/** One auction of a symbol: everyone trades at one price, whatever the book shows. */
export const runAuction = (desk: VenueDesk, symbol: Symbol, kind: 'OPG' | 'CLS', price: Price): void => {
  if (desk.marketOf(symbol).halted) return;
  for (const record of desk.ordersOf(symbol).all()) {
    const { order } = record;
    if (order.timeInForce !== kind || !record.working) continue;
    if (isMarketable(order.side, price, order.limitPrice)) desk.fill(record, price, leavesOf(record), 'REMOVED');
    if (record.working) desk.end(record, { type: 'EXPIRED' });
  }
};

/** After an opening the auction is over: who missed it is expired. */
export const openSymbol = (desk: VenueDesk, symbol: Symbol, price: Price): void => {
  const market = desk.marketOf(symbol);
  if (market.opened || desk.state.phase !== 'REGULAR') return;
  market.opened = true;
  runAuction(desk, symbol, 'OPG', price);
};

/** Orders whose wait is over begin to work, the first come first. */
export const wake = (desk: VenueDesk, symbol: Symbol): void => {
  const orders = desk.ordersOf(symbol);
  for (const record of orders.waiting.slice()) {
    if (!record.waits || record.arriving || !worksIn(desk.state.phase, record) || desk.marketOf(symbol).halted) continue;
    orders.remove(record);
    beginWork(desk, record, desk.marketOf(record.order.symbol));
  }
};

/** Orders that don't work in the new phase leave the market and wait; they lose their place in the queue. */
const rest = (desk: VenueDesk, record: OrderRecord): void => {
  const orders = desk.ordersOf(record.order.symbol);
  orders.remove(record);
  record.waits = true;
  record.place = undefined;
  orders.put(record);
};

const endOfDay = (record: OrderRecord, before: SessionPhase, after: SessionPhase): boolean => {
  const { timeInForce, extendedHours } = record.order;
  if (timeInForce === 'CLS') return before === 'REGULAR';
  if (timeInForce !== 'DAY') return false;
  return extendedHours === true ? after === 'CLOSED' : before === 'REGULAR';
};

/**
 * The session moves on. When the regular session ends, closing auctions take place at `prices` (or at the last trade), and what holds for the day expires; when
 * it begins, the opening auctions take place at `prices`, or at each symbol's first price.
 */
export const changePhase = (desk: VenueDesk, phase: SessionPhase, prices: Readonly<Record<string, Price>>): void => {
  const before = desk.state.phase;
  if (phase === before) return;
  const leavesDay = before === 'REGULAR' || phase === 'CLOSED';
  if (before === 'REGULAR') {
    for (const market of Object.values(desk.state.markets)) {
      const price = prices[market.symbol] ?? market.lastPrice;
      if (price !== undefined) runAuction(desk, market.symbol, 'CLS', price);
      market.opened = false;
    }
  }
  desk.state.phase = phase;
  for (const record of Array.from(desk.working())) {
    if (!record.working || record.arriving) continue;
    if (leavesDay && endOfDay(record, before, phase)) desk.end(record, { type: 'EXPIRED' });
    else if (!record.waits && !worksIn(phase, record)) rest(desk, record);
  }
  if (phase !== 'REGULAR') {
    for (const market of Object.values(desk.state.markets)) wake(desk, market.symbol);
    return;
  }
  for (const [symbol, price] of Object.entries(prices)) openSymbol(desk, symbol as Symbol, price);
  for (const market of Object.values(desk.state.markets)) wake(desk, market.symbol);
};
