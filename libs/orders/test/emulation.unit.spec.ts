import type { OrderTerms, OrderType, TimeInForce, VenueCapabilities } from '@tradewind/venue';
import { decodeState, encodeState, price, quantity, stateText, symbolOf } from '@tradewind/vocabulary';
import type { Price, UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  evolveOrder,
  forgetOrder,
  handlingOf,
  holdOrder,
  initialEmulation,
  releasedTerms,
  termsOf,
  timeOrder,
  WATCH_DEFAULTS,
  watchClock,
  watchPrice,
} from '../src/index.js';
import type { EmulationState, HeldOrder, OrderEvent, PriceSeen } from '../src/index.js';
import { intent } from './fixtures.js';

const SPX = symbolOf('SPX');
const venue = (changes: Partial<VenueCapabilities> = {}): VenueCapabilities => ({
  orderTypes: ['MARKET', 'LIMIT', 'STOP', 'STOP_LIMIT'],
  timesInForce: ['DAY', 'GTC'],
  refuses: [],
  replace: true,
  oneCancelsOther: false,
  fractional: false,
  shortSales: true,
  extendedHours: false,
  simulated: false,
  ...changes,
});

describe('how an order reaches a venue', () => {
  const of = (type: OrderType, timeInForce: TimeInForce, changes: Partial<VenueCapabilities> = {}, ocoGroup?: string) =>
    handlingOf({ type, timeInForce, ...(ocoGroup === undefined ? {} : { ocoGroup }) }, venue(changes));
  it('is as it is, when the venue takes it', () => {
    expect(of('STOP', 'GTC')).toEqual({ kind: 'NATIVE' });
    expect(of('LIMIT', 'GTC', { oneCancelsOther: true }, 'g')).toEqual({ kind: 'NATIVE' });
  });
  it('is held until its stop, and sent as what is left of it', () => {
    expect(of('TRAILING_STOP', 'GTC')).toEqual({
      kind: 'HELD',
      watch: 'TRAIL',
      type: 'MARKET',
      timeInForce: 'GTC',
      cancelBy: 'NEVER',
    });
    expect(of('STOP_LIMIT', 'DAY', { orderTypes: ['MARKET', 'LIMIT'] })).toMatchObject({
      watch: 'STOP',
      type: 'LIMIT',
      timeInForce: 'DAY',
    });
    expect(of('STOP', 'GTC', { orderTypes: ['MARKET'], timesInForce: ['DAY'] })).toMatchObject({ watch: 'STOP', timeInForce: 'DAY' });
  });
  it('is sent with another time in force and cancelled by us', () => {
    expect(of('LIMIT', 'IOC')).toEqual({ kind: 'SENT_AS', timeInForce: 'DAY', cancelBy: 'AT_ONCE' });
    expect(of('LIMIT', 'DAY', { timesInForce: ['GTC'] })).toEqual({ kind: 'SENT_AS', timeInForce: 'GTC', cancelBy: 'AT_CLOSE' });
  });
  it('waits for the auction that the venue does not hold', () => {
    expect(of('LIMIT', 'OPG')).toMatchObject({ kind: 'HELD', watch: 'OPEN', timeInForce: 'DAY', cancelBy: 'AT_ONCE' });
    expect(of('MARKET', 'CLS')).toMatchObject({ kind: 'HELD', watch: 'CLOSE', type: 'MARKET', timeInForce: 'DAY' });
  });
  it('keeps the stop of a pair at the venue, and its limit here', () => {
    expect(of('STOP', 'GTC', {}, 'g')).toEqual({ kind: 'NATIVE' });
    expect(of('LIMIT', 'GTC', {}, 'g')).toMatchObject({ kind: 'HELD', watch: 'LIMIT', type: 'LIMIT', timeInForce: 'GTC' });
  });
  it('is refused when nothing honest can be done', () => {
    expect(of('LIMIT', 'FOK')).toEqual({ kind: 'REFUSED', code: 'TIME_IN_FORCE_UNSUPPORTED' });
    expect(of('LIMIT', 'GTC', { timesInForce: ['DAY'] })).toEqual({ kind: 'REFUSED', code: 'TIME_IN_FORCE_UNSUPPORTED' });
    expect(of('LIMIT', 'DAY', { orderTypes: ['MARKET'] })).toEqual({ kind: 'REFUSED', code: 'TYPE_UNSUPPORTED' });
    expect(of('STOP_LIMIT', 'DAY', { orderTypes: ['MARKET'] })).toEqual({ kind: 'REFUSED', code: 'TYPE_UNSUPPORTED' });
  });
});

