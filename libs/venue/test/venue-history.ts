import type { Tick } from '@tradewind/market';
import { money, price, quantity } from '@tradewind/vocabulary';
import type { Side, UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';

import { fixedLatency, SimulatedVenue } from '../src/index.js';
import type { OrderType, SimulatedVenueSettings, TimeInForce, VenueOrder, VenueReport } from '../src/index.js';
import { AAPL, after, bookOf, quoteOf, settingsOf, tradeOf } from './fixtures.js';

/** What may happen to a venue, as fast-check draws it. Prices are cents around 100, sizes small, so that everything meets. */
export type Happening =
  | { readonly kind: 'quote'; readonly bid: number; readonly spread: number; readonly bidSize: number; readonly askSize: number }
  | { readonly kind: 'trade'; readonly at: number; readonly size: number; readonly aggressor: 'BUYER' | 'SELLER' | 'UNKNOWN' }
  | { readonly kind: 'book'; readonly bid: number; readonly spread: number; readonly sizes: readonly number[] }
  | {
      readonly kind: 'order';
      readonly side: Side;
      readonly type: OrderType;
      readonly timeInForce: TimeInForce;
      readonly at: number;
      readonly size: number;
      readonly group: boolean;
    }
  | { readonly kind: 'cancel' | 'replace'; readonly pick: number; readonly at: number; readonly size: number }
  | { readonly kind: 'halt' | 'resume' | 'close' | 'open' };

const cents = fc.integer({ min: -20, max: 20 });
const size = fc.integer({ min: 1, max: 200 });
const side = fc.constantFrom<Side>('BUY', 'SELL');
const types: readonly OrderType[] = ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'];
const times: readonly TimeInForce[] = ['DAY', 'GTC', 'IOC', 'FOK', 'OPG', 'CLS'];

export const happenings = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('quote' as const),
        bid: cents,
        spread: fc.integer({ min: 1, max: 5 }),
        bidSize: size,
        askSize: size,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('trade' as const),
        at: cents,
        size,
        aggressor: fc.constantFrom('BUYER' as const, 'SELLER' as const, 'UNKNOWN' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('book' as const),
        bid: cents,
        spread: fc.integer({ min: 1, max: 5 }),
        sizes: fc.array(size, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('order' as const),
        side,
        type: fc.constantFrom(...types),
        timeInForce: fc.constantFrom(...times),
        at: cents,
        size,
        group: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constantFrom('cancel' as const, 'replace' as const), pick: fc.nat(30), at: cents, size }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('halt' as const, 'resume' as const, 'close' as const, 'open' as const, 'open' as const),
      }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

const at$ = (offset: number): string => (100 + offset / 100).toFixed(2);

const tickOf = (happening: Happening, at: UnixNanos): Tick | undefined => {
  switch (happening.kind) {
    case 'quote':
      return quoteOf(at, at$(happening.bid), String(happening.bidSize), at$(happening.bid + happening.spread), String(happening.askSize));
    case 'trade':
      return tradeOf(at, at$(happening.at), String(happening.size), happening.aggressor);
    case 'book':
      return bookOf(
        at,
        happening.sizes.map((shown, level) => [at$(happening.bid - level), String(shown)] as const),
        happening.sizes.map((shown, level) => [at$(happening.bid + happening.spread + level), String(shown)] as const),
      );
    default:
      return undefined;
  }
};

const orderOf = (happening: Extract<Happening, { kind: 'order' }>, index: number): VenueOrder => {
  const { type } = happening;
  const limit = type === 'LIMIT' || type === 'STOP_LIMIT';
  const stop = type === 'STOP' || type === 'STOP_LIMIT';
  const trails = type === 'TRAILING_STOP' || type === 'TRAILING_STOP_LIMIT';
  return {
    clientOrderId: `h-${index}`,
    symbol: AAPL,
    side: happening.side,
    type,
    timeInForce: happening.timeInForce,
    quantity: quantity(String(happening.size)),
    ...(limit ? { limitPrice: price(at$(happening.at)) } : {}),
    ...(stop ? { stopPrice: price(at$(happening.at)) } : {}),
    ...(trails ? { trail: { by: 'AMOUNT' as const, value: price('0.05') } } : {}),
    ...(type === 'TRAILING_STOP_LIMIT' ? { limitOffset: price('0.02') } : {}),
    ...(happening.group ? { ocoGroup: 'g' } : {}),
  };
};

/** What one happening brought about. */
export interface Outcome {
  readonly at: UnixNanos;
  readonly happening: Happening;
  readonly tick: Tick | undefined;
  readonly order: VenueOrder | undefined;
  readonly reports: readonly VenueReport[];
}

const act = (venue: SimulatedVenue, happening: Happening, index: number): Outcome => {
  const at = after(index * 10);
  const tick = tickOf(happening, at);
  if (tick !== undefined) return { at, happening, tick, order: undefined, reports: venue.onTick(tick) };
  switch (happening.kind) {
    case 'order': {
      const order = orderOf(happening, index);
      return { at, happening, tick, order, reports: venue.submit(order, at).reports };
    }
    case 'cancel':
      return { at, happening, tick, order: undefined, reports: venue.cancel({ clientOrderId: `h-${happening.pick}` }, at).reports };
    case 'replace': {
      const found = venue.find(`h-${happening.pick}`);
      const change = {
        quantity: quantity(String(happening.size)),
        ...(found?.limitPrice === undefined ? {} : { limitPrice: price(at$(happening.at)) }),
      };
      return {
        at,
        happening,
        tick,
        order: undefined,
        reports: venue.replace({ clientOrderId: `h-${happening.pick}` }, change, at).reports,
      };
    }
    case 'halt':
      return { at, happening, tick, order: undefined, reports: venue.onHalt({ symbol: AAPL, at }) };
    case 'resume':
      return { at, happening, tick, order: undefined, reports: venue.onResume({ symbol: AAPL, at }) };
    case 'close':
      return { at, happening, tick, order: undefined, reports: venue.onSession('CLOSED', at) };
    default:
      return { at, happening, tick, order: undefined, reports: venue.onSession('REGULAR', at) };
  }
};

export interface Played {
  readonly venue: SimulatedVenue;
  readonly outcomes: readonly Outcome[];
}

/** Plays a history; `reloadAt` saves and loads the venue before that happening, `watch` sees the venue after each. */
export const play = (
  history: readonly Happening[],
  settings: SimulatedVenueSettings,
  reloadAt = -1,
  watch: (venue: SimulatedVenue, outcome: Outcome) => void = () => undefined,
): Played => {
  let venue = SimulatedVenue.open(settings);
  const outcomes = history.map((happening, index) => {
    if (index === reloadAt) venue = SimulatedVenue.load(venue.save(), settings);
    const outcome = act(venue, happening, index);
    watch(venue, outcome);
    return outcome;
  });
  return { venue, outcomes };
};

export const OPENING = money('20000');
export const CASH: SimulatedVenueSettings = settingsOf({
  account: { venueAccount: 'C', currency: 'USD', openingCash: OPENING, kind: 'CASH' },
});
export const MARGIN: SimulatedVenueSettings = settingsOf({
  account: { venueAccount: 'M', currency: 'USD', openingCash: OPENING, kind: 'MARGIN' },
});
export const SLOW: SimulatedVenueSettings = { ...MARGIN, policies: { latency: fixedLatency({ baseMs: 12, cancelMs: 9 }) } };
