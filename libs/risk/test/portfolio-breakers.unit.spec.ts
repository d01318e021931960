import { price, quantity } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { profile } from './fixtures.js';
import { stopPlaced, WatchedAccount } from './watched-account.js';

const LOSSES_OUT_OF_THE_WAY = {
  drawdownReduce: { limit: '0.98', rearm: '0.9' },
  drawdownClose: { limit: '0.99', rearm: '0.9' },
  dailyLoss: { limit: '1' },
  weeklyLoss: { limit: '1' },
};
const only = (breaker: Record<string, unknown>) => profile('demo', { breakers: { ...LOSSES_OUT_OF_THE_WAY, ...breaker } });
/** Up and down in turns: deviation is the size. */
const zigzag = (step: number, size: number): number => (step % 2 === 0 ? size : -size);

describe('value at risk', () => {
  const limits = only({
    valueAtRisk: { measure: 'VAR', method: 'HISTORICAL', confidence: '0.95', bars: 20, horizonBars: 1, limit: '0.02', rearm: '0.015' },
  });
  const account = (): WatchedAccount => {
    const made = new WatchedAccount(limits, ['AAA']);
    made.positions = { AAA: 500 };
    made.cash = 50_000;
    return made;
  };
  it('says nothing before enough bars are known', () => {
    const watched = account();
    for (let step = 0; step < 20; step += 1) expect(watched.move({ AAA: zigzag(step, 0.1) }).actions).toEqual([]);
    expect(watched.move({ AAA: zigzag(20, 0.1) }).actions).toEqual(['value-at-risk REDUCE_HALF']);
  });
  it('halves positions once, refuses entries while it lasts, and resumes when it is down', () => {
    const watched = account();
    for (let step = 0; step < 30; step += 1) watched.move({ AAA: zigzag(step, 0.01) });
    expect(watched.actions).toEqual([]);
    // Half of equity in an instrument that loses 5% every other day: 2.5% of equity.
    let steps = 0;
    while (watched.actions.length === 0) {
      watched.move({ AAA: zigzag(steps, 0.05) });
      steps += 1;
    }
    expect(steps).toBeLessThan(6);
    expect(watched.actions).toEqual(['value-at-risk REDUCE_HALF']);
    expect(watched.intents).toMatchObject([{ side: 'SELL', type: 'MARKET', quantity: quantity('250'), purpose: 'breaker:value-at-risk' }]);
    expect(watched.reached.state).toMatchObject({ status: 'REDUCING', actor: 'breaker:value-at-risk' });
    expect(watched.move({ AAA: zigzag(steps, 0.05) }).actions).toEqual([]);
    watched.positions = { AAA: 100 };
    watched.cash = 100_000;
    watched.move({ AAA: 0 });
    expect(watched.actions).toEqual(['value-at-risk RESUME']);
    expect(watched.reached.state.status).toBe('ACTIVE');
  });
  it('measures nothing where nothing is held', () => {
    const watched = account();
    watched.positions = {};
    for (let step = 0; step < 40; step += 1) expect(watched.move({ AAA: zigzag(step, 0.3) }).actions).toEqual([]);
  });
  it('ends its episode when another profile switches it off', () => {
    const watched = account();
    for (let step = 0; step < 25; step += 1) watched.move({ AAA: zigzag(step, 0.1) });
    expect(watched.reached.state.status).toBe('REDUCING');
    (watched as { limits: typeof limits }).limits = only({});
    expect(watched.move({ AAA: 0 }).actions).toEqual(['value-at-risk RESUME']);
  });
});