const terms = (changes: Partial<OrderTerms> = {}): OrderTerms => ({
  type: 'STOP',
  quantity: quantity('10'),
  stopPrice: price('95'),
  ...changes,
});
const held = (changes: Partial<HeldOrder> = {}): HeldOrder => ({
  clientOrderId: 'a',
  symbol: SPX,
  side: 'SELL',
  timeInForce: 'GTC',
  terms: terms(),
  watch: 'STOP',
  tickSize: price('0.01'),
  heldSince: 0n as UnixNanos,
  ...changes,
});
const holding = (...orders: HeldOrder[]): EmulationState => orders.reduce(holdOrder, initialEmulation);
const trade = (at: string): PriceSeen => ({ kind: 'TRADE', symbol: SPX, price: price(at) });
const candle = (open: string, high: string, low: string, close: string): PriceSeen => ({
  kind: 'BAR',
  symbol: SPX,
  open: price(open),
  high: price(high),
  low: price(low),
  close: price(close),
});
const trail = terms({ type: 'TRAILING_STOP', trail: { by: 'AMOUNT', value: price('5') } });

describe('a held order', () => {
  it('is released at the first price that reaches its stop, and then forgotten', () => {
    const state = holding(held());
    expect(watchPrice(state, trade('95.01'))).toEqual({ state, effects: [] });
    const done = watchPrice(state, trade('94'));
    expect(done.effects).toEqual([{ type: 'RELEASE', clientOrderId: 'a', price: price('94') }]);
    expect(done.state).toEqual(initialEmulation);
  });
  it('goes by trades or by the side of the quote that it would meet, as asked', () => {
    const quote: PriceSeen = { kind: 'QUOTE', symbol: SPX, bid: price('94'), ask: price('96') };
    const byQuotes = { ...WATCH_DEFAULTS, trigger: 'QUOTES' as const };
    expect(watchPrice(holding(held()), quote).effects).toEqual([]);
    expect(watchPrice(holding(held()), quote, byQuotes).effects).toMatchObject([{ type: 'RELEASE', price: price('94') }]);
    expect(watchPrice(holding(held()), trade('94'), byQuotes).effects).toEqual([]);
    const buy = held({ side: 'BUY', terms: terms({ stopPrice: price('96') }) });
    expect(watchPrice(holding(buy), quote, byQuotes).effects).toMatchObject([{ type: 'RELEASE', price: price('96') }]);
  });
  it('trails from the first price it sees, and tells where it stands', () => {
    const { stopPrice: _none, ...unset } = trail;
    const first = watchPrice(holding(held({ watch: 'TRAIL', terms: unset })), trade('100'));
    expect(first.effects).toEqual([{ type: 'RATCHET', clientOrderId: 'a', terms: { ...trail, stopPrice: price('95') } }]);
    const up = watchPrice(first.state, trade('110'));
    expect(up.effects).toMatchObject([{ type: 'RATCHET', terms: { stopPrice: price('105') } }]);
    expect(watchPrice(up.state, trade('106')).effects).toEqual([]);
    expect(watchPrice(up.state, trade('105')).effects).toMatchObject([{ type: 'RELEASE', price: price('105') }]);
  });
  it('takes a bar at its worst: the adverse end meets the level from before the favourable one', () => {
    const state = holding(held({ watch: 'TRAIL', terms: trail }));
    expect(watchPrice(state, candle('100', '110', '96', '109')).effects).toMatchObject([
      { type: 'RATCHET', terms: { stopPrice: price('105') } },
    ]);
    expect(watchPrice(state, candle('100', '110', '99', '101')).effects).toMatchObject([
      { type: 'RATCHET' },
      { type: 'RELEASE', price: price('105') },
    ]);
    expect(watchPrice(state, candle('90', '110', '89', '101')).effects).toMatchObject([{ type: 'RELEASE', price: price('90') }]);
    expect(watchPrice(state, candle('100', '101', '94', '96')).effects).toMatchObject([{ type: 'RELEASE', price: price('95') }]);
  });
  it('of a pair waits for its limit, and asks that the other side be gone first', () => {
    const limit = held({ watch: 'LIMIT', ocoGroup: 'g', terms: { type: 'LIMIT', quantity: quantity('10'), limitPrice: price('105') } });
    expect(watchPrice(holding(limit), trade('104.99')).effects).toEqual([]);
    expect(watchPrice(holding(limit), trade('105')).effects).toEqual([
      { type: 'RELEASE', clientOrderId: 'a', price: price('105'), cancelFirst: 'g' },
    ]);
  });
  it('of a pair held whole gives way to the stop when a bar reaches both, and goes on being watched', () => {
    const limit = held({ watch: 'LIMIT', ocoGroup: 'g', terms: { type: 'LIMIT', quantity: quantity('10'), limitPrice: price('105') } });
    const stop = held({ clientOrderId: 'b', ocoGroup: 'g' });
    const done = watchPrice(holding(limit, stop), candle('100', '106', '94', '100'));
    expect(done.effects).toMatchObject([{ type: 'RELEASE', clientOrderId: 'b', cancelFirst: 'g' }]);
    expect(done.state.held['SPX']).toMatchObject([{ clientOrderId: 'a' }]);
  });
  it('waits for no price of another symbol', () => {
    expect(watchPrice(holding(held()), { ...trade('1'), symbol: symbolOf('NDX') }).effects).toEqual([]);
  });
});

