import type { OrderTerms } from '@tradewind/venue';
import type { Price, Side, Symbol, UnixNanos } from '@tradewind/vocabulary';

import { isTrailing, ratchet, stopReached } from '../trail.js';
import { forgetOrder, replaceHeld } from './held-orders.js';
import type { EmulationState, HeldOrder } from './held-orders.js';

/** What the market said. */
export type PriceSeen =
  | { readonly kind: 'TRADE'; readonly symbol: Symbol; readonly price: Price }
  | { readonly kind: 'QUOTE'; readonly symbol: Symbol; readonly bid: Price; readonly ask: Price }
  | {
      readonly kind: 'BAR';
      readonly symbol: Symbol;
      readonly open: Price;
      readonly high: Price;
      readonly low: Price;
      readonly close: Price;
    };

/** The regular hours that opening, closing and DAY orders go by. */
export interface SessionTimes {
  readonly openTime: UnixNanos;
  readonly closeTime: UnixNanos;
}

export interface WatchSettings {
  /** Which prices reach a stop: trades (and bars), or the quote that the order would meet: a sale the bid, a purchase the ask. */
  readonly trigger: 'TRADES' | 'QUOTES';
  /** How long before the close a CLS order is sent. */
  readonly closeLeadNanos: bigint;
}

export const WATCH_DEFAULTS: WatchSettings = { trigger: 'TRADES', closeLeadNanos: 60_000_000_000n };

/** What has to be done with an order now. */
export type EmulationEffect =
  /** Say OrderReleased at `price` and send what `releasedTerms` gives; `cancelFirst` names the group whose orders at the venue have to be gone before. */
  | { readonly type: 'RELEASE'; readonly clientOrderId: string; readonly price: Price; readonly cancelFirst?: string }
  /** The trail moved: OrderUpdated with these terms keeps the level over a restart. */
  | { readonly type: 'RATCHET'; readonly clientOrderId: string; readonly terms: OrderTerms }
  | { readonly type: 'EXPIRE'; readonly clientOrderId: string }
  | { readonly type: 'CANCEL'; readonly clientOrderId: string; readonly reason: string };

export interface Watched {
  readonly state: EmulationState;
  readonly effects: readonly EmulationEffect[];
}

/** Where one order stands after a price: released at a price, or held with these terms. */
interface Outcome {
  readonly releasedAt?: Price;
  readonly terms: OrderTerms;
}

/** Prices in the order in which they are certain or worst to have come. */
const pathOf = (side: Side, seen: PriceSeen, trigger: WatchSettings['trigger']): readonly Price[] => {
  if (seen.kind === 'QUOTE') return trigger === 'QUOTES' ? [side === 'SELL' ? seen.bid : seen.ask] : [];
  if (seen.kind === 'TRADE') return trigger === 'TRADES' ? [seen.price] : [];
  const [worst, best] = side === 'SELL' ? [seen.low, seen.high] : [seen.high, seen.low];
  return [seen.open, worst, best, seen.close];
};

/** Limits of a pair are watched on the side that would fill them: a sale waits for prices at its limit or above. */
const limitReached = (side: Side, at: Price, limit: Price): boolean => (side === 'SELL' ? at >= limit : at <= limit);

/** A bar jumps from one of its prices to the next, but price went through all that lies between; only its open may lie beyond the stop by a gap. */
const priceAtStop = (seen: PriceSeen, index: number, at: Price, stop: Price): Price => (seen.kind === 'BAR' && index > 0 ? stop : at);

const watchStop = (order: HeldOrder, seen: PriceSeen, path: readonly Price[]): Outcome => {
  const { side, terms, tickSize } = order;
  const trails = isTrailing(terms.type);
  let stop = terms.stopPrice;
  let releasedAt: Price | undefined;
  for (const [index, at] of path.entries()) {
    if (stop !== undefined && stopReached(side, at, stop)) {
      releasedAt = priceAtStop(seen, index, at, stop);
      break;
    }
    if (trails) stop = ratchet(side, terms, stop, at, tickSize);
  }
  const now = stop === undefined || stop === terms.stopPrice ? terms : { ...terms, stopPrice: stop };
  return releasedAt === undefined ? { terms: now } : { terms: now, releasedAt };
};

const watchLimit = ({ side, terms }: HeldOrder, path: readonly Price[]): Outcome => {
  const limit = terms.limitPrice;
  const reached = limit === undefined ? undefined : path.find((at) => limitReached(side, at, limit));
  return reached === undefined ? { terms } : { terms, releasedAt: reached };
};

