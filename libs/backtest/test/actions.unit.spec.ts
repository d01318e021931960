import type { Bar, MarketStep } from '@tradewind/market';
import type { ExecutionsReported, OrdersChanged } from '@tradewind/orders';
import type { Price } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { marketSteps, runSteps } from './market-run.js';

const steps = marketSteps(700);

const executionsOf = (over: readonly MarketStep[], options: Parameters<typeof runSteps>[1] = {}): ExecutionsReported[] => {
  const told: ExecutionsReported[] = [];
  runSteps(over, { ...options, tell: (event, fact) => void (event === 'orders.executions' && told.push(fact as ExecutionsReported)) });
  return told;
};

const halved = (bar: Bar): Bar => {
  const half = (level: Price): Price => ((level as bigint) / 2n) as Price;
  return { ...bar, open: half(bar.open), high: half(bar.high), low: half(bar.low), close: half(bar.close) };
};

describe('a split in a backtest on raw prices', () => {
  it('changes shares and prices, not equity, and is told as on the bus', () => {
    const base = executionsOf(steps);
    const quiet = (index: number): boolean => base[index]?.events.length === 0 && base[index].account.positions.length > 0;
    const day = base.findIndex((_report, index) => quiet(index - 1) && quiet(index));
    const { symbol, quantity } = base[day]!.account.positions[0]!;
    const raw = steps.map((step, index) =>
      index < day ? step : { ...step, bars: step.bars.map((bar) => (bar.symbol === symbol ? halved(bar) : bar)) },
    );
    const { at } = steps[day]!;
    const split = {
      id: `action/split/${symbol}/x`,
      series: 'action/split',
      symbol,
      eventTime: at,
      knownAt: at,
      value: 2,
      text: '',
      source: 'made',
    };
    const changes: OrdersChanged[] = [];
    const told = executionsOf(raw, { records: { [day]: [split] }, tellChange: (changed) => void changes.push(changed) });
    expect(changes.map(({ accountEvents }) => accountEvents.map(({ type }) => type))).toEqual([['SharesSplit']]);
    expect(told[day]!.account.equity).toBe(base[day]!.account.equity);
    expect(told[day]!.account.positions.find((held) => held.symbol === symbol)?.quantity).toBe(quantity * 2n);
    const without = executionsOf(raw)[day]!.account.equity;
    expect(without).toBeLessThan(base[day]!.account.equity);
  });
});
