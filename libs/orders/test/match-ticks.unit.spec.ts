import type { Bar, Quote, Tick, TicksArrived, Trade } from '@tradewind/market';
import { formatDecimal, price, quantity, stateText, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { executeBars, foldOrders, initialOrders } from '../src/index.js';
import type { OrderIntent } from '../src/index.js';
import { bar, closeAt, Desk, exit, header, intent } from './fixtures.js';

const SPX = symbolOf('SPX');
const minute: Partial<Bar> = { interval: '1m' };

const quote = (step: number, bid: string, bidSize: string, ask: string, askSize: string): Quote => ({
  kind: 'quote',
  symbol: SPX,
  at: closeAt(step),
  sequence: 0,
  bidPrice: price(bid),
  bidQuantity: quantity(bidSize),
  askPrice: price(ask),
  askQuantity: quantity(askSize),
  venue: '',
});
const trade = (step: number, at: string, size: string, aggressor: Trade['aggressor'] = 'SELLER'): Trade => ({
  kind: 'trade',
  symbol: SPX,
  at: closeAt(step),
  sequence: 0,
  price: price(at),
  quantity: quantity(size),
  aggressor,
  conditions: [],
  venue: '',
});

/** A desk whose steps bring ticks beside their bars. */
class TickDesk extends Desk {
  ticks(...ticks: readonly Tick[]): this {
    this.step += 1;
    const chunk: TicksArrived = { header: header(this.step, 'market.ticks'), chunk: 0, source: 'test', simulated: false, ticks };
    const bars = [bar(this.step, ['100', '200', '1', '100'], minute)];
    const done = executeBars(this.state, { header: header(this.step), bars, lowQuality: [], ticks: [chunk], final: false }, this.venue);
    return this.take(done.state, done.report.events, done.events);
  }
  get said(): readonly string[] {
    return this.events.map((event) =>
      event.type === 'OrderFilled' ? `${event.side} ${formatDecimal(event.quantity)}@${formatDecimal(event.price)}` : event.type,
    );
  }
}

const place = (desk: TickDesk, ...intents: readonly OrderIntent[]): TickDesk => desk.place(intents) as TickDesk;

describe('matching on ticks in the step path', () => {
  it('fills from quotes what the bar of the same step would have filled elsewhere', () => {
    const desk = new TickDesk().ticks();
    place(desk, intent({ quantity: quantity('10') })).ticks(quote(1, '99.9', '5', '100.1', '4'), quote(1, '99.9', '5', '100.2', '50'));
    expect(desk.said).toEqual(['BUY 4@100.1', 'BUY 6@100.2'].flatMap((fill) => [fill]));
  });

  it('lets a protective stop work from the next tick of the same step on', () => {
    const desk = new TickDesk().ticks();
    place(desk, intent({ quantity: quantity('5'), protectiveStop: price('95') })).ticks(
      quote(1, '99.9', '50', '100', '50'),
      quote(1, '95.1', '50', '95.2', '50'),
      trade(1, '95', '1'),
    );
    expect(desk.said.filter((text) => text.includes('@'))).toEqual(['BUY 5@100', 'SELL 5@95.1']);
    expect(Object.keys(desk.state.open)).toEqual([]);
  });

  it('keeps the place in the queue from step to step', () => {
    const desk = new TickDesk().ticks();
    const order = intent({ type: 'LIMIT', timeInForce: 'GTC', limitPrice: price('99'), quantity: quantity('10') });
    place(desk, order).ticks(quote(1, '99', '30', '100', '50'));
    expect(desk.said).toEqual([]);
    desk.ticks(trade(2, '99', '20'));
    expect(desk.said).toEqual([]);
    expect(desk.state.markets?.['SPX']?.places[order.clientOrderId]?.place.ahead).toBe(quantity('10'));
    desk.ticks(trade(3, '99', '13'));
    expect(desk.said).toEqual(['BUY 3@99']);
  });

  it('never fills an order on the ticks of the step that decided it', () => {
    const desk = new TickDesk().ticks(quote(0, '99', '30', '100', '50'));
    expect(place(desk, intent()).state.open).not.toEqual({});
    expect(desk.events.some(({ type }) => type === 'OrderFilled')).toBe(false);
  });

  it('moves a trailing stop with the ticks and says so once a step', () => {
    const desk = new TickDesk().ticks();
    place(desk, intent({ quantity: quantity('5') })).ticks(quote(1, '99.9', '50', '100', '50'));
    const stop = exit({
      type: 'TRAILING_STOP',
      trail: { by: 'AMOUNT', value: price('2') },
      stopPrice: price('97'),
      quantity: quantity('5'),
    });
    place(desk, stop).ticks(quote(2, '101', '9', '101.1', '9'), quote(2, '103', '9', '103.1', '9'), quote(2, '102', '9', '102.1', '9'));
    expect(desk.said).toEqual(['OrderUpdated']);
    desk.ticks(quote(3, '101', '9', '101.1', '9'));
    expect(desk.said).toEqual(['OrderTriggered', 'SELL 5@101']);
  });

  it('matches on the bar where no tick tells the market', () => {
    const desk = new TickDesk().ticks();
    place(desk, intent({ quantity: quantity('10') }));
    desk.ticks({ kind: 'book-delta', symbol: SPX, at: closeAt(1), sequence: 2, previousSequence: 1, changes: [] });
    expect(desk.said).toEqual(['BUY 10@100']);
  });

  it('lets an order meet the first tick after its latency, in whatever step that comes', () => {
    const desk = new TickDesk({ latency: { fixedMs: 250, meanMs: 0, seed: 1 } }).ticks();
    const after = (ms: number, asked: Quote): Quote => ({ ...asked, at: (closeAt(0) + BigInt(ms) * 1_000_000n) as Quote['at'] });
    const order = intent({ quantity: quantity('10'), timeInForce: 'GTC' });
    place(desk, order);
    expect(desk.state.arrivals).toEqual({ [order.clientOrderId]: closeAt(0) + 250_000_000n });
    desk.ticks(after(100, quote(1, '99', '50', '100', '50')), after(249, quote(1, '100', '50', '101', '50')));
    expect(desk.said).toEqual([]);
    place(desk);
    desk.ticks(after(251, quote(1, '101', '50', '102', '50')));
    expect(desk.said).toEqual(['BUY 10@102']);
    expect(place(desk).state.arrivals).toEqual({});
  });

  it('draws a latency of its own for each order, the same from the same seed', () => {
    const arrivals = (seed: number): readonly bigint[] => {
      const desk = new TickDesk({ latency: { fixedMs: 10, meanMs: 50, seed } }).ticks();
      place(desk, intent({ clientOrderId: 'tw-one' }), intent({ clientOrderId: 'tw-two' }));
      return Object.values(desk.state.arrivals ?? {}).map((at) => at - closeAt(0));
    };
    expect(new Set(arrivals(1)).size).toBe(2);
    for (const after of arrivals(1)) expect(after).toBeGreaterThanOrEqual(10_000_000n);
    expect(arrivals(1)).toEqual(arrivals(1));
    expect(arrivals(2)).not.toEqual(arrivals(1));
  });

  it('forgets the market of the run before', () => {
    const desk = new TickDesk().ticks();
    place(desk, intent({ type: 'LIMIT', timeInForce: 'GTC', limitPrice: price('99') })).ticks(quote(1, '99', '30', '100', '50'));
    expect(desk.state.markets?.['SPX']?.market.book.depth).toBe('TOUCH');
    const next = { ...header(0), run: 'another' };
    const done = executeBars(desk.state, { header: next, bars: [], lowQuality: [], final: false }, desk.venue);
    expect(done.state.markets).toBeUndefined();
    expect(Object.keys(done.state.open)).toHaveLength(1);
  });

  it('leaves a state that folding its events gives again', () => {
    const desk = new TickDesk({ latency: { fixedMs: 1, meanMs: 0, seed: 0 } }).ticks();
    place(desk, intent({ type: 'LIMIT', timeInForce: 'GTC', limitPrice: price('99'), protectiveStop: price('90') }));
    desk.ticks(quote(1, '99', '30', '100', '50'), trade(1, '99', '34')).ticks(trade(2, '99', '2'), quote(2, '98', '1', '98.5', '3'));
    const { accountId, currency, openingCash } = {
      accountId: desk.state.account.accountId,
      currency: 'USD',
      openingCash: new Desk().state.account.cash,
    };
    expect(stateText(foldOrders(initialOrders({ accountId, currency, openingCash }), desk.history))).toBe(stateText(desk.state));
    expect(desk.state.account.positions['SPX']?.quantity).toBe(quantity('9'));
  });
});