describe('exposure to a sector', () => {
  const limits = only({ sectorExposure: { limit: '0.5', rearm: '0.25' } });
  it('may stand below its limit, and trips at it when marks have moved', () => {
    const watched = new WatchedAccount(limits, ['AAA', 'CCC']);
    watched.positions = { AAA: 400, CCC: 200 };
    watched.cash = 40_000;
    expect(watched.move({}).actions).toEqual([]);
    // 60,000 of 120,000.
    expect(watched.move({ AAA: 0.5 }).actions).toEqual(['sector-exposure REBALANCE']);
    expect(watched.intents).toMatchObject([{ symbol: 'AAA', quantity: quantity('200') }]);
  });
  it('sells so much of each position that the rearm value is left', () => {
    const watched = new WatchedAccount(limits, ['AAA', 'BBB', 'CCC']);
    watched.positions = { AAA: 300, BBB: 200, CCC: 100 };
    watched.cash = 40_000;
    watched.move({});
    expect(watched.actions).toEqual(['sector-exposure REBALANCE']);
    expect(watched.intents.map(({ symbol, side, quantity: amount }) => [symbol, side, amount])).toEqual([
      ['AAA', 'SELL', quantity('150')],
      ['BBB', 'SELL', quantity('100')],
    ]);
    watched.positions = { AAA: 150, BBB: 100, CCC: 100 };
    watched.cash = 65_000;
    watched.move({});
    expect(watched.state.fired['sector-exposure']).toBe(false);
  });
});

describe('exposure to a factor', () => {
  const limits = only({ factorExposure: { bars: 20, limit: '1.2', rearm: '1' } });
  it('cuts every position by the share that brings the beta to its rearm value', () => {
    const watched = new WatchedAccount(limits, ['AAA', 'SPY']);
    for (let step = 0; step < 25; step += 1) watched.move({ SPY: zigzag(step, 0.01), AAA: 2 * zigzag(step, 0.01) });
    expect(watched.actions).toEqual([]);
    watched.positions = { AAA: 1_000 };
    watched.cash = 100_000 - 1_000 * watched.closes.get('AAA')! + 33_333;
    watched.move({ SPY: 0.01, AAA: 0.02 });
    expect(watched.actions).toEqual(['factor-exposure REBALANCE']);
    const { measured } = watched.reached.breakers[0]!;
    const share = Number(watched.intents[0]!.quantity) / 1e12;
    expect(measured * (1 - share)).toBeLessThanOrEqual(1);
    expect(measured * (1 - share + 0.002)).toBeGreaterThan(1);
  });
});

describe('a breakdown of correlation', () => {
  const limits = only({ correlationBreakdown: { shortBars: 10, longBars: 30, limit: '3', rearm: '1' } });
  it('fires when positions begin to move as one, and cuts what brings more than the average risk', () => {
    const watched = new WatchedAccount(limits, ['AAA', 'BBB']);
    watched.positions = { AAA: 400, BBB: 100 };
    watched.cash = 100_000;
    // A period of four against one of two: no correlation at all.
    for (let step = 0; step < 60; step += 1) {
      watched.move({ AAA: zigzag(step, 0.01), BBB: step % 4 < 2 ? 0.01 : -0.01 });
      expect(watched.actions).toEqual([]);
    }
    let steps = 0;
    while (watched.actions.length === 0 && steps < 12) {
      watched.move({ AAA: zigzag(steps, 0.01), BBB: zigzag(steps, 0.01) });
      steps += 1;
    }
    expect(steps).toBeLessThanOrEqual(10);
    expect(watched.actions).toEqual(['correlation-breakdown REBALANCE']);
    expect(watched.reached.state.status).toBe('ACTIVE');
    // Four to one in risk: the larger gives up what is above the mean of both, (400 + 100) / 2.
    expect(watched.intents).toHaveLength(1);
    expect(Number(watched.intents[0]!.quantity) / 1e9).toBeGreaterThan(140);
    expect(Number(watched.intents[0]!.quantity) / 1e9).toBeLessThan(160);
  });
});

