import type { BookDelta, Quote, Tick, Trade } from '@tradewind/market';
import { add, greatest, least, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Price, Quantity, Side } from '@tradewind/vocabulary';

import { hasLimit, isStop, isStopReached, isTrailing, tightened, trailedStop, workingLimit } from './order-trigger.js';
import { afterShown, afterTrade, firstInQueue, joinQueue } from './queue-place.js';
import {
  available,
  bestOf,
  isMarketable,
  oppositeOf,
  restingSideOf,
  showDelta,
  shownAt,
  showQuote,
  showSnapshot,
  take,
} from './shown-book.js';
import type { MatchedOrder } from './matched-order.js';
import type { MatchingDesk, SymbolMarket } from './matching-desk.js';

export const leavesOf = ({ order, filled }: MatchedOrder): Quantity => subtract(order.quantity, filled);
const isAtOnce = ({ order }: MatchedOrder): boolean => order.timeInForce === 'IOC' || order.timeInForce === 'FOK';

/** The price of a fill that takes: the market's, and what the slippage model adds; never beyond the limit. */
const takenPrice = <T extends MatchedOrder>(
  desk: MatchingDesk<T>,
  record: T,
  market: SymbolMarket,
  reference: Price,
  quantity: Quantity,
): Price => {
  const { side, symbol } = record.order;
  const bid = bestOf(market.book, 'BID');
  const ask = bestOf(market.book, 'ASK');
  const slipped = desk.policies.slippage.slip({
    side,
    reference,
    quantity,
    tickSize: desk.tickSizeOf(symbol),
    ...(bid === undefined || ask === undefined || ask <= bid ? {} : { spread: subtract(ask, bid) }),
  });
  if (record.limit === undefined) return slipped;
  return side === 'BUY' ? least(slipped, record.limit) : greatest(slipped, record.limit);
};

/** Takes what the book shows within the limit. */
const takeShown = <T extends MatchedOrder>(desk: MatchingDesk<T>, record: T, market: SymbolMarket): void => {
  for (const { price, quantity } of take(market.book, record.order.side, leavesOf(record), record.limit)) {
    if (!record.working) return;
    desk.fill(record, takenPrice(desk, record, market, price, quantity), quantity, 'REMOVED', price);
  }
};

/** An order that fills at once or not at all, or takes what it can at once. */
const takeAtOnce = <T extends MatchedOrder>(desk: MatchingDesk<T>, record: T, market: SymbolMarket): void => {
  const { side, timeInForce } = record.order;
  const wanted = leavesOf(record);
  if (timeInForce !== 'FOK' || available(market.book, side, wanted, record.limit) === wanted) takeShown(desk, record, market);
  if (record.working) desk.giveUp(record);
};

/** The market hears of a triggered or plain order: it takes what is offered within its limit, and the rest waits in the queue. */
const workInMarket = <T extends MatchedOrder>(desk: MatchingDesk<T>, record: T, market: SymbolMarket): void => {
  const orders = desk.ordersOf(record.order.symbol);
  const { book } = market;
  const shows = book.depth === 'TOUCH' || book.depth === 'LEVELS';
  record.limit = workingLimit(record.order.side, record.order, record.stop);
  if (shows && isAtOnce(record)) {
    takeAtOnce(desk, record, market);
    return;
  }
  if (shows) takeShown(desk, record, market);
  if (!record.working) return;
  if (record.limit !== undefined && !isAtOnce(record))
    record.place = joinQueue(shownAt(book, restingSideOf(record.order.side), record.limit));
  orders.put(record);
};

const trigger = <T extends MatchedOrder>(desk: MatchingDesk<T>, record: T, market: SymbolMarket): void => {
  desk.ordersOf(record.order.symbol).remove(record);
  record.triggered = true;
  desk.triggered(record);
  workInMarket(desk, record, market);
};

/** Moves the stop of a trailing order after the price: only ever towards it, so the level itself remembers the best price. */
const trail = <T extends MatchedOrder>(desk: MatchingDesk<T>, record: T, price: Price): void => {
  const { side, symbol, trail: terms } = record.order;
  if (terms === undefined) return;
  const stop = tightened(side, record.stop, trailedStop(side, price, terms, desk.tickSizeOf(symbol)));
  if (stop === record.stop) return;
  record.stop = stop;
  desk.trailed(record);
};

