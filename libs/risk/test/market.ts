import type { Bar } from '@tradewind/market';
import { price, quantity, symbolOf } from '@tradewind/vocabulary';

import { RollingHistory } from '../src/index.js';
import { at } from './fixtures.js';

export const bar = (symbol: string, close: number, step = 1, volume = '1000000'): Bar => ({
  id: `bar/${symbol}/1d/${step}`,
  symbol: symbolOf(symbol),
  interval: '1d',
  openTime: at(step),
  closeTime: at(step),
  open: price(close.toFixed(6)),
  high: price(close.toFixed(6)),
  low: price(close.toFixed(6)),
  close: price(close.toFixed(6)),
  volume: quantity(volume),
  source: 'test',
  warmUp: false,
});

/** A history of the run `r1` in which each instrument has the given returns, from a price of 100; a shorter list begins later. */
export const historyOf = (returns: Readonly<Record<string, readonly number[]>>, volume = '1000000'): RollingHistory => {
  const history = new RollingHistory();
  const closes = new Map<string, number>();
  const length = Math.max(...Object.values(returns).map((list) => list.length));
  for (let step = 0; step <= length; step += 1) {
    const bars = Object.entries(returns).flatMap(([symbol, list]) => {
      const index = step - (length - list.length);
      if (index < 0) return [];
      closes.set(symbol, index === 0 ? 100 : closes.get(symbol)! * (1 + list[index - 1]!));
      return [bar(symbol, closes.get(symbol)!, step, volume)];
    });
    history.take({ run: 'r1', step }, bars);
  }
  return history;
};

/** Up and down by turns; `phase` 1 is the other way round, and `every` 2 stays for two bars: no correlation with `every` 1. */
export const wave = (size: number, phase: 0 | 1 = 0, every = 1, length = 60): readonly number[] =>
  Array.from({ length }, (_, index) => (Math.floor(index / every) % 2 === phase ? size : -size));
