import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { realData } from '@tradewind/testkit';
import { symbolOf, type UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { AAPL_FLOW, calibrateFlow, civilDate, LobsterBook, parseLobsterBooks, parseLobsterMessages } from '../../src/index.js';
import { branchingRadius } from '../../src/simulation/hawkes.js';
import { OrderFlow } from '../../src/simulation/order-flow.js';
import { distanceFromPoisson, FlowRecord, stylisedFacts } from './stylised-facts.js';

const HALF_HOUR = 1_800_000_000_000n;
const SEEDS = ['1', '2', '3', '4', '5'] as const;
const NOTHING = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => [0]));
const lobster = realData('orderbook', 'lobster');
const load = () => {
  const textOf = (name: string): string => gunzipSync(readFileSync(join(lobster.path, name))).toString('latin1');
  return {
    messages: parseLobsterMessages(textOf('AAPL_2012-06-21_0930_1000_message_50.csv.gz'), civilDate('2012-06-21')).rows,
    first: parseLobsterBooks(textOf('AAPL_2012-06-21_orderbook_50_first672.csv.gz')).rows[0]!,
  };
};

/** Half an hour of the simulated AAPL. What kind an event was is read off what it told. */
const simulated = (seed: string): FlowRecord => {
  const flow = new OrderFlow({ symbol: symbolOf('AAPL'), startPrice: AAPL_FLOW.referencePrice, activity: 1 }, AAPL_FLOW, seed);
  const record = new FlowRecord();
  while (flow.nextAt < HALF_HOUR) {
    const at = flow.nextAt;
    const before = flow.book.orderCount;
    const ticks = flow.step(at as UnixNanos);
    const kind = ticks.some((tick) => tick.kind === 'trade') ? 4 : flow.book.orderCount > before ? 0 : 2;
    record.note(Number(at) / 1e9, kind, flow.book);
  }
  return record;
};

describe('the simulated order flow', () => {
  const facts = SEEDS.map((seed) => stylisedFacts(simulated(seed)));
  const figure = (name: string): number => facts.reduce((sum, one) => sum + one[name]!, 0) / facts.length;

  it('is stable: the branching matrix has a spectral radius below 1', () => {
    expect(branchingRadius(AAPL_FLOW.hawkes)).toBeCloseTo(0.869, 3);
  });

  it('keeps its spread and depth around their means for eight hours instead of wandering off', () => {
    const flow = new OrderFlow({ symbol: symbolOf('AAPL'), startPrice: AAPL_FLOW.referencePrice, activity: 1 }, AAPL_FLOW, 'long');
    for (let hour = 1n; hour <= 8n; hour += 1n) {
      const sums = { events: 0, spread: 0, depth: 0 };
      for (; flow.nextAt < hour * 2n * HALF_HOUR; sums.events += 1) {
        flow.step(flow.nextAt as UnixNanos);
        sums.spread += flow.book.spread * 100;
        sums.depth += flow.book.depth('BID', 10);
      }
      expect(Math.abs(sums.spread / sums.events / AAPL_FLOW.meanSpread - 1), `spread in hour ${hour}`).toBeLessThan(0.2);
      expect(sums.depth / sums.events).toBeGreaterThan(500);
      expect(sums.events).toBeGreaterThan(70_000);
    }
  });

  it('shows clustering, heavy tails and volatility clustering', () => {
    expect(figure('gaps, coefficient of variation')).toBeGreaterThan(2);
    expect(figure('events by second, autocorrelation at 1 s')).toBeGreaterThan(0.2);
    expect(figure('return of 1 s, excess kurtosis')).toBeGreaterThan(5);
    expect(figure('size of return, autocorrelation at 1 s')).toBeGreaterThan(0.1);
  });

  describe.skipIf(lobster.absent)(`against LOBSTER's half hour${lobster.note}`, () => {
    const market = (): Readonly<Record<string, number>> => {
      const { messages, first } = load();
      const replay = new LobsterBook();
      replay.seed(first);
      const record = new FlowRecord();
      let take = '';
      for (const message of messages.slice(1)) {
        replay.apply(message);
        if (message.kind === 'EXECUTE_HIDDEN' || message.kind === 'HALT') continue;
        const key = `${message.at} ${message.side}`;
        const goesOn = message.kind === 'EXECUTE' && key === take;
        take = message.kind === 'EXECUTE' ? key : '';
        if (goesOn) continue;
        record.note(
          Number(message.at - messages[0]!.at) / 1e9,
          message.kind === 'ADD' ? 0 : message.kind === 'EXECUTE' ? 4 : 2,
          replay.book,
        );
      }
      return stylisedFacts(record);
    };

    it('has the committed parameters', () => {
      const { messages, first } = load();
      const { parameters, fit, series } = calibrateFlow(messages, first);
      expect(parameters).toEqual(AAPL_FLOW);
      expect([fit.iterations, Math.round(fit.logLikelihood)]).toEqual([92, 146_609]);
      // In the time of its own intensity a flow that the fit describes is a Poisson process of rate 1: its distance from one, and without the fit.
      const flat = { decays: [1], base: AAPL_FLOW.hawkes.base.map(() => series.times.length / series.span / 6), branching: NOTHING };
      expect(distanceFromPoisson(series, parameters.hawkes)).toBeCloseTo(0.056, 3);
      expect(distanceFromPoisson(series, flat)).toBeCloseTo(0.618, 3);
    });

    it('matches event shares within 1.3 points, rate, spread and clustering within a quarter; see docs/reference/simulated-venue.md for what it does not', () => {
      const real = market();
      for (const name of ['share of limit orders', 'share of cancellations', 'share of market orders', 'gaps under 1 ms'])
        expect(Math.abs(figure(name) - real[name]!), name).toBeLessThan(name.startsWith('share') ? 0.013 : 0.05);
      for (const name of [
        'events a second',
        'spread, mean (ticks)',
        'spread, 5%',
        'spread, median',
        'spread, 95%',
        'gaps, coefficient of variation',
        'events by second, autocorrelation at 1 s',
        'events by second, variance / mean',
      ])
        expect(Math.abs(figure(name) / real[name]! - 1), name).toBeLessThan(0.25);
    });
  });
});
