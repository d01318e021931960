import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { DeltaPublisher } from '../book/delta-publisher.js';
import type { OrderBook } from '../book/order-book.js';
import type { BookScale } from '../book/two-sided-book.js';
import type { BookSide, BookSnapshot, Quote, Tick, Trade } from '../tick.js';
import { FLOW_KIND_COUNT, FLOW_KINDS, type FlowParameters, spreadClassOf } from './flow-parameters.js';
import { FlowRandom } from './flow-random.js';
import { HawkesClock } from './hawkes.js';

export interface SimulatedInstrument {
  readonly symbol: Symbol;
  /** Price in ticks of 0.01 about which it starts. Distances between prices scale with it, down to one tick. */
  readonly startPrice: number;
  /** How many times as fast as the calibrated flow (about 24 events a second) its clock runs. */
  readonly activity: number;
}

/** Ticks of a cent and whole shares. */
const SCALE: BookScale = { priceDigits: 2, quantityDigits: 0 };
/** Events before the first one told: the book forgets how it was made. */
const BURN_IN_EVENTS = 20_000;
/** A market order never empties a side: with fewer orders than this it does not come. */
const ORDERS_MIN = 5;
const IMPROVING_SHARE_MAX = 0.9;
/**
 * Cancellations that take any level alike. A half hour shows few of the orders that the price has left behind, so its distances alone let them pile up: within
 * a day they would take the place of those near the best price, and the spread would grow by half.
 */
const ANY_LEVEL_SHARE = 0.01;
const LIMIT_BID = FLOW_KINDS.indexOf('LIMIT_BID');
const CANCEL_BID = FLOW_KINDS.indexOf('CANCEL_BID');
const TAKE_BID = FLOW_KINDS.indexOf('TAKE_BID');
/** Said on every trade; quotes are the venue's only ones and bear none. */
const VENUE = 'simulated';
const NO_PRICE = 0n as Quote['bidPrice'];

/**
 * The order flow of one instrument, run through a real book by order. Pure and seeded: the same instrument and seed give the same ticks. `nextAt` is
 * the time of the event that `step` performs, in nanoseconds from the start.
 */
export class OrderFlow {
  readonly symbol: Symbol;
  private readonly publisher: DeltaPublisher;
  private readonly clock: HawkesClock;
  private readonly random: FlowRandom;
  private readonly factors = new Float64Array(FLOW_KIND_COUNT).fill(1);
  private readonly distanceScale: number;
  private readonly ordersBySide = { BID: 0, ASK: 0 };
  private readonly startedAt: number;
  private ticks: Tick[] = [];
  private nextKind: number;
  private lastId = 0;
  private trades = 0;
  private quotes = 0;
  private at = 0n as UnixNanos;
  private telling = false;

  constructor(
    private readonly instrument: SimulatedInstrument,
    private readonly parameters: FlowParameters,
    seed: string,
  ) {
    if (!Number.isSafeInteger(instrument.startPrice) || instrument.startPrice < 10)
      throw new RangeError('startPrice must be at least 10 ticks');
    if (!(instrument.activity > 0)) throw new RangeError('activity must be above 0');
    this.symbol = instrument.symbol;
    this.publisher = new DeltaPublisher(instrument.symbol, SCALE);
    this.random = new FlowRandom(`${seed}/${instrument.symbol}`);
    this.clock = new HawkesClock(parameters.hawkes, this.random);
    this.distanceScale = instrument.startPrice / parameters.referencePrice;
    this.fill();
    this.nextKind = this.drawKind();
    for (let event = 0; event < BURN_IN_EVENTS; event += 1) this.perform();
    this.startedAt = this.clock.now;
    this.telling = true;
  }

  get book(): OrderBook {
    return this.publisher.book;
  }

  /** When the next event happens, in seconds from the start. */
  get nextSeconds(): number {
    return (this.clock.now - this.startedAt) / this.instrument.activity;
  }

  /** The same in whole nanoseconds. */
  get nextAt(): bigint {
    return BigInt(Math.round(this.nextSeconds * 1e9));
  }

  /** Performs the next event, stamped with `at`: trades, then the change of the book, then the best quote if it changed. */
  step(at: UnixNanos): readonly Tick[] {
    this.at = at;
    this.ticks = [];
    const { bestBid, bestAsk, bestBidSize, bestAskSize } = this.book;
    this.perform();
    const delta = this.publisher.takeDelta(at);
    if (delta !== undefined) this.ticks.push(delta);
    const { book } = this;
    if (bestBid !== book.bestBid || bestAsk !== book.bestAsk || bestBidSize !== book.bestBidSize || bestAskSize !== book.bestAskSize)
      this.ticks.push(this.quote());
    return this.ticks;
  }

  /** The book as it stands; the deltas of the steps that follow apply to it. */
  snapshot(at: UnixNanos, levels = Infinity): BookSnapshot {
    return this.publisher.takeSnapshot(at, levels);
  }

  /** The best bid and offer as they stand. */
  private quote(): Quote {
    const { book, symbol, at } = this;
    const [bid] = book.levels('BID', 1);
    const [ask] = book.levels('ASK', 1);
    this.quotes += 1;
    return {
      kind: 'quote',
      symbol,
      at,
      sequence: this.quotes,
      bidPrice: bid?.price ?? NO_PRICE,
      bidQuantity: bid?.quantity ?? book.exactQuantity(0),
      askPrice: ask?.price ?? NO_PRICE,
      askQuantity: ask?.quantity ?? book.exactQuantity(0),
      venue: '',
    };
  }