/** What a stop looks at when a quote comes: a sale would hit the bid, a buy lift the ask. */
const touchFor = (market: SymbolMarket, side: Side): Price | undefined => bestOf(market.book, oppositeOf(side));

/** Stops that the price reaches, the first placed first. Several prices may be watched; `priceFor` says which one a side looks at. */
export const watchStops = <T extends MatchedOrder>(
  desk: MatchingDesk<T>,
  market: SymbolMarket,
  priceFor: (side: Side) => Price | undefined,
): void => {
  const { stops } = desk.ordersOf(market.symbol);
  if (stops.length === 0) return;
  const buys = priceFor('BUY');
  const sells = priceFor('SELL');
  let reached: T[] | undefined;
  for (const record of stops) {
    const { side, type } = record.order;
    const price = side === 'BUY' ? buys : sells;
    if (price === undefined) continue;
    if (isTrailing(type)) trail(desk, record, price);
    if (record.stop !== undefined && isStopReached(side, price, record.stop)) (reached ??= []).push(record);
  }
  // Triggering changes the list, and a fill may end others that were reached too.
  if (reached !== undefined) for (const record of reached) if (record.working) trigger(desk, record, market);
};

/** An order begins to work in its market; it is in none of the market's lists. */
export const beginWork = <T extends MatchedOrder>(desk: MatchingDesk<T>, record: T, market: SymbolMarket): void => {
  record.waits = false;
  if (!isStop(record.order.type) || record.triggered) {
    workInMarket(desk, record, market);
    return;
  }
  desk.ordersOf(record.order.symbol).put(record);
  const price = touchFor(market, record.order.side) ?? market.lastPrice;
  if (price === undefined) return;
  if (isTrailing(record.order.type)) trail(desk, record, price);
  if (record.stop !== undefined && isStopReached(record.order.side, price, record.stop)) trigger(desk, record, market);
};

/** Resting orders that the market has moved onto fill at their own price, as makers, as far as the other side shows quantity. */
const fillCrossed = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, side: Side): void => {
  const orders = desk.ordersOf(market.symbol);
  const resting = side === 'BUY' ? orders.bids : orders.asks;
  for (;;) {
    const record = resting[0];
    const best = bestOf(market.book, oppositeOf(side));
    if (record === undefined || best === undefined || !isMarketable(side, best, record.limit)) return;
    // Whoever stood before us has been served: the market would not cross them.
    record.place = firstInQueue(record.place!);
    const offered = take(market.book, side, leavesOf(record), record.limit).reduce(
      (sum, { quantity }) => add(sum, quantity),
      ZERO_QUANTITY,
    );
    if (offered === 0n || desk.fill(record, record.limit!, offered, 'ADDED', record.limit!) === 0n || record.working) return;
  }
};

/** Orders that still take: they get what is newly shown. */
const serveTakers = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket): void => {
  const orders = desk.ordersOf(market.symbol);
  for (const record of orders.takers.slice()) {
    if (isAtOnce(record)) takeAtOnce(desk, record, market);
    else if (hasLimit(record.order.type)) {
      orders.remove(record);
      workInMarket(desk, record, market);
    } else takeShown(desk, record, market);
  }
};

/** Everything a book can do to working orders, after it has changed. Nothing fills while the symbol is halted. */
export const matchShown = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket): void => {
  if (market.halted) return;
  const orders = desk.ordersOf(market.symbol);
  if (orders.bids.length > 0) fillCrossed(desk, market, 'BUY');
  if (orders.asks.length > 0) fillCrossed(desk, market, 'SELL');
  if (orders.takers.length > 0) serveTakers(desk, market);
  watchStops(desk, market, (side) => touchFor(market, side));
};

const moveQueue = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, record: T): void => {
  const { side } = record.order;
  record.place = afterShown(record.place!, shownAt(market.book, restingSideOf(side), record.limit!), desk.policies.queue);
};

/** Quotes show the best price alone: only orders at it or better than it learn something. */
const moveQueuesToTouch = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket): void => {
  const { bids, asks } = desk.ordersOf(market.symbol);
  const bid = bestOf(market.book, 'BID');
  const ask = bestOf(market.book, 'ASK');
  for (const record of bids) {
    if (bid === undefined || record.limit! < bid) break;
    moveQueue(desk, market, record);
  }
  for (const record of asks) {
    if (ask === undefined || record.limit! > ask) break;
    moveQueue(desk, market, record);
  }
};

