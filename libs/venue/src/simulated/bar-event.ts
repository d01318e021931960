import type { Bar } from '@tradewind/market';
import { floorToStep, greatest, least, subtract } from '@tradewind/vocabulary';
import type { Price, Quantity } from '@tradewind/vocabulary';

import { isStop, isStopReached, isTrailing, tightened, trailedStop, workingLimit } from '../matching/order-trigger.js';
import { isMarketable } from '../matching/shown-book.js';
import { leavesOf } from '../matching/tick-matching.js';
import { openSymbol, runAuction, worksIn } from './session-matching.js';
import type { VenueDesk } from './venue-desk.js';
import type { OrderRecord } from './venue-state.js';

/**
 * One bar against the working orders of its symbol, worst case first, since a bar does not tell the order of its high and low: the open, then stops, then
 * resting limits that price traded through, then what trails do on the way to the close. The same order as on the step path of the orders stage.
 */
class BarEvent {
  private left: Quantity | undefined;
  /** Triggered after the open: the price that their limit waits for may have come before. */
  private readonly late = new Set<OrderRecord>();

  constructor(
    private readonly desk: VenueDesk,
    private readonly bar: Bar,
  ) {
    this.left = desk.policies.participation.capacity(bar.volume, desk.lotSizeOf(bar.symbol));
  }

  run(): void {
    const { bar } = this;
    const working = this.desk
      .ordersOf(bar.symbol)
      .all()
      .filter((record) => !record.waits && worksIn(this.desk.state.phase, record));
    for (const record of working) this.atOpen(record);
    for (const record of working) if (isStop(record.order.type)) this.stopInBar(record);
    for (const record of working) this.restInBar(record);
    for (const record of working) if (isTrailing(record.order.type)) this.trailToClose(record);
    for (const record of working) {
      const { timeInForce } = record.order;
      if (record.working && (timeInForce === 'IOC' || timeInForce === 'FOK')) this.desk.giveUp(record);
    }
  }

  private atOpen(record: OrderRecord): void {
    const { order } = record;
    const { open } = this.bar;
    if (!isStop(order.type) || record.triggered) {
      record.limit = workingLimit(order.side, order, record.stop);
      if (isMarketable(order.side, open, record.limit)) this.takeAt(record, open);
      return;
    }
    if (record.stop !== undefined && isStopReached(order.side, open, record.stop)) this.release(record, open);
    else if (isTrailing(order.type)) this.follow(record, open);
  }

  private stopInBar(record: OrderRecord): void {
    if (!record.working || record.triggered || record.stop === undefined) return;
    const { side } = record.order;
    if (isStopReached(side, side === 'BUY' ? this.bar.high : this.bar.low, record.stop)) {
      this.late.add(record);
      this.release(record, record.stop);
    }
  }

  /** Price has to trade through a resting limit: a touch does not say that our place in the queue was served. */
  private restInBar(record: OrderRecord): void {
    const { limit, order } = record;
    if (!record.working || limit === undefined || this.late.has(record) || (isStop(order.type) && !record.triggered)) return;
    const through = order.side === 'BUY' ? this.bar.low < limit : this.bar.high > limit;
    if (through && order.timeInForce !== 'IOC' && order.timeInForce !== 'FOK') this.book(record, limit, 'ADDED');
  }

  private trailToClose(record: OrderRecord): void {
    if (!record.working || record.triggered) return;
    const { side } = record.order;
    this.follow(record, side === 'SELL' ? this.bar.high : this.bar.low);
    if (record.stop !== undefined && isStopReached(side, this.bar.close, record.stop)) this.release(record, record.stop);
  }

  private follow(record: OrderRecord, price: Price): void {
    const { side, trail, symbol } = record.order;
    if (trail === undefined) return;
    record.stop = tightened(side, record.stop, trailedStop(side, price, trail, this.desk.tickSizeOf(symbol)));
    this.desk.trailed(record);
  }

  private release(record: OrderRecord, at: Price): void {
    const { desk } = this;
    const orders = desk.ordersOf(record.order.symbol);
    orders.remove(record);
    record.triggered = true;
    record.limit = workingLimit(record.order.side, record.order, record.stop);
    if (record.limit !== undefined) record.place = { ahead: undefined, shown: 0n as Quantity, traded: 0n as Quantity };
    orders.put(record);
    desk.triggered(record);
    if (isMarketable(record.order.side, at, record.limit)) this.takeAt(record, at);
  }

  private takeAt(record: OrderRecord, reference: Price): void {
    const { desk, bar } = this;
    const { side, symbol } = record.order;
    const tickSize = desk.tickSizeOf(symbol);
    const slipped = desk.policies.slippage.slip({ side, reference, tickSize, quantity: leavesOf(record), barVolume: bar.volume });
    const { limit } = record;
    const price = limit === undefined ? slipped : side === 'BUY' ? least(slipped, limit) : greatest(slipped, limit);
    this.book(record, price, 'REMOVED');
  }

  private book(record: OrderRecord, price: Price, liquidity: 'ADDED' | 'REMOVED'): void {
    const wanted = leavesOf(record);
    const quantity = this.left === undefined ? wanted : least(wanted, floorToStep(this.left, this.desk.lotSizeOf(this.bar.symbol)));
    if (quantity === 0n || (record.order.timeInForce === 'FOK' && quantity < wanted)) return;
    const filled = this.desk.fill(record, price, quantity, liquidity);
    if (this.left !== undefined) this.left = subtract(this.left, filled);
  }
}

/** A bar of a symbol: matches orders unless ticks tell the symbol's market better, marks the position, and ends what holds for the day. */
export const matchBarEvent = (desk: VenueDesk, bar: Bar): void => {
  if (bar.low <= 0n) return;
  const market = desk.marketOf(bar.symbol);
  if (!market.ticks && !market.halted && !bar.warmUp) {
    openSymbol(desk, bar.symbol, bar.open);
    new BarEvent(desk, bar).run();
    if (bar.interval === '1d') endSession(desk, bar);
  }
  desk.state.account.marks[bar.symbol] = bar.close;
  market.lastPrice = bar.close;
};

/** A daily bar is the whole session: it has its closing auction, and what holds for the day ends with it. */
const endSession = (desk: VenueDesk, bar: Bar): void => {
  runAuction(desk, bar.symbol, 'CLS', bar.close);
  for (const record of desk.ordersOf(bar.symbol).all())
    if (record.working && record.order.timeInForce === 'DAY' && !record.arriving) desk.end(record, { type: 'EXPIRED' });
  desk.marketOf(bar.symbol).opened = false;
};
