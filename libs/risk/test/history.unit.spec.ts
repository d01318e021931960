import type { Bar } from '@tradewind/market';
import { decodeState, encodeState, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { UnixNanos } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { HISTORY_BARS_MAX, RollingHistory } from '../src/index.js';
import type { HistorySnapshot } from '../src/index.js';

const bar = (symbol: string, close: number, volume = 100): Bar => ({
  id: `bar/${symbol}/1d/x`,
  symbol: symbolOf(symbol),
  interval: '1d',
  openTime: 0n as UnixNanos,
  closeTime: 0n as UnixNanos,
  open: price(close.toFixed(4)),
  high: price(close.toFixed(4)),
  low: price(close.toFixed(4)),
  close: price(close.toFixed(4)),
  volume: quantity(String(volume)),
  source: 'test',
  warmUp: false,
});
const at = (step: number, run = 'r1') => ({ run, step });

describe('RollingHistory', () => {
  it('gives closes, returns and volumes oldest first, and nothing where fewer are known', () => {
    const history = new RollingHistory();
    for (const [step, close] of [100, 110, 99].entries()) history.take(at(step), [bar('AAA', close, step + 1)]);
    expect([...history.closesOf('AAA', 3)!]).toEqual([100, 110, 99]);
    expect([...history.returnsOf('AAA', 2)!].map((value) => value.toFixed(6))).toEqual(['0.100000', '-0.100000']);
    expect([...history.volumesOf('AAA', 2)!]).toEqual([2, 3]);
    expect(history.returnsOf('AAA', 3)).toBeUndefined();
    expect(history.closesOf('ZZZ', 1)).toBeUndefined();
    expect(history.lastCloseOf('AAA')).toBe(99);
  });
  it('counts a step without a bar of a symbol as unchanged for it', () => {
    const history = new RollingHistory();
    history.take(at(0), [bar('AAA', 100), bar('BBB', 10)]);
    history.take(at(1), [bar('AAA', 101)]);
    expect([...history.returnsOf('BBB', 1)!]).toEqual([0]);
    expect([...history.volumesOf('BBB', 2)!]).toEqual([100, 0]);
    history.take(at(2), [bar('BBB', 12)]);
    expect([...history.closesOf('BBB', 3)!]).toEqual([10, 10, 12]);
    expect([...history.closesOf('AAA', 3)!]).toEqual([100, 101, 101]);
  });
  it('takes a step once, and begins anew with a new run', () => {
    const history = new RollingHistory();
    history.take(at(0), [bar('AAA', 100)]);
    history.take(at(0), [bar('AAA', 50)]);
    expect(history.lastCloseOf('AAA')).toBe(100);
    history.take(at(0, 'r2'), [bar('BBB', 7)]);
    expect(history.symbols).toEqual(['BBB']);
    expect(history.barsOf('AAA')).toBe(0);
  });
  it('answers and goes on as before when it was saved and restored, at any point', () => {
    const moves = fc.array(fc.tuple(fc.option(fc.integer({ min: 1, max: 500 })), fc.option(fc.integer({ min: 1, max: 500 }))), {
      minLength: 1,
      maxLength: 2 * HISTORY_BARS_MAX,
      size: 'max',
    });
    const barsOf = ([first, second]: readonly [number | null, number | null]) => [
      ...(first === null ? [] : [bar('AAA', first, first)]),
      ...(second === null ? [] : [bar('BBB', second, second)]),
    ];
    fc.assert(
      fc.property(moves, fc.nat(), (rows, cut) => {
        const history = new RollingHistory();
        let other = new RollingHistory();
        rows.forEach((row, step) => {
          history.take(at(step), barsOf(row));
          other.take(at(step), barsOf(row));
          if (step === cut % rows.length) {
            const saved = decodeState(encodeState(other.save())) as HistorySnapshot;
            other = new RollingHistory();
            other.restore(saved);
          }
        });
        expect(other.save()).toEqual(history.save());
        expect([other.run, other.step, other.length]).toEqual([history.run, history.step, history.length]);
      }),
      { numRuns: 40 },
    );
  });
  it('leaves out a price that no return can be made of', () => {
    const history = new RollingHistory();
    history.take(at(0), [bar('AAA', 0)]);
    expect(history.symbols).toEqual([]);
  });
  it('remembers what a list of all closes would, whatever is missing and however long it runs', () => {
    const steps = fc.array(fc.tuple(fc.option(fc.integer({ min: 1, max: 500 })), fc.option(fc.integer({ min: 1, max: 500 }))), {
      maxLength: 3 * HISTORY_BARS_MAX,
      size: 'max',
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: HISTORY_BARS_MAX + 5 }), (rows, silence) => {
        const history = new RollingHistory();
        const known: Record<'AAA' | 'BBB', number[]> = { AAA: [], BBB: [] };
        // A stretch in which one symbol says nothing, longer than the ring.
        const all = [...rows, ...Array.from({ length: silence }, () => [3, null] as const), [4, 5] as const];
        all.forEach(([first, second], step) => {
          const bars = [...(first === null ? [] : [bar('AAA', first)]), ...(second === null ? [] : [bar('BBB', second)])];
          history.take(at(step), bars);
          if (bars.length === 0) return;
          for (const [symbol, close] of [['AAA', first] as const, ['BBB', second] as const]) {
            const list = known[symbol];
            if (close !== null || list.length > 0) list.push(close ?? list.at(-1)!);
          }
        });
        for (const symbol of ['AAA', 'BBB'] as const) {
          const count = Math.min(known[symbol].length, HISTORY_BARS_MAX);
          expect(history.barsOf(symbol)).toBe(count);
          expect([...history.closesOf(symbol, count)!]).toEqual(known[symbol].slice(-count));
        }
      }),
      { numRuns: 60 },
    );
  });
});
