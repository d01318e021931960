import type { Tick, TicksArrived } from '@tradewind/market';
import { applyTick, beginWork, emptyBook, SymbolOrders } from '@tradewind/venue';
import type { MatchedOrder, MatchingDesk, SymbolMarket, VenueOrder } from '@tradewind/venue';
import { least } from '@tradewind/vocabulary';
import type { Price, Quantity, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { amendedTerms } from './amended-terms.js';
import { execute, reducibleQuantity } from './fill-order.js';
import { openOrdersOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { isReduceOnly, leavesOf, termsOf } from './order.js';
import type { Order } from './order.js';
import type { RestingPlace, SeenMarket } from './seen-market.js';
import type { PaperVenue } from './venue.js';

/** A tick and the chunk that brought it. */
export interface CausedTick {
  readonly tick: Tick;
  readonly cause: string;
}

/** The ticks of a step by symbol, in the order of their arrival. */
export const ticksBySymbol = (chunks: readonly TicksArrived[]): ReadonlyMap<string, readonly CausedTick[]> => {
  const bySymbol = new Map<string, CausedTick[]>();
  for (const { header, ticks } of chunks) {
    for (const tick of ticks) {
      const found = bySymbol.get(tick.symbol);
      if (found === undefined) bySymbol.set(tick.symbol, [{ tick, cause: header.id }]);
      else found.push({ tick, cause: header.id });
    }
  }
  return bySymbol;
};

/** Changes of a book nobody has seen tell nothing: such a symbol is matched with its bars. */
export const tellMarket = (ticks: readonly CausedTick[], seen: SeenMarket | undefined): boolean =>
  seen?.market.book.depth === 'LEVELS' || ticks.some(({ tick }) => tick.kind !== 'book-delta');

const venueOrderOf = (order: Order): VenueOrder => {
  const { clientOrderId, symbol, side, timeInForce } = order.intent;
  const { type, quantity, limitPrice, stopPrice, trail, limitOffset } = termsOf(order);
  return {
    clientOrderId,
    symbol,
    side,
    timeInForce,
    type,
    quantity,
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(trail === undefined ? {} : { trail }),
    ...(limitOffset === undefined ? {} : { limitOffset }),
  };
};

const isAuction = ({ intent }: Order): boolean => intent.timeInForce === 'OPG' || intent.timeInForce === 'CLS';

/** The open orders of one symbol as matching sees them, and the ledger that writes down what becomes of them. */
class TickDesk implements MatchingDesk {
  private readonly orders = new SymbolOrders();
  private readonly records = new Map<string, MatchedOrder>();
  /** Known to us, but not yet to the market. */
  private beginning: MatchedOrder[] = [];
  private readonly arrivals: Readonly<Record<string, UnixNanos>>;
  /** Trailing stops that have moved since it was last written down. */
  private readonly moved = new Set<MatchedOrder>();
  cause = '';

  constructor(
    private readonly ledger: Ledger,
    private readonly market: SymbolMarket,
    readonly policies: PaperVenue,
    private readonly step: number,
    places: SeenMarket['places'],
  ) {
    this.arrivals = ledger.state.arrivals ?? {};
    for (const { order, placement, workingFromStep } of openOrdersOf(ledger.state, market.symbol)) {
      if (workingFromStep > step || isAuction(order)) continue;
      const record = this.adopt(order, placement);
      const rests = places[order.intent.clientOrderId];
      if (rests === undefined) this.beginning.push(record);
      else {
        record.place = rests.place;
        record.limit = rests.limit;
        this.orders.put(record);
      }
    }
  }

  get isEmpty(): boolean {
    return this.records.size === 0;
  }

  ordersOf(): SymbolOrders {
    return this.orders;
  }

  tickSizeOf(symbol: Symbol): Price {
    return this.policies.instruments[symbol]?.tickSize ?? (1n as Price);
  }

  lotSizeOf(symbol: Symbol): Quantity {
    return this.policies.instruments[symbol]?.lotSize ?? (1n as Quantity);
  }

  fill(record: MatchedOrder, price: Price, wanted: Quantity, _liquidity: 'ADDED' | 'REMOVED', reference: Price): Quantity {
    const { ledger } = this;
    const order = ledger.order(record.order.clientOrderId)?.order;
    if (order === undefined) return 0n as Quantity;
    const allowed = isReduceOnly(order.intent) ? reducibleQuantity(ledger.state, order) : wanted;
    const quantity = least(least(wanted, leavesOf(order)), allowed);
    if (allowed === 0n) ledger.say(order.intent.clientOrderId, { type: 'OrderCanceled', reason: 'POSITION_FLAT' }, [this.cause]);
    else execute(ledger, order, { quantity, price, reference }, this.policies, [this.cause]);
    this.follow();
    return quantity;
  }

  giveUp({ order }: MatchedOrder): void {
    this.ledger.say(order.clientOrderId, { type: 'OrderCanceled', reason: 'NOT_FILLED_AT_ONCE' }, [this.cause]);
    this.follow();
  }

  triggered(record: MatchedOrder): void {
    this.writeTrails();
    this.ledger.say(record.order.clientOrderId, { type: 'OrderTriggered' }, [this.cause]);
  }

  trailed(record: MatchedOrder): void {
    this.moved.add(record);
  }

  /** Orders that the market does not know yet work from the tick on that has just come, unless they arrive later than it. */
  begin(at: UnixNanos): void {
    if (this.beginning.length === 0) return;
    const underWay: MatchedOrder[] = [];
    while (this.beginning.length > 0) {
      const { beginning } = this;
      this.beginning = [];
      for (const record of beginning) {
        if ((this.arrivals[record.order.clientOrderId] ?? at) > at) underWay.push(record);
        else if (record.working) beginWork(this, record, this.market);
      }
    }
    this.beginning = underWay;
  }

  /** One event for all the ticks that moved a stop: the level is what counts. */
  writeTrails(): void {
    for (const { order, stop, working } of this.moved) {
      const found = this.ledger.order(order.clientOrderId)?.order;
      if (found === undefined || !working || stop === undefined || termsOf(found).stopPrice === stop) continue;
      this.ledger.say(order.clientOrderId, { type: 'OrderUpdated', terms: amendedTerms(termsOf(found), { stopPrice: stop }) }, [
        this.cause,
      ]);
    }
    this.moved.clear();
  }

  /** Where orders rest when the ticks are over. */
  places(): SeenMarket['places'] {
    const places: Record<string, RestingPlace> = {};
    for (const { order, place, limit, working } of this.records.values())
      if (working && place !== undefined && limit !== undefined) places[order.clientOrderId] = { place, limit };
    return places;
  }

  private adopt(order: Order, placement: number): MatchedOrder {
    const record: MatchedOrder = {
      sequence: placement,
      order: venueOrderOf(order),
      working: true,
      filled: order.filledQuantity,
      stop: termsOf(order).stopPrice,
      limit: undefined,
      triggered: order.triggered,
      place: undefined,
      waits: false,
    };
    this.records.set(order.intent.clientOrderId, record);
    return record;
  }

  /** Brings the records after the ledger: a fill attaches protection, reduces a group, ends orders. */
  private follow(): void {
    const open = openOrdersOf(this.ledger.state, this.market.symbol);
    const alive = new Set(open.map(({ order }) => order.intent.clientOrderId));
    for (const [id, record] of this.records) {
      if (alive.has(id)) continue;
      record.working = false;
      this.orders.remove(record);
      this.records.delete(id);
    }
    for (const { order, placement, workingFromStep } of open) {
      const record = this.records.get(order.intent.clientOrderId);
      if (record !== undefined) {
        record.filled = order.filledQuantity;
        record.order = { ...record.order, quantity: termsOf(order).quantity };
      } else if (!isAuction(order) && workingFromStep > this.step) this.beginning.push(this.adopt(order, placement));
    }
  }
}

/**
 * Matches the working orders of a symbol with a step's ticks, in order of time, by the same core as the simulated venue: quotes and books are walked and queues
 * kept. An order meets the first tick of the step after the one it was placed on, or with latency the first at or after its arrival. Protection that a fill
 * attaches is with the venue already and works from the next tick on. Returns what has to be remembered until the next step, undefined when no order is left.
 */
export const matchTicks = (
  ledger: Ledger,
  symbol: Symbol,
  ticks: readonly CausedTick[],
  step: number,
  venue: PaperVenue,
): SeenMarket | undefined => {
  const seen = ledger.state.markets?.[symbol];
  const market: SymbolMarket =
    seen === undefined ? { symbol, book: emptyBook(), lastPrice: undefined, halted: false } : structuredClone(seen.market);
  const desk = new TickDesk(ledger, market, venue, step, seen?.places ?? {});
  if (desk.isEmpty) return undefined;
  for (const { tick, cause } of ticks) {
    desk.cause = cause;
    applyTick(desk, market, tick);
    desk.begin(tick.at);
  }
  desk.writeTrails();
  return desk.isEmpty ? undefined : { market, places: desk.places() };
};
