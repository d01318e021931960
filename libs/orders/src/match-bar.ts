import type { Bar } from '@tradewind/market';
import type { Price, Quantity } from '@tradewind/vocabulary';

import { isClosingBar, isOpeningBar } from './auction.js';
import { applyMatch } from './fill-order.js';
import type { Attached, Capacity } from './fill-order.js';
import { openOrdersOf } from './ledger.js';
import type { Ledger } from './ledger.js';
import { matchAtClose, matchAtOpen, matchInBar, matchTrailToClose } from './matching.js';
import type { Match } from './matching.js';
import { isReduceOnly, leavesOf, termsOf } from './order.js';
import type { Order } from './order.js';
import { TARGET_PURPOSE } from './protection.js';
import { isStopType } from './trail.js';
import type { PaperVenue } from './venue.js';

type Matcher = (order: Order, bar: Bar, tickSize: Price) => Match | undefined;

const isStop = (order: Order): boolean => isStopType(termsOf(order).type);
const isTarget = (order: Order): boolean => isReduceOnly(order.intent) && !isStop(order);

/** Time in force decides which moments of the bar an order takes part in. */
const worksInBar = ({ intent }: Order): boolean => intent.timeInForce === 'DAY' || intent.timeInForce === 'GTC';
const worksAtClose = ({ intent }: Order): boolean => intent.timeInForce === 'CLS';
const stopsInBar = (order: Order): boolean => worksInBar(order) && isStop(order);
const entersInBar = (order: Order): boolean => worksInBar(order) && !isStop(order) && !isTarget(order);
const takesProfitInBar = (order: Order): boolean => worksInBar(order) && isTarget(order);

/** What did not fill at its one moment ends; a daily bar is the whole session, so DAY orders end with it. */
const endAfterBar = (ledger: Ledger, order: Order, bar: Bar, venue: PaperVenue): void => {
  const { clientOrderId, timeInForce } = order.intent;
  if (timeInForce === 'GTC') return;
  const causes = [bar.id];
  const instrument = venue.instruments[bar.symbol];
  switch (timeInForce) {
    case 'IOC':
    case 'FOK':
      ledger.say(clientOrderId, { type: 'OrderCanceled', reason: 'NOT_FILLED_AT_ONCE' }, causes);
      return;
    case 'OPG':
      if (isOpeningBar(bar, instrument)) ledger.say(clientOrderId, { type: 'OrderExpired' }, causes);
      return;
    case 'CLS':
      if (isClosingBar(bar, instrument)) ledger.say(clientOrderId, { type: 'OrderExpired' }, causes);
      return;
    case 'DAY':
      if (bar.interval === '1d') ledger.say(clientOrderId, { type: 'OrderExpired' }, causes);
  }
};

/** One bar and the orders that work in it. */
class BarMatch {
  private readonly capacity: Capacity;
  private readonly tickSize: Price;
  /** What entries have brought with them in this bar. */
  private readonly attached: Attached[] = [];

  constructor(
    private readonly ledger: Ledger,
    private readonly bar: Bar,
    private readonly working: readonly Order[],
    private readonly venue: PaperVenue,
  ) {
    const instrument = venue.instruments[bar.symbol];
    this.tickSize = instrument?.tickSize ?? (1n as Price);
    this.capacity = { left: instrument === undefined ? undefined : venue.participation.capacity(bar.volume, instrument.lotSize) };
  }

  /** With `ticks` the bar's auctions and the ends of time in force are left to the bar; what lies between is told by the ticks. */
  run(ticks?: () => void): void {
    const { bar, venue } = this;
    if (ticks === undefined) this.path();
    else {
      this.pass((order) => order.intent.timeInForce === 'OPG' && this.worksAtOpen(order), matchAtOpen);
      ticks();
    }
    if (this.working.some(worksAtClose) && isClosingBar(bar, venue.instruments[bar.symbol])) this.pass(worksAtClose, matchAtClose);
    for (const placed of this.working) {
      const order = this.ledger.order(placed.intent.clientOrderId)?.order;
      if (order !== undefined) endAfterBar(this.ledger, order, bar, venue);
    }
  }

  /** From the open to the close, as far as a bar tells it. */
  private path(): void {
    this.pass((order) => this.worksAtOpen(order), matchAtOpen);
    const openTargets = this.targets();
    this.pass(stopsInBar, matchInBar);
    this.pass(entersInBar, matchInBar);
    for (const { stopId, entry } of this.attached) {
      if (stopId !== undefined) this.match(stopId, (order, at, tick) => matchInBar(order, at, tick, entry));
    }
    this.pass(takesProfitInBar, (order, at, tick) => (order.intent.purpose === TARGET_PURPOSE ? undefined : matchInBar(order, at, tick)));
    for (const [id, atMost] of openTargets) this.match(id, matchInBar, atMost);
    this.pass(stopsInBar, matchTrailToClose);
  }

  private worksAtOpen({ intent }: Order): boolean {
    if (intent.timeInForce === 'CLS') return false;
    return intent.timeInForce !== 'OPG' || isOpeningBar(this.bar, this.venue.instruments[this.bar.symbol]);
  }

  /**
   * Profit targets, those of entries at the open among them, and how much they ask for after the open: what an entry adds later in the bar can't be
   * sold at a high that may have come before it.
   */
  private targets(): readonly (readonly [id: string, atMost: Quantity])[] {
    const found: [string, Quantity][] = [];
    for (const { order } of openOrdersOf(this.ledger.state, this.bar.symbol)) {
      const { clientOrderId, purpose } = order.intent;
      const works =
        this.working.some(({ intent }) => intent.clientOrderId === clientOrderId) ||
        this.attached.some(({ targetId }) => targetId === clientOrderId);
      if (purpose === TARGET_PURPOSE && works) found.push([clientOrderId, leavesOf(order)]);
    }
    return found;
  }

  private pass(takesPart: (order: Order) => boolean, matcher: Matcher): void {
    for (const placed of this.working) if (takesPart(placed)) this.match(placed.intent.clientOrderId, matcher);
  }

  private match(clientOrderId: string, matcher: Matcher, atMost?: Quantity): void {
    const order = this.ledger.order(clientOrderId)?.order;
    const match = order === undefined ? undefined : matcher(order, this.bar, this.tickSize);
    if (match === undefined) return;
    const attached = applyMatch(this.ledger, clientOrderId, match, this.bar, this.venue, this.capacity, atMost);
    if (attached !== undefined) this.attached.push(attached);
  }
}

/**
 * Matches the working orders of the bar's symbol, worst case first, since a bar doesn't tell the order of its high and low:
 * 1. everything that fills at the open, as placed; 2. stops; 3. entries; 4. the stops those entries attached, which work in the same bar;
 * 5. profit targets, last: when stop and target lie in one bar, the stop is taken; 6. trailing stops follow the bar's favourable end, and go if the
 * close lies beyond them; 7. the closing auction; 8. ends of time in force. Where the ticks of the bar are known, `ticks` matches them instead of 2 to 6,
 * and of the open only its auction is left.
 */
export const matchBar = (ledger: Ledger, bar: Bar, step: number, venue: PaperVenue, ticks?: () => void): void => {
  const working: Order[] = [];
  for (const entry of openOrdersOf(ledger.state, bar.symbol)) if (entry.workingFromStep <= step) working.push(entry.order);
  if (working.length > 0) new BarMatch(ledger, bar, working, venue).run(ticks);
};