describe('a spike of volatility', () => {
  const limits = only({ volatilitySpike: { shortBars: 5, longBars: 20, limit: '2', rearm: '1.5', stopDistanceKept: '0.5' } });
  const calm = (): WatchedAccount => {
    const watched = new WatchedAccount(limits, ['AAA', 'BBB']);
    watched.positions = { AAA: 100, BBB: -100 };
    watched.cash = 100_000;
    for (let step = 0; step < 30; step += 1) {
      const events = step === 0 ? [stopPlaced('AAA', 'SELL', 100, '80.00', 0), stopPlaced('BBB', 'BUY', 100, '130.00', 0)] : [];
      watched.move({ AAA: zigzag(step, 0.005), BBB: zigzag(step + 1, 0.005) }, {}, events);
    }
    return watched;
  };
  const spike = (watched: WatchedAccount): WatchedAccount => {
    for (let step = 0; step < 10 && watched.actions.length === 0; step += 1)
      watched.move({ AAA: zigzag(step, 0.03), BBB: zigzag(step + 1, 0.03) });
    return watched;
  };
  it('moves the stops of long and short positions nearer by the share, over the whole positions', () => {
    const watched = spike(calm());
    expect(watched.actions).toEqual(['volatility-spike TIGHTEN_STOPS']);
    const [long, short] = watched.intents;
    expect(watched.intents).toMatchObject([
      { symbol: 'AAA', side: 'SELL', type: 'STOP', purpose: 'stop', quantity: quantity('100') },
      { symbol: 'BBB', side: 'BUY', type: 'STOP', purpose: 'stop', quantity: quantity('100') },
    ]);
    const middle = (mark: number, stop: number): number => (mark + stop) / 2;
    expect(Number(long!.stopPrice) / 1e9).toBeCloseTo(middle(watched.closes.get('AAA')!, 80), 1);
    expect(Number(short!.stopPrice) / 1e9).toBeCloseTo(middle(watched.closes.get('BBB')!, 130), 1);
    expect(watched.state.stops).toEqual({ AAA: long!.stopPrice, BBB: short!.stopPrice });
    // What sells nothing yet reserves nothing: an exit passes all the same.
    expect(watched.state.pending).toEqual({});
  });
  it('leaves a stop alone that is beyond the mark already, and a position without one', () => {
    const watched = calm();
    watched.state = { ...watched.state, stops: { AAA: price('500') } };
    expect(spike(watched).intents).toEqual([]);
    expect(watched.actions).toEqual(['volatility-spike TIGHTEN_STOPS']);
  });
  it('forgets the stop of a position that is gone', () => {
    const watched = calm();
    watched.positions = { BBB: -100 };
    watched.move({}, {}, [{ ...stopPlaced('AAA', 'SELL', 100, '80.00', 0), type: 'OrderCanceled', reason: 'POSITION_FLAT' }]);
    expect(Object.keys(watched.state.stops)).toEqual(['BBB']);
  });
});

describe('two breakers that refuse entries', () => {
  it('hand over: trading resumes when the last of them is over', () => {
    const limits = profile('demo', {
      breakers: {
        ...LOSSES_OUT_OF_THE_WAY,
        dailyLoss: { limit: '0.02' },
        valueAtRisk: { measure: 'CVAR', method: 'HISTORICAL', confidence: '0.95', bars: 20, horizonBars: 1, limit: '0.02', rearm: '0.01' },
      },
    });
    const watched = new WatchedAccount(limits, ['AAA']);
    watched.positions = { AAA: 500 };
    watched.cash = 50_000;
    for (let step = 0; step < 30; step += 1) watched.move({ AAA: zigzag(step, 0.001) });
    watched.move({ AAA: -0.06 });
    expect(watched.actions).toEqual(['daily-loss REDUCE_HALF', 'value-at-risk REDUCE_HALF']);
    expect(watched.intents).toMatchObject([{ quantity: quantity('250'), purpose: 'breaker:daily-loss' }]);
    expect(watched.reached.state.actor).toBe('breaker:daily-loss');
    expect(watched.move({}).actions).toEqual([]);
    expect(watched.reached.state).toMatchObject({ status: 'REDUCING', actor: 'breaker:value-at-risk' });
    watched.cash += 500 * watched.closes.get('AAA')!;
    watched.positions = {};
    expect(watched.move({}).actions).toEqual(['value-at-risk RESUME']);
    expect(watched.reached.state.status).toBe('ACTIVE');
  });
});
