import type { AssembledStep, Bar } from '@tradewind/market';
import { price, quantity, symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { LiveGate } from '../src/live-gate.js';

const SECOND = 1_000_000_000n;
const at = (seconds: number): UnixNanos => (BigInt(seconds) * SECOND) as UnixNanos;
const AAPL = symbolOf('AAPL');
const SPY = symbolOf('SPY');

const bar = (symbol: typeof AAPL, close: number): Bar => ({
  id: `bar/${symbol}/10s/${close}`,
  symbol,
  interval: '10s',
  openTime: at(close - 10),
  closeTime: at(close),
  open: price('1'),
  high: price('1'),
  low: price('1'),
  close: price('1'),
  volume: quantity('1'),
  source: 'test',
  warmUp: false,
});
const step = (close: number): AssembledStep => ({
  kind: 'step',
  step: close / 10,
  at: at(close),
  bars: [bar(AAPL, close), bar(SPY, close)],
  faults: [],
  lowQuality: [],
});
const told = (gate: LiveGate, close: number) => {
  const { bars, faults, lowQuality } = gate.judge(step(close));
  return {
    bars: bars.map(({ symbol }) => symbol),
    faults: faults.map(({ code, symbol }) => `${code} ${symbol}`),
    poor: lowQuality.map(({ symbol }) => symbol),
  };
};
const opened = (): LiveGate => {
  const gate = new LiveGate([AAPL, SPY], 'test', at(3));
  gate.up(at(4));
  return gate;
};
const WHOLE = { bars: ['AAPL', 'SPY'], faults: [], poor: [] };
const NONE = { bars: [], faults: ['BAR_INCOMPLETE AAPL', 'BAR_INCOMPLETE SPY'], poor: ['AAPL', 'SPY'] };

describe('the gate of a live feed', () => {
  it('drops the bars of the interval in which the feed came up, and passes the next', () => {
    const gate = opened();
    expect(told(gate, 10)).toEqual(NONE);
    expect(told(gate, 20)).toEqual(WHOLE);
  });

  it('trusts nothing before the feed is up', () => {
    const gate = new LiveGate([AAPL, SPY], 'test', at(3));
    expect(told(gate, 20)).toEqual(NONE);
  });

  it('drops the bars that overlap a time in which the feed was down, also when it is up again before they close', () => {
    const gate = opened();
    told(gate, 10);
    gate.down(at(18));
    gate.up(at(22));
    expect(told(gate, 20)).toEqual(NONE);
    expect(told(gate, 30)).toEqual(NONE);
    expect(told(gate, 40)).toEqual(WHOLE);
    gate.down(at(43));
    gate.down(at(48));
    expect(told(gate, 50)).toEqual({ ...NONE, faults: [...NONE.faults, 'FEED_DOWN AAPL', 'FEED_DOWN SPY'] });
    gate.up(at(51));
    expect(told(gate, 60)).toEqual(NONE);
    expect(told(gate, 70)).toEqual(WHOLE);
  });

  it('tells once an outage that the feed is down, and not while it begins', () => {
    const outages = (gate: LiveGate, closes: readonly number[]) =>
      closes.filter((close) => told(gate, close).faults.some((fault) => fault === 'FEED_DOWN AAPL'));
    expect(outages(new LiveGate([AAPL, SPY], 'test', at(3)), [10, 20])).toEqual([]);
    const gate = opened();
    gate.down(at(18));
    expect(outages(gate, [10, 20, 30, 40])).toEqual([20]);
    gate.up(at(41));
    gate.down(at(62));
    expect(outages(gate, [50, 60, 70, 80])).toEqual([70]);
  });

  it('holds a gap against the symbol that has it alone', () => {
    const gate = opened();
    told(gate, 10);
    gate.gap(SPY, at(21), at(22));
    expect(told(gate, 20)).toEqual(WHOLE);
    expect(told(gate, 30)).toEqual({ bars: ['AAPL'], faults: ['BAR_INCOMPLETE SPY'], poor: ['SPY'] });
    expect(told(gate, 40)).toEqual(WHOLE);
  });

  it('trusts no symbol whose book has lost its thread, though its bars are whole', () => {
    const gate = opened();
    told(gate, 10);
    gate.bookLost(SPY);
    expect(told(gate, 20)).toEqual({ ...WHOLE, poor: ['SPY'] });
    gate.bookFound(SPY);
    expect(told(gate, 30)).toEqual(WHOLE);
  });

  it('keeps its memory bounded under endless gaps, without forgetting one', () => {
    const gate = opened();
    told(gate, 10);
    for (let index = 0; index < 1_000; index += 1) gate.gap(AAPL, at(20 + index), at(21 + index));
    expect(told(gate, 20)).toEqual(WHOLE);
    for (let close = 30; close <= 1_020; close += 10) expect(told(gate, close).bars).toEqual(['SPY']);
    expect(told(gate, 1_030)).toEqual(WHOLE);
  });
});