const at = (value: bigint): UnixNanos => value as UnixNanos;
const MINUTE = 60_000_000_000n;

describe('the clock', () => {
  const session = { openTime: at(100n * MINUTE), closeTime: at(200n * MINUTE) };
  const last = (): Price => price('100');
  const clock = (state: EmulationState, minutes: bigint) => watchClock(state, at(minutes * MINUTE), session, last);
  it('releases auction orders at the open and ahead of the close', () => {
    const orders = holding(held({ watch: 'OPEN', timeInForce: 'OPG' }), held({ clientOrderId: 'b', watch: 'CLOSE', timeInForce: 'CLS' }));
    expect(clock(orders, 99n).effects).toEqual([]);
    const opened = clock(orders, 100n);
    expect(opened.effects).toEqual([{ type: 'RELEASE', clientOrderId: 'a', price: price('100') }]);
    expect(clock(opened.state, 198n).effects).toEqual([]);
    expect(clock(opened.state, 199n).effects).toMatchObject([{ type: 'RELEASE', clientOrderId: 'b' }]);
  });
  it('does not send an opening order that came after the open: it waits for the next one', () => {
    const late = holding(held({ watch: 'OPEN', timeInForce: 'OPG', heldSince: at(150n * MINUTE) }));
    expect(clock(late, 160n).effects).toEqual([]);
  });
  it('expires DAY orders and missed auctions at the close, and leaves GTC ones', () => {
    const orders = holding(
      held({ timeInForce: 'DAY' }),
      held({ clientOrderId: 'b', watch: 'CLOSE', timeInForce: 'CLS' }),
      held({ clientOrderId: 'c' }),
    );
    const closed = clock(orders, 200n);
    expect(closed.effects).toEqual([
      { type: 'EXPIRE', clientOrderId: 'a' },
      { type: 'EXPIRE', clientOrderId: 'b' },
    ]);
    expect(closed.state.held['SPX']).toMatchObject([{ clientOrderId: 'c' }]);
  });
  it('cancels at the venue what the venue can not end, once', () => {
    const state = timeOrder(initialEmulation, { clientOrderId: 'a', cancelAt: at(5n), reason: 'NOT_FILLED_AT_ONCE' });
    expect(watchClock(state, at(4n), session, last).effects).toEqual([]);
    const due = watchClock(state, at(5n), session, last);
    expect(due.effects).toEqual([{ type: 'CANCEL', clientOrderId: 'a', reason: 'NOT_FILLED_AT_ONCE' }]);
    expect(watchClock(due.state, at(6n), session, last).effects).toEqual([]);
    expect(forgetOrder(state, 'a')).toEqual(initialEmulation);
  });
});

