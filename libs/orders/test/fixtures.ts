import type { Bar } from '@tradewind/market';
import { accountIdOf, money, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Instrument, StepHeader, UnixNanos } from '@tradewind/vocabulary';

import { executeBars, initialOrders, paperVenue, placeIntents } from '../src/index.js';
import type { OrderEvent, OrderIntent, OrdersEvent, OrdersState, PaperVenue, PaperVenueSettings, TradingStatusSeen } from '../src/index.js';

const DAY_NANOS = 86_400_000_000_000n;
const FIRST_CLOSE = 946_933_200_000_000_000n; // 2000-01-03T21:00:00Z

export const instrument = (symbol: string, shortable = false): Instrument => ({
  symbol: symbolOf(symbol),
  name: symbol,
  assetClass: 'INDEX',
  category: 'SIMULATED',
  sector: 'Broad market',
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable,
});

export const closeAt = (step: number): UnixNanos => (FIRST_CLOSE + BigInt(step) * DAY_NANOS) as UnixNanos;

export const header = (step: number, type = 'market.bars', run = 'r1'): StepHeader => ({
  id: `${type}/${run}/${step}/0`,
  run,
  step,
  partition: 0,
  at: closeAt(step),
  causes: [],
  degraded: [],
});

/** Open, high, low, close. */
export type Candle = readonly [string, string, string, string];

export const bar = (step: number, [open, high, low, close]: Candle, changes: Partial<Bar> = {}): Bar => ({
  id: `bar/${changes.symbol ?? 'SPX'}/1d/${step}`,
  symbol: symbolOf('SPX'),
  interval: '1d',
  openTime: closeAt(step),
  closeTime: closeAt(step),
  open: price(open),
  high: price(high),
  low: price(low),
  close: price(close),
  volume: quantity('1000'),
  source: 'test',
  warmUp: false,
  ...changes,
});

let made = 0;
export const intent = (changes: Partial<OrderIntent> = {}): OrderIntent => ({
  clientOrderId: `tw-${(made += 1)}`,
  symbol: symbolOf('SPX'),
  side: 'BUY',
  type: 'MARKET',
  timeInForce: 'DAY',
  quantity: quantity('10'),
  purpose: 'signal:enter',
  verdictId: 'vd/1',
  ...changes,
});

export const exit = (changes: Partial<OrderIntent> = {}): OrderIntent =>
  intent({ side: 'SELL', timeInForce: 'GTC', purpose: 'signal:exit', ...changes });

/** One account on one venue, driven step by step; `events` are the last call's order events, `history` everything. */
export class Desk {
  state: OrdersState = initialOrders({ accountId: accountIdOf('paper-1'), currency: 'USD', openingCash: money('100000') });
  events: readonly OrderEvent[] = [];
  readonly history: OrdersEvent[] = [];
  readonly orderHistory: OrderEvent[] = [];
  step = -1;
  readonly venue: PaperVenue;

  constructor(settings: Partial<PaperVenueSettings> = {}) {
    this.venue = paperVenue({
      slippageRatio: '0',
      commissionRatio: '0',
      instruments: { SPX: instrument('SPX'), NDX: instrument('NDX') },
      ...settings,
    });
  }
  bars(bars: readonly Bar[]): this {
    this.step += 1;
    const done = executeBars(this.state, { header: header(this.step), bars, lowQuality: [], final: false }, this.venue);
    return this.take(done.state, done.report.events, done.events);
  }
  candle(...candle: Candle): this {
    return this.bars([bar(this.step + 1, candle)]);
  }
  place(intents: readonly OrderIntent[], status: TradingStatusSeen = 'ACTIVE', step = this.step): this {
    const done = placeIntents(this.state, { header: header(step, 'risk.verdicts'), intents, status, final: false }, this.venue);
    return this.take(done.state, done.placed.events, done.events);
  }
  take(state: OrdersState, events: readonly OrderEvent[], all: readonly OrdersEvent[]): this {
    this.state = state;
    this.events = events;
    this.history.push(...all);
    this.orderHistory.push(...events);
    return this;
  }
  get fills(): readonly Extract<OrderEvent, { type: 'OrderFilled' }>[] {
    return this.events.filter((event) => event.type === 'OrderFilled');
  }
  get types(): readonly string[] {
    return this.events.map((event) => event.type);
  }
}
