import type { BookDelta, Quote, Tick, Trade } from '@tradewind/market';
import { add, greatest, least, subtract, ZERO_QUANTITY } from '@tradewind/vocabulary';
import type { Price, Quantity, Side } from '@tradewind/vocabulary';

import { hasLimit, isStop, isStopReached, isTrailing, tightened, trailedStop, workingLimit } from '../matching/order-trigger.js';
import { afterShown, afterTrade, firstInQueue, joinQueue } from '../matching/queue-place.js';
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
} from '../matching/shown-book.js';
import type { VenueDesk } from './venue-desk.js';
import { isWorking, leavesOf } from './venue-desk.js';
import type { OrderRecord, SymbolMarket } from './venue-state.js';

const isAtOnce = ({ order }: OrderRecord): boolean => order.timeInForce === 'IOC' || order.timeInForce === 'FOK';

/** The price of a fill that takes: the market's, and what the slippage model adds; never beyond the limit. */
const takenPrice = (desk: VenueDesk, record: OrderRecord, market: SymbolMarket, reference: Price, quantity: Quantity): Price => {
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
const takeShown = (desk: VenueDesk, record: OrderRecord, market: SymbolMarket): void => {
  for (const { price, quantity } of take(market.book, record.order.side, leavesOf(record), record.limit)) {
    if (!isWorking(record)) return;
    desk.fill(record, takenPrice(desk, record, market, price, quantity), quantity, 'REMOVED');
  }
};

/** An order that fills at once or not at all, or takes what it can at once. */
const takeAtOnce = (desk: VenueDesk, record: OrderRecord, market: SymbolMarket): void => {
  const { side, timeInForce } = record.order;
  const wanted = leavesOf(record);
  if (timeInForce !== 'FOK' || available(market.book, side, wanted, record.limit) === wanted) takeShown(desk, record, market);
  if (isWorking(record)) desk.end(record, { type: 'CANCELED', reason: 'NOT_FILLED_AT_ONCE' });
};

/** The market hears of a triggered or plain order: it takes what is offered within its limit, and the rest waits in the queue. */
const workInMarket = (desk: VenueDesk, record: OrderRecord, market: SymbolMarket): void => {
  const orders = desk.ordersOf(record.order.symbol);
  const { book } = market;
  const shows = book.depth === 'TOUCH' || book.depth === 'LEVELS';
  record.limit = workingLimit(record.order.side, record.order, record.stop);
  if (shows && isAtOnce(record)) {
    takeAtOnce(desk, record, market);
    return;
  }
  if (shows) takeShown(desk, record, market);
  if (!isWorking(record)) return;
  if (record.limit !== undefined && !isAtOnce(record))
    record.place = joinQueue(shownAt(book, restingSideOf(record.order.side), record.limit));
  orders.put(record);
};

const trigger = (desk: VenueDesk, record: OrderRecord, market: SymbolMarket): void => {
  desk.ordersOf(record.order.symbol).remove(record);
  record.triggered = true;
  desk.say(record, { type: 'TRIGGERED' });
  workInMarket(desk, record, market);
};

/** Moves the stop of a trailing order after the best price so far. */
const trail = (desk: VenueDesk, record: OrderRecord, price: Price): void => {
  const { side, symbol, trail: terms } = record.order;
  if (terms === undefined) return;
  const best = record.best === undefined ? price : side === 'SELL' ? greatest(record.best, price) : least(record.best, price);
  if (best === record.best && record.stop !== undefined) return;
  record.best = best;
  record.stop = tightened(side, record.stop, trailedStop(side, best, terms, desk.tickSizeOf(symbol)));
};

/** What a stop looks at when a quote comes: a sale would hit the bid, a buy lift the ask. */
const touchFor = (market: SymbolMarket, side: Side): Price | undefined => bestOf(market.book, oppositeOf(side));

/** Stops that the price reaches, the first placed first. Several prices may be watched; `priceFor` says which one a side looks at. */
export const watchStops = (desk: VenueDesk, market: SymbolMarket, priceFor: (side: Side) => Price | undefined): void => {
  const { stops } = desk.ordersOf(market.symbol);
  if (stops.length === 0) return;
  for (const record of [...stops]) {
    const price = priceFor(record.order.side);
    if (price === undefined || !isWorking(record)) continue;
    if (isTrailing(record.order.type)) trail(desk, record, price);
    if (record.stop !== undefined && isStopReached(record.order.side, price, record.stop)) trigger(desk, record, market);
  }
};

/** An order begins to work in its market; it is in none of the market's lists. */
export const beginWork = (desk: VenueDesk, record: OrderRecord): void => {
  const market = desk.marketOf(record.order.symbol);
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
const fillCrossed = (desk: VenueDesk, market: SymbolMarket, side: Side): void => {
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
    if (offered === 0n || desk.fill(record, record.limit!, offered, 'ADDED') === 0n || isWorking(record)) return;
  }
};

/** Orders that still take: they get what is newly shown. */
const serveTakers = (desk: VenueDesk, market: SymbolMarket): void => {
  const orders = desk.ordersOf(market.symbol);
  for (const record of [...orders.takers]) {
    if (isAtOnce(record)) takeAtOnce(desk, record, market);
    else if (hasLimit(record.order.type)) {
      orders.remove(record);
      workInMarket(desk, record, market);
    } else takeShown(desk, record, market);
  }
};

/** Everything a book can do to working orders, after it has changed. Nothing fills while the symbol is halted. */
export const matchShown = (desk: VenueDesk, market: SymbolMarket): void => {
  if (market.halted) return;
  const orders = desk.ordersOf(market.symbol);
  if (orders.bids.length > 0) fillCrossed(desk, market, 'BUY');
  if (orders.asks.length > 0) fillCrossed(desk, market, 'SELL');
  if (orders.takers.length > 0) serveTakers(desk, market);
  watchStops(desk, market, (side) => touchFor(market, side));
};

const moveQueue = (desk: VenueDesk, market: SymbolMarket, record: OrderRecord): void => {
  const { side } = record.order;
  record.place = afterShown(record.place!, shownAt(market.book, restingSideOf(side), record.limit!), desk.policies.queue);
};

/** Quotes show the best price alone: only orders at it or better than it learn something. */
const moveQueuesToTouch = (desk: VenueDesk, market: SymbolMarket): void => {
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

const moveQueuesOfDelta = (desk: VenueDesk, market: SymbolMarket, { changes }: BookDelta): void => {
  const { bids, asks } = desk.ordersOf(market.symbol);
  if (bids.length + asks.length === 0) return;
  for (const { side, price } of changes) {
    for (const record of side === 'BID' ? bids : asks) {
      if (record.limit === price) moveQueue(desk, market, record);
      else if (side === 'BID' ? record.limit! < price : record.limit! > price) break;
    }
  }
};

const moveAllQueues = (desk: VenueDesk, market: SymbolMarket): void => {
  const { bids, asks } = desk.ordersOf(market.symbol);
  for (const record of bids) moveQueue(desk, market, record);
  for (const record of asks) moveQueue(desk, market, record);
};

/** A trade serves resting orders that it reaches, best price first, then first come; all of ours together get no more than the trade. */
const serveResting = (desk: VenueDesk, market: SymbolMarket, trade: Trade, side: Side, capacity: Quantity): Quantity => {
  const orders = desk.ordersOf(market.symbol);
  let left = capacity;
  const atPrice = trade.aggressor !== (side === 'BUY' ? 'BUYER' : 'SELLER');
  for (const record of [...(side === 'BUY' ? orders.bids : orders.asks)]) {
    const limit = record.limit!;
    const through = side === 'BUY' ? trade.price < limit : trade.price > limit;
    if (!through && (limit !== trade.price || !atPrice)) break;
    if (!isWorking(record)) continue;
    let reaches = left;
    if (through) record.place = firstInQueue(record.place!);
    else {
      // Those before us are served from the whole trade, not from what our other orders left of it.
      const served = afterTrade(record.place!, trade.quantity);
      record.place = served.place;
      reaches = least(served.reaches, left);
    }
    if (reaches > 0n) left = subtract(left, desk.fill(record, limit, reaches, 'ADDED'));
  }
  return left;
};

/** A feed of trades alone shows no offers: what trades is what can be had, at the trade's price. */
const takeFromTrade = (desk: VenueDesk, market: SymbolMarket, trade: Trade, capacity: Quantity): void => {
  let left = capacity;
  for (const record of [...desk.ordersOf(market.symbol).takers]) {
    const { side, timeInForce } = record.order;
    const wanted = least(leavesOf(record), left);
    const whole = timeInForce !== 'FOK' || wanted === leavesOf(record);
    if (wanted > 0n && whole && isMarketable(side, trade.price, record.limit))
      left = subtract(left, desk.fill(record, takenPrice(desk, record, market, trade.price, wanted), wanted, 'REMOVED'));
    if (isWorking(record) && isAtOnce(record)) desk.end(record, { type: 'CANCELED', reason: 'NOT_FILLED_AT_ONCE' });
  }
};

const matchTrade = (desk: VenueDesk, market: SymbolMarket, trade: Trade): void => {
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

const applyQuote = (desk: VenueDesk, market: SymbolMarket, quote: Quote): void => {
  if (!showQuote(market.book, quote)) return;
  moveQueuesToTouch(desk, market);
  matchShown(desk, market);
};

/** One event of a symbol's market, and what it does to the working orders. */
export const applyTick = (desk: VenueDesk, market: SymbolMarket, tick: Tick): void => {
  market.ticks = true;
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
