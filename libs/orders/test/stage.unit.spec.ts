import { snapshotOf } from '@tradewind/portfolio';
import { accountIdOf, decodeState, encodeState, money, price, quantity, stateText, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  announceTradingStatus,
  evolveOrders,
  executeBars,
  initialOrders,
  isReduceOnly,
  joinBars,
  OrderError,
  ordersHash,
  placeIntents,
} from '../src/index.js';
import type { OrderIntent, OrdersState } from '../src/index.js';
import { anyStep, drive, NDX } from './arbitraries.js';
import { bar, closeAt, Desk, exit, header, intent } from './fixtures.js';

const flat = ['100', '100', '100', '100'] as const;
const empty = (): OrdersState => initialOrders({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('100000') });

describe('placeIntents', () => {
  it('ignores a client order id that is open or was closed lately', () => {
    const order = intent({ clientOrderId: 'tw-same' });
    const desk = new Desk().candle(...flat).place([order, order]);
    expect(desk.events).toHaveLength(3);
    desk.candle(...flat).place([order]);
    expect(desk.events).toEqual([]);
    expect(desk.candle(...flat).fills).toEqual([]);
  });
  it.each<[string, Partial<OrderIntent>]>([
    ['UNKNOWN_INSTRUMENT', { symbol: symbolOf('AAPL') }],
    ['QUANTITY_INVALID', { quantity: quantity('1.5') }],
    ['PRICE_MISSING', { type: 'LIMIT' }],
    ['PRICE_MISSING', { type: 'STOP' }],
    ['NO_MARKET_DATA', { symbol: NDX }],
    ['POSITION_FLAT', { side: 'SELL', purpose: 'signal:exit' }],
  ])('denies with %s', (code, changes) => {
    const desk = new Desk().candle(...flat).place([intent(changes)]);
    expect(desk.events).toMatchObject([{ type: 'OrderInitialized' }, { type: 'OrderDenied', code }]);
    expect(desk.state.open).toEqual({});
  });
  it('denies everything on bars that only warm features up, and never matches on them', () => {
    const warmUp = bar(0, flat, { warmUp: true });
    expect(new Desk().bars([warmUp]).place([intent()]).events.at(-1)).toMatchObject({ code: 'WARM_UP' });
    const desk = new Desk()
      .candle(...flat)
      .place([intent({ timeInForce: 'GTC' })])
      .bars([bar(1, flat, { warmUp: true })]);
    expect(desk.fills).toEqual([]);
  });
  it('refuses a step placed before, one never executed, and one of another run', () => {
    const desk = new Desk().candle(...flat).place([]);
    expect(() => desk.place([])).toThrow(OrderError);
    expect(() => desk.place([], 'ACTIVE', 1)).toThrow(OrderError);
    const other = { header: header(0, 'risk.verdicts', 'r2'), intents: [], status: 'ACTIVE' as const, final: false };
    expect(() => placeIntents(desk.state, other, desk.venue)).toThrow(OrderError);
  });
});

describe('executeBars', () => {
  it('joins partitions in any order into one report', () => {
    const a = { header: { ...header(0), id: 'a' }, bars: [bar(0, flat)], lowQuality: [], final: true };
    const b = {
      header: { ...header(0), id: 'b', partition: 1, degraded: ['x'] },
      bars: [bar(0, flat, { symbol: NDX })],
      lowQuality: [],
      final: false,
    };
    const joined = joinBars([b, a]);
    expect(joined).toEqual(joinBars([a, b]));
    expect(joined.header).toMatchObject({ partition: 0, causes: ['a', 'b'], degraded: ['x'] });
    expect(joined.bars.map(({ symbol }) => symbol)).toEqual(['NDX', 'SPX']);
    expect(joined.final).toBe(true);
    expect(() => joinBars([a, { ...b, header: header(1) }])).toThrow(OrderError);
  });
  it('refuses to execute a step twice', () => {
    const { venue } = new Desk();
    const done = executeBars(empty(), { header: header(0), bars: [], lowQuality: [], final: false }, venue);
    expect(() => executeBars(done.state, { header: header(0), bars: [], lowQuality: [], final: false }, venue)).toThrow(OrderError);
  });
  it('counts steps anew in a new run, and an order left over works from its first bars', () => {
    const desk = new Desk()
      .candle(...flat)
      .candle(...flat)
      .place([intent({ timeInForce: 'GTC' })]);
    const done = executeBars(
      desk.state,
      { header: { ...header(0, 'market.bars', 'r2'), at: closeAt(9) }, bars: [bar(9, flat)], lowQuality: [], final: false },
      desk.venue,
    );
    expect(done.report.events).toMatchObject([{ type: 'OrderFilled' }]);
    expect(done.state).toMatchObject({ run: 'r2', executedStep: 0, placedStep: -1 });
  });
});

