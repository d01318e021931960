import type { Bar } from '@tradewind/market';
import type { OrderEvent, OrderIntent } from '@tradewind/orders';
import type { PositionView } from '@tradewind/portfolio';
import { price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';

import { RollingHistory } from '../src/index.js';
import type { RiskInput, RiskProfile } from '../src/index.js';
import { at, executions, Guard, header, held } from './fixtures.js';

export const barAt = (symbol: string, step: number, close: number, volume = 1_000): Bar => ({
  id: `bar/${symbol}/1d/${step}`,
  symbol: symbolOf(symbol),
  interval: '1d',
  openTime: (at(step) - 23_400_000_000_000n) as UnixNanos,
  closeTime: at(step),
  open: price(close.toFixed(4)),
  high: price(close.toFixed(4)),
  low: price(close.toFixed(4)),
  close: price(close.toFixed(4)),
  volume: quantity(String(volume)),
  source: 'test',
  warmUp: false,
});

/** An account whose positions are given, on a market that moves by given returns. Equity is what the marks make it. */
export class WatchedAccount extends Guard {
  readonly bars = new RollingHistory();
  readonly closes = new Map<string, number>();
  /** Signed quantities. */
  positions: Record<string, number> = {};
  cash = 100_000;

  constructor(limits: RiskProfile, symbols: readonly string[], first = 100) {
    super(limits);
    for (const symbol of symbols) this.closes.set(symbol, first);
  }

  /** Moves every symbol by its return and decides the step. */
  move(returns: Readonly<Record<string, number>>, changes: Partial<RiskInput> = {}, events: readonly OrderEvent[] = []): this {
    for (const [symbol, close] of this.closes) this.closes.set(symbol, close * (1 + (returns[symbol] ?? 0)));
    const step = this.step + 1;
    const bars = [...this.closes].map(([symbol, close]) => barAt(symbol, step, close));
    this.bars.take(header(step), bars);
    return this.decide(
      () => [],
      (now) => executions(now, this.cash.toFixed(2), this.views, events),
      { bars, history: this.bars, ...changes },
    );
  }

  get views(): readonly PositionView[] {
    return Object.entries(this.positions)
      .filter(([, amount]) => amount !== 0)
      .map(([symbol, amount]) => held(symbol, String(amount), this.closes.get(symbol)!.toFixed(4)));
  }

  get intents(): readonly OrderIntent[] {
    return this.reached.protectiveIntents;
  }
}

/** A stop that the venue placed beside a position. */
export const stopPlaced = (symbol: string, side: 'BUY' | 'SELL', amount: number, stop: string, step: number): OrderEvent => ({
  type: 'OrderInitialized',
  id: `oe/stop-${symbol}-${step}/0`,
  clientOrderId: `stop-${symbol}-${step}`,
  symbol: symbolOf(symbol),
  at: at(step),
  causes: [],
  intent: {
    clientOrderId: `stop-${symbol}-${step}`,
    symbol: symbolOf(symbol),
    side,
    type: 'STOP',
    timeInForce: 'GTC',
    quantity: quantity(String(amount)),
    stopPrice: price(stop),
    purpose: 'stop',
    verdictId: 'vd/1',
  },
});