const moveQueuesOfDelta = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, { changes }: BookDelta): void => {
  const { bids, asks } = desk.ordersOf(market.symbol);
  if (bids.length + asks.length === 0) return;
  for (const { side, price } of changes) {
    for (const record of side === 'BID' ? bids : asks) {
      if (record.limit === price) moveQueue(desk, market, record);
      else if (side === 'BID' ? record.limit! < price : record.limit! > price) break;
    }
  }
};

const moveAllQueues = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket): void => {
  const { bids, asks } = desk.ordersOf(market.symbol);
  for (const record of bids) moveQueue(desk, market, record);
  for (const record of asks) moveQueue(desk, market, record);
};

/** A trade serves resting orders that it reaches, best price first, then first come; all of ours together get no more than the trade. */
const serveResting = <T extends MatchedOrder>(
  desk: MatchingDesk<T>,
  market: SymbolMarket,
  trade: Trade,
  side: Side,
  capacity: Quantity,
): Quantity => {
  const orders = desk.ordersOf(market.symbol);
  let left = capacity;
  const atPrice = trade.aggressor !== (side === 'BUY' ? 'BUYER' : 'SELLER');
  const isThrough = (limit: Price): boolean => (side === 'BUY' ? trade.price < limit : trade.price > limit);
  const resting = side === 'BUY' ? orders.bids : orders.asks;
  const beyond = resting.findIndex(({ limit }) => !isThrough(limit!) && (limit !== trade.price || !atPrice));
  for (const record of resting.slice(0, beyond < 0 ? resting.length : beyond)) {
    if (!record.working) continue;
    const limit = record.limit!;
    let reaches = left;
    if (isThrough(limit)) record.place = firstInQueue(record.place!);
    else {
      // Those before us are served from the whole trade, not from what our other orders left of it.
      const served = afterTrade(record.place!, trade.quantity);
      record.place = served.place;
      reaches = least(served.reaches, left);
    }
    if (reaches > 0n) left = subtract(left, desk.fill(record, limit, reaches, 'ADDED', limit));
  }
  return left;
};

/** A feed of trades alone shows no offers: what trades is what can be had, at the trade's price. */
const takeFromTrade = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, trade: Trade, capacity: Quantity): void => {
  let left = capacity;
  for (const record of desk.ordersOf(market.symbol).takers.slice()) {
    const { side, timeInForce } = record.order;
    const wanted = least(leavesOf(record), left);
    const whole = timeInForce !== 'FOK' || wanted === leavesOf(record);
    if (wanted > 0n && whole && isMarketable(side, trade.price, record.limit))
      left = subtract(left, desk.fill(record, takenPrice(desk, record, market, trade.price, wanted), wanted, 'REMOVED', trade.price));
    if (record.working && isAtOnce(record)) desk.giveUp(record);
  }
};

const matchTrade = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, trade: Trade): void => {
  if (trade.price <= 0n || trade.quantity <= 0n) return;
  market.lastPrice = trade.price;
  if (market.halted) return;
  const cap = desk.policies.participation.capacity(trade.quantity, desk.lotSizeOf(market.symbol)) ?? trade.quantity;
  const orders = desk.ordersOf(market.symbol);
  let left = cap;
  if (orders.bids.length > 0) left = serveResting(desk, market, trade, 'BUY', left);
  if (orders.asks.length > 0) left = serveResting(desk, market, trade, 'SELL', left);
  watchStops(desk, market, () => trade.price);
  if (market.book.depth === 'NONE' && orders.takers.length > 0) takeFromTrade(desk, market, trade, left);
};

const applyQuote = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, quote: Quote): void => {
  if (!showQuote(market.book, quote)) return;
  moveQueuesToTouch(desk, market);
  matchShown(desk, market);
};

/** One event of a symbol's market, and what it does to the working orders. */
export const applyTick = <T extends MatchedOrder>(desk: MatchingDesk<T>, market: SymbolMarket, tick: Tick): void => {
  switch (tick.kind) {
    case 'quote':
      applyQuote(desk, market, tick);
      return;
    case 'trade':
      matchTrade(desk, market, tick);
      return;
    case 'book-snapshot':
      showSnapshot(market.book, tick);
      moveAllQueues(desk, market);
      matchShown(desk, market);
      return;
    case 'book-delta':
      if (!showDelta(market.book, tick)) return;
      moveQueuesOfDelta(desk, market, tick);
      matchShown(desk, market);
      return;
  }
};