describe('a halt', () => {
  const halt = (state: OrdersState, status: 'HALTED' | 'ACTIVE', id = `ts/${status}`) =>
    announceTradingStatus(state, { id, at: 5n as UnixNanos, status });
  const working = () =>
    new Desk()
      .candle(...flat)
      .place([intent({ protectiveStop: price('90') })])
      .candle(...flat)
      .place([intent({ type: 'LIMIT', limitPrice: price('95'), timeInForce: 'GTC' })]);
  it('between steps cancels working entries at once and leaves stops working', () => {
    const done = halt(working().state, 'HALTED');
    expect(done.halted?.events.map(({ type }) => type)).toEqual(['OrderCancelRequested', 'OrderCanceled']);
    expect(Object.values(done.state.open).map(({ order }) => order.intent.purpose)).toEqual(['stop']);
    expect(halt(done.state, 'HALTED').halted).toBeUndefined();
  });
  it('in the verdicts does the same within the step', () => {
    expect(
      working()
        .candle(...flat)
        .place([], 'HALTED').types,
    ).toEqual(['OrderCancelRequested', 'OrderCanceled']);
  });
  it('is not lifted by a verdict from before it, but by a resume, or by verdicts that were halted and no longer are', () => {
    const desk = new Desk().candle(...flat);
    const code = () => (desk.events.find(({ type }) => type === 'OrderDenied') as { code?: string } | undefined)?.code;
    desk.take(halt(desk.state, 'HALTED').state, [], []);
    expect((desk.place([intent()], 'ACTIVE'), code())).toBe('TRADING_HALTED');
    expect((desk.candle(...flat).place([intent()], 'HALTED'), code())).toBe('TRADING_HALTED');
    expect((desk.candle(...flat).place([intent()], 'ACTIVE'), code())).toBeUndefined();
    desk.take(halt(desk.state, 'HALTED').state, [], []);
    desk.take(halt(desk.state, 'ACTIVE').state, [], []);
    expect((desk.candle(...flat).place([intent()], 'ACTIVE'), code())).toBeUndefined();
  });
  it('still lets orders pass that only reduce', () => {
    const desk = working();
    desk.take(halt(desk.state, 'HALTED').state, [], []);
    expect(desk.candle(...flat).place([exit()], 'ACTIVE').types).toEqual(['OrderInitialized', 'OrderSubmitted', 'OrderAccepted']);
  });
});

const settings = { slippageRatio: '0.001', commissionRatio: '0.001', participationRatio: '0.5' };
const steps = (maxLength: number) => fc.array(anyStep(false), { maxLength });