  private fill(): void {
    const half = Math.max(1, Math.round((this.parameters.meanSpread * this.distanceScale) / 2));
    for (let order = 0; order < this.parameters.ordersPerSide; order += 1) {
      for (const side of ['BID', 'ASK'] as const) {
        const away = half + this.scaled(this.random.draw(this.parameters.placements));
        this.place(side, this.instrument.startPrice + (side === 'BID' ? -away : away));
      }
    }
  }

  private perform(): void {
    const kind = this.nextKind;
    const side: BookSide = kind % 2 === 0 ? 'BID' : 'ASK';
    const family = kind - (kind % 2);
    if (family === LIMIT_BID) this.limit(side);
    else if (family === CANCEL_BID) this.cancel(side);
    else this.take(side);
    this.nextKind = this.drawKind();
  }

  private drawKind(): number {
    for (const side of ['BID', 'ASK'] as const) {
      const offset = side === 'BID' ? 0 : 1;
      const orders = this.ordersBySide[side];
      this.factors[CANCEL_BID + offset] = orders / this.parameters.ordersPerSide;
      this.factors[TAKE_BID + offset] = orders < ORDERS_MIN ? 0 : 1;
    }
    return this.clock.next(this.factors);
  }

  private limit(side: BookSide): void {
    const { parameters, random, book } = this;
    const spread = Math.round(book.spread * 100);
    const best = Math.round((side === 'BID' ? book.bestBid : book.bestAsk) * 100);
    const spreadAsMeasured = spread / this.distanceScale;
    // The measured shares alone let the spread wander off: what else draws it back (a wide spread is an invitation) is put in as its ratio to the mean.
    const pull = spreadAsMeasured / parameters.meanSpread;
    const share = parameters.improvingShare[spreadClassOf(Math.round(spreadAsMeasured), parameters.spreadClasses)]! * pull;
    let away: number;
    if (spread > 1 && random.uniform() < Math.min(share, IMPROVING_SHARE_MAX)) {
      away = -Math.min(spread - 1, Math.max(1, Math.round(random.draw(parameters.improvements) * spread)));
    } else away = this.scaled(random.draw(parameters.placements));
    this.place(side, Math.max(1, side === 'BID' ? best - away : best + away));
  }

  private place(side: BookSide, price: number): void {
    this.lastId += 1;
    const refusal = this.book.add(this.lastId, side, price, this.random.draw(this.parameters.limitSizes));
    if (refusal !== undefined) throw new Error(`the simulated venue's own order was refused: ${refusal}`);
    this.ordersBySide[side] += 1;
  }

  private cancel(side: BookSide): void {
    const { parameters, random, book } = this;
    const level = random.uniform() < ANY_LEVEL_SHARE ? Math.floor(random.uniform() * book.levelCount(side)) : this.cancelledLevel(side);
    const queue = book.queueAt(side, Math.round(book.priceAt(side, level) * 100));
    const id = queue[Math.floor(random.uniform() * queue.length)];
    if (id === undefined) return;
    // The last orders of a side stay: an empty side has no price to place the next one by.
    if (this.ordersBySide[side] < ORDERS_MIN) return;
    const remaining = book.remaining(id);
    if (remaining > 1 && random.uniform() < parameters.partialShare) {
      book.reduce(id, Math.max(1, Math.floor(remaining * random.uniform())));
      return;
    }
    book.remove(id);
    this.ordersBySide[side] -= 1;
  }

  /** The level nearest to a distance drawn from those of real cancellations. */
  private cancelledLevel(side: BookSide): number {
    const best = this.book.priceAt(side, 0);
    const away = this.scaled(this.random.draw(this.parameters.cancellations)) / 100;
    return nearestLevel(this.book, side, side === 'BID' ? best - away : best + away);
  }

  private take(side: BookSide): void {
    const { parameters, random, book } = this;
    const atBest = side === 'BID' ? book.bestBidSize : book.bestAskSize;
    let wanted = random.draw(parameters.takeSizes);
    if (wanted > atBest && random.uniform() >= parameters.walkingShare) wanted = atBest;
    while (wanted > 0 && this.ordersBySide[side] >= ORDERS_MIN) {
      const id = book.firstOrder(side)!;
      const remaining = book.remaining(id);
      const traded = Math.min(wanted, remaining);
      const price = book.priceOf(id);
      book.execute(id, traded);
      if (traded === remaining) this.ordersBySide[side] -= 1;
      wanted -= traded;
      this.tell(side, price, traded);
    }
  }

  private tell(side: BookSide, price: number, traded: number): void {
    if (!this.telling) return;
    this.trades += 1;
    const trade: Trade = {
      kind: 'trade',
      symbol: this.symbol,
      at: this.at,
      sequence: this.trades,
      price: this.book.exactPrice(price),
      quantity: this.book.exactQuantity(traded),
      aggressor: side === 'BID' ? 'SELLER' : 'BUYER',
      conditions: [],
      venue: VENUE,
    };
    this.ticks.push(trade);
  }

  /** A calibrated distance at this instrument's price. */
  private scaled(ticks: number): number {
    return Math.round(ticks * this.distanceScale);
  }
}

/** The level whose price is nearest, by halving. */
const nearestLevel = (book: OrderBook, side: BookSide, price: number): number => {
  const sign = side === 'BID' ? -1 : 1;
  let low = 0;
  let high = book.levelCount(side) - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sign * book.priceAt(side, middle) < sign * price) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return 0;
  const before = Math.abs(book.priceAt(side, low - 1) - price);
  return before <= Math.abs(book.priceAt(side, low) - price) ? low - 1 : low;
};