describe('any prices', () => {
  const cents = fc.integer({ min: 5000, max: 15_000 }).map((value) => price((value / 100).toFixed(2)));
  it('never loosen a trail, release each order once, at a price that reaches it, and leave plain data', () => {
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 40 }), fc.constantFrom('BUY', 'SELL' as const), (prices, side) => {
        const { stopPrice: _none, ...unset } = trail;
        let state = holding(held({ side, watch: 'TRAIL', terms: unset }));
        let level: bigint | undefined;
        let released = 0;
        for (const seen of prices) {
          state = decodeState<EmulationState>(encodeState(state));
          const done = watchPrice(state, { kind: 'TRADE', symbol: SPX, price: seen });
          for (const effect of done.effects) {
            if (effect.type === 'RATCHET') {
              const now = effect.terms.stopPrice!;
              if (level !== undefined) expect(side === 'SELL' ? now > level : now < level).toBe(true);
              level = now;
            }
            if (effect.type === 'RELEASE') {
              released += 1;
              expect(side === 'SELL' ? effect.price <= level! : effect.price >= level!).toBe(true);
            }
          }
          state = done.state;
        }
        expect(released).toBeLessThanOrEqual(1);
        const extreme = prices.reduce((best, seen) => (side === 'SELL' ? (seen > best ? seen : best) : seen < best ? seen : best));
        if (released === 0) expect(level).toBe(side === 'SELL' ? extreme - price('5') : extreme + price('5'));
        expect(stateText(decodeState(encodeState(state)))).toBe(stateText(state));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a release', () => {
  const limited = terms({ type: 'TRAILING_STOP_LIMIT', trail: trail.trail!, limitOffset: price('1') });
  it('leaves a market order of a stop and a limit order of a stop limit', () => {
    expect(releasedTerms('SELL', trail)).toEqual({ type: 'MARKET', quantity: quantity('10') });
    expect(releasedTerms('SELL', limited)).toEqual({ type: 'LIMIT', quantity: quantity('10'), limitPrice: price('94') });
    expect(releasedTerms('BUY', limited)).toMatchObject({ limitPrice: price('96') });
    expect(releasedTerms('SELL', terms({ type: 'STOP_LIMIT', limitPrice: price('93') }))).toMatchObject({ limitPrice: price('93') });
  });
  it('is written into the terms of the order, which counts as triggered', () => {
    const fact = (type: string, extra: object = {}): OrderEvent =>
      ({ id: 'x', clientOrderId: 'tw-e', symbol: SPX, at: at(0n), causes: [], type, ...extra }) as OrderEvent;
    const events = [
      fact('OrderInitialized', { intent: intent({ clientOrderId: 'tw-e', side: 'SELL', ...limited }) }),
      fact('OrderEmulated'),
      fact('OrderUpdated', { terms: { ...limited, stopPrice: price('105') } }),
      fact('OrderReleased', { price: price('104') }),
      fact('OrderSubmitted'),
    ];
    let order: ReturnType<typeof evolveOrder> | undefined;
    for (const event of events) order = evolveOrder(order, event);
    expect(termsOf(order!)).toEqual({ type: 'LIMIT', quantity: quantity('10'), limitPrice: price('104') });
    expect(order).toMatchObject({ status: 'SUBMITTED', triggered: true });
  });
});