describe('any bars and intents', () => {
  it('keep the books: positions are the sum of fills, cash follows them to the last unit, nothing is overfilled, shorted or left working on air', () => {
    fc.assert(
      fc.property(steps(12), (run) => {
        const desk = drive(run, settings);
        const ordered = new Map<string, OrderIntent>();
        const filled = new Map<string, bigint>();
        const held = new Map<string, bigint>();
        let cash = 100_000n * 10n ** 9n;
        for (const event of desk.orderHistory) {
          if (event.type === 'OrderInitialized') ordered.set(event.clientOrderId, event.intent);
          if (event.type === 'OrderUpdated') ordered.set(event.clientOrderId, { ...ordered.get(event.clientOrderId)!, ...event.terms });
          if (event.type !== 'OrderFilled') continue;
          const sign = event.side === 'BUY' ? 1n : -1n;
          filled.set(event.clientOrderId, (filled.get(event.clientOrderId) ?? 0n) + event.quantity);
          held.set(event.symbol, (held.get(event.symbol) ?? 0n) + sign * event.quantity);
          cash -= sign * ((event.price * event.quantity) / 10n ** 9n) + event.commission;
          expect(held.get(event.symbol)! >= 0n).toBe(true);
          const order = ordered.get(event.clientOrderId)!;
          if (order.limitPrice !== undefined && order.type !== 'MARKET' && order.type !== 'STOP') {
            expect(order.side === 'BUY' ? event.price <= order.limitPrice : event.price >= order.limitPrice).toBe(true);
          }
        }
        for (const [id, amount] of filled) expect(amount <= ordered.get(id)!.quantity).toBe(true);
        for (const [symbol, amount] of held) expect(desk.state.account.positions[symbol]?.quantity ?? 0n).toBe(amount);
        expect(desk.state.account.cash).toBe(cash);
        expect(() => snapshotOf(desk.state.account, closeAt(99))).not.toThrow();
        for (const { order } of Object.values(desk.state.open)) {
          if (isReduceOnly(order.intent)) expect(held.get(order.intent.symbol) ?? 0n).not.toBe(0n);
        }
        for (const position of Object.values(desk.state.account.positions)) {
          const stops = Object.values(desk.state.open).filter(
            ({ order }) => order.intent.purpose === 'stop' && order.intent.symbol === position.symbol,
          );
          expect(stops.length <= 1).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
  it('give the same state whatever the order of the bars, after a round trip through storage, and by folding the events', () => {
    fc.assert(
      fc.property(steps(10), (run) => {
        const desk = drive(run, settings);
        const other = drive(run, settings, { reversed: true });
        expect(stateText(other.state)).toBe(stateText(desk.state));
        expect(ordersHash(other.orderHistory)).toBe(ordersHash(desk.orderHistory));
        expect(stateText(desk.history.reduce(evolveOrders, empty()))).toBe(stateText(desk.state));
        const restored = decodeState<OrdersState>(encodeState(desk.state));
        const next = {
          header: header(desk.step + 1),
          bars: [bar(desk.step + 1, ['100', '119', '81', '100']), bar(desk.step + 1, flat, { symbol: NDX })],
          lowQuality: [],
          final: false,
        };
        expect(stateText(executeBars(restored, next, desk.venue))).toBe(stateText(executeBars(desk.state, next, desk.venue)));
      }),
      { numRuns: 150 },
    );
  });
});

describe('ordersHash', () => {
  it('changes with any price, quantity, commission, time or order of events, and not with causes', () => {
    const desk = new Desk()
      .candle(...flat)
      .place([intent({ clientOrderId: 'tw-h' })])
      .candle(...flat);
    const events = desk.orderHistory;
    const hash = ordersHash(events);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const fill = events.at(-1)!;
    const others = [
      { price: price('99') },
      { quantity: quantity('9') },
      { commission: money('1') },
      { at: 1n as UnixNanos },
      { fillId: 'x' },
    ].map((changes) => ordersHash([...events.slice(0, -1), { ...fill, ...changes } as typeof fill]));
    expect(new Set([hash, ...others, ordersHash([...events].reverse())]).size).toBe(7);
    expect(ordersHash(events.map((event) => ({ ...event, causes: ['other-run'] })))).toBe(hash);
  });
});

describe('state', () => {
  it('forgets closed orders after a while, so that it stays small enough to be saved at every step', () => {
    const desk = new Desk();
    for (let index = 0; index < 60; index += 1) desk.candle(...flat).place([intent({ timeInForce: 'IOC' })]);
    expect(Object.keys(desk.state.closed).length).toBeLessThanOrEqual(22);
    expect(stateText({ ...desk.state, account: undefined }).length).toBeLessThan(20_000);
  });
});