const watchOrder = (order: HeldOrder, seen: PriceSeen, trigger: WatchSettings['trigger']): Outcome => {
  if (order.watch === 'OPEN' || order.watch === 'CLOSE') return { terms: order.terms };
  const path = pathOf(order.side, seen, trigger);
  return order.watch === 'LIMIT' ? watchLimit(order, path) : watchStop(order, seen, path);
};

const release = ({ clientOrderId, ocoGroup }: HeldOrder, price: Price): EmulationEffect => ({
  type: 'RELEASE',
  clientOrderId,
  price,
  ...(ocoGroup === undefined ? {} : { cancelFirst: ocoGroup }),
});

const NOTHING: readonly EmulationEffect[] = [];

/** Protection first: when one bar reaches both sides of a pair, the stop is the one that goes. */
const stopsFirst = (orders: readonly HeldOrder[]): readonly HeldOrder[] =>
  orders.length < 2 ? orders : [...orders.filter(({ watch }) => watch !== 'LIMIT'), ...orders.filter(({ watch }) => watch === 'LIMIT')];

/**
 * What a price does to held orders. A bar is taken at its worst, as by the paper venue: open, the end that hurts the order, the other end, close; so a
 * trail is checked against the level from before the bar's favourable end, which moves it only afterwards. A price releases one order of a group.
 */
export const watchPrice = (state: EmulationState, seen: PriceSeen, settings: WatchSettings = WATCH_DEFAULTS): Watched => {
  const orders = state.held[seen.symbol];
  if (orders === undefined) return { state, effects: NOTHING };
  const effects: EmulationEffect[] = [];
  const terms = new Map<string, OrderTerms | undefined>();
  const groups = new Set<string>();
  for (const order of stopsFirst(orders)) {
    if (order.ocoGroup !== undefined && groups.has(order.ocoGroup)) continue;
    const outcome = watchOrder(order, seen, settings.trigger);
    const { clientOrderId } = order;
    if (outcome.releasedAt === undefined && outcome.terms === order.terms) continue;
    terms.set(clientOrderId, outcome.releasedAt === undefined ? outcome.terms : undefined);
    // The level it was released at is what its limit goes by.
    if (outcome.terms !== order.terms) effects.push({ type: 'RATCHET', clientOrderId, terms: outcome.terms });
    if (outcome.releasedAt === undefined) continue;
    effects.push(release(order, outcome.releasedAt));
    if (order.ocoGroup !== undefined) groups.add(order.ocoGroup);
  }
  if (effects.length === 0) return { state, effects: NOTHING };
  const left = orders.flatMap((order) => {
    if (!terms.has(order.clientOrderId)) return [order];
    const now = terms.get(order.clientOrderId);
    return now === undefined ? [] : [{ ...order, terms: now }];
  });
  return { state: replaceHeld(state, seen.symbol, left), effects };
};

/** The instant at which a held order is released by the clock; undefined for one that waits for a price. */
const releaseTime = ({ watch }: HeldOrder, session: SessionTimes, settings: WatchSettings): bigint | undefined => {
  if (watch === 'OPEN') return session.openTime;
  return watch === 'CLOSE' ? session.closeTime - settings.closeLeadNanos : undefined;
};

/**
 * What the clock does: auction orders are released at the open or ahead of the close, DAY orders and auctions that were missed expire at the close,
 * and orders that the venue can't end are cancelled. `session` is the one that is open at `now`, or else the next; `lastPriceOf` gives the price
 * that a release by the clock is told with, and without one the release waits for it.
 */
export const watchClock = (
  state: EmulationState,
  now: UnixNanos,
  session: SessionTimes,
  lastPriceOf: (symbol: Symbol) => Price | undefined,
  settings: WatchSettings = WATCH_DEFAULTS,
): Watched => {
  const effects: EmulationEffect[] = [];
  for (const orders of Object.values(state.held)) {
    for (const order of orders) {
      const releasedAt = releaseTime(order, session, settings);
      const endsToday = releasedAt !== undefined || order.timeInForce === 'DAY';
      if (now >= session.closeTime && order.heldSince < session.closeTime && endsToday) {
        effects.push({ type: 'EXPIRE', clientOrderId: order.clientOrderId });
      } else if (releasedAt !== undefined && now >= releasedAt && order.heldSince <= releasedAt) {
        const price = lastPriceOf(order.symbol);
        if (price !== undefined) effects.push(release(order, price));
      }
    }
  }
  for (const { clientOrderId, cancelAt, reason } of state.timed) {
    if (now >= cancelAt) effects.push({ type: 'CANCEL', clientOrderId, reason });
  }
  if (effects.length === 0) return { state, effects: NOTHING };
  return { state: effects.reduce((left, { clientOrderId }) => forgetOrder(left, clientOrderId), state), effects };
};
