import { absolute, decodeState, encodeState, price, quantity, stateText, symbolOf } from '@tradewind/vocabulary';
import type { Price, Quantity } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ExposureBook } from '../src/exposure-book.js';
import { decideStep, evolveRisk, initialRisk, RollingHistory } from '../src/index.js';
import type { RiskEvent, RiskState } from '../src/index.js';
import { protectiveIntents } from '../src/protective-orders.js';
import type { Protection } from '../src/protective-orders.js';
import { tightenedStops } from '../src/protective-stops.js';
import { ACCOUNT, executions, Guard, header, held, INSTRUMENTS, profile, signal } from './fixtures.js';
import { barAt, stopPlaced } from './watched-account.js';

const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'] as const;

describe('breakers on equity', () => {
  const limits = profile('demo', {
    breakers: {
      drawdownReduce: { limit: '0.04', rearm: '0.02' },
      drawdownClose: { limit: '0.5', rearm: '0.4' },
      dailyLoss: { limit: '0.03' },
      weeklyLoss: { limit: '0.9' },
    },
    autoResume: { afterSessions: 2000 },
  });
  const path = fc.array(fc.integer({ min: 900_000, max: 1_100_000 }), { minLength: 2, maxLength: 60 });
  it('fire exactly when the loss since peak or day start reaches the limit for the first time of an episode', () => {
    fc.assert(
      fc.property(path, (equities) => {
        const guard = new Guard(limits);
        let peak = 0;
        let isDown = false;
        for (const [index, equity] of equities.entries()) {
          guard.equity(String(equity));
          peak = Math.max(peak, equity);
          // Whole numbers of money: the products are exact.
          const drawdown = peak - equity;
          if (isDown && drawdown * 100 <= peak * 2) isDown = false;
          const fires = !isDown && drawdown * 100 >= peak * 4;
          if (fires) isDown = true;
          expect(guard.actions.includes('drawdown-reduce REDUCE_HALF')).toBe(fires);
          const before = index === 0 ? equity : equities[index - 1]!;
          expect(guard.actions.includes('daily-loss REDUCE_HALF')).toBe((before - equity) * 100 >= before * 3);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('protective orders', () => {
  const amounts = fc.tuple(...SYMBOLS.map(() => fc.integer({ min: -500, max: 500 })));
  const shares = fc.tuple(...SYMBOLS.map(() => fc.double({ min: -0.5, max: 1.5, noNaN: true })));
  const protection: fc.Arbitrary<Protection> = fc.record({
    id: fc.constantFrom('br/1', 'br/2', 'br/3'),
    purpose: fc.constant('breaker:x'),
    cut: fc.oneof(
      fc.constant('ALL' as const),
      fc.constant('HALF' as const),
      shares.map((list) => new Map(SYMBOLS.map((symbol, index) => [symbol as string, list[index]!]))),
    ),
  });
  const reductions = fc.tuple(...SYMBOLS.map(() => fc.integer({ min: 0, max: 300 })));
  it('only reduce, never turn a position, whatever is asked for and being reduced already', () => {
    fc.assert(
      fc.property(amounts, fc.array(protection, { minLength: 1, maxLength: 4 }), reductions, (list, protections, working) => {
        const { account } = executions(
          0,
          '100000',
          SYMBOLS.map((symbol, index) => held(symbol, String(list[index]), '50')).filter(({ quantity: amount }) => amount !== 0n),
        );
        const pending = Object.fromEntries(
          SYMBOLS.map((symbol, index) => [
            `o-${symbol}`,
            {
              clientOrderId: `o-${symbol}`,
              symbol: symbolOf(symbol),
              side: 'SELL' as const,
              leaves: quantity(String(Math.min(working[index]!, Math.abs(list[index]!)))),
              worstPrice: 0n as Price,
              reduces: true,
              isDay: false,
              session: 1,
              strategy: '',
            },
          ]),
        );
        const book = new ExposureBook(account, pending, INSTRUMENTS, profile('demo'), {});
        const asked = protectiveIntents(protections, account, book, INSTRUMENTS);
        expect(new Set(asked.map(({ symbol }) => symbol)).size).toBe(asked.length);
        for (const intent of asked) {
          const position = account.positions.find(({ symbol }) => symbol === intent.symbol)!;
          expect(intent.side).toBe(position.quantity > 0n ? 'SELL' : 'BUY');
          expect(intent.quantity > 0n).toBe(true);
          expect(intent.quantity + book.reducing(intent.symbol) <= absolute(position.quantity)).toBe(true);
        }
        if (protections.some(({ cut }) => cut === 'ALL')) {
          for (const { symbol, quantity: amount } of account.positions) {
            const sold = asked.find((intent) => intent.symbol === symbol)?.quantity ?? 0n;
            expect(sold + book.reducing(symbol)).toBe(absolute(amount));
          }
        }
      }),
      { numRuns: 300 },
    );
  });
  it('a tightened stop is nearer than before, on its side of the mark, on the tick, and over the whole position', () => {
    const cents = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(fc.integer({ min: -300, max: 300 }), cents, cents, fc.integer({ min: 1, max: 1_000 }), (amount, mark, stop, kept) => {
        fc.pre(amount !== 0);
        const { account } = executions(0, '1000', [held('AAA', String(amount), (mark / 100).toFixed(2))]);
        const stops = { AAA: price((stop / 100).toFixed(2)) };
        const [intent, ...more] = tightenedStops({ id: 'br/1', kept: quantity((kept / 1000).toFixed(3)) }, account, stops, INSTRUMENTS);
        expect(more).toEqual([]);
        const isBeyond = amount > 0 ? stop >= mark : stop <= mark;
        if (intent === undefined) return;
        expect(isBeyond).toBe(false);
        const [now, was, last] = [Number(intent.stopPrice) / 1e7, stop, mark];
        expect(amount > 0 ? now > was && now < last : now < was && now > last).toBe(true);
        expect(Number.isInteger(now)).toBe(true);
        expect(intent.quantity).toBe(quantity(String(Math.abs(amount))) as Quantity);
        expect(intent.side).toBe(amount > 0 ? 'SELL' : 'BUY');
      }),
      { numRuns: 300 },
    );
  });
});

describe('the monitor as a whole', () => {
  const limits = profile('demo', {
    breakers: {
      drawdownReduce: { limit: '0.05', rearm: '0.02' },
      drawdownClose: { limit: '0.2', rearm: '0.1' },
      dailyLoss: { limit: '0.03' },
      weeklyLoss: { limit: '0.06' },
      valueAtRisk: {
        measure: 'CVAR',
        method: 'CORNISH_FISHER',
        confidence: '0.95',
        bars: 20,
        horizonBars: 1,
        limit: '0.02',
        rearm: '0.015',
      },
      sectorExposure: { limit: '0.5', rearm: '0.4' },
      factorExposure: { bars: 20, limit: '0.3', rearm: '0.2' },
      correlationBreakdown: { shortBars: 8, longBars: 20, limit: '1', rearm: '0.5' },
      volatilitySpike: { shortBars: 5, longBars: 20, limit: '1.5', rearm: '1.2', stopDistanceKept: '0.4' },
    },
    controls: {
      modelAccuracy: { limit: '0.45', rearm: '0.5', days: 30, forecastsMin: 10, becomes: 'REDUCING' },
      dataQuality: { limit: '0.8', steps: 2, becomes: 'REDUCING' },
      decisionLatency: { limitMs: 100, steps: 2, becomes: 'REDUCING' },
      dataSilence: 'off',
    },
    autoResume: { afterSessions: 3 },
  });
  const move = fc.integer({ min: -40, max: 40 });
  const day = fc.record({
    moves: fc.tuple(move, move, move, move),
    low: fc.integer({ min: 0, max: 2 }),
    latencyMs: fc.integer({ min: 0, max: 200 }),
    up: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  type Day = typeof day extends fc.Arbitrary<infer T> ? T : never;

  /** Positions that stand still while the market moves; in `reversed` everything that has no order comes the other way round. */
  const watch = (days: readonly Day[], reversed: boolean): { readonly texts: readonly string[]; readonly rules: ReadonlySet<string> } => {
    const order = <T>(list: readonly T[]): T[] => (reversed ? [...list].reverse() : [...list]);
    const history = new RollingHistory();
    const events: RiskEvent[] = [];
    const texts: string[] = [];
    const rules = new Set<string>();
    const closes: Record<string, number> = { AAA: 100, BBB: 60, CCC: 30, DDD: 150 };
    const positions: Record<string, number> = { AAA: 200, BBB: 300, CCC: -400, DDD: 60 };
    let state: RiskState = initialRisk({ accountId: ACCOUNT });
    days.forEach(({ moves, low, latencyMs, up }, step) => {
      SYMBOLS.forEach((symbol, index) => {
        closes[symbol] = Number((closes[symbol]! * (1 + moves[index]! / 1000)).toFixed(2));
      });
      const bars = SYMBOLS.map((symbol) => barAt(symbol, step, closes[symbol]!));
      history.take(header(step), order(bars));
      const views = SYMBOLS.filter((symbol) => positions[symbol] !== 0).map((symbol) =>
        held(symbol, String(positions[symbol]), closes[symbol]!.toFixed(2)),
      );
      const stops = step === 0 ? [stopPlaced('AAA', 'SELL', 200, '70.00', 0), stopPlaced('CCC', 'BUY', 400, '45.00', 0)] : [];
      const report = {
        ...executions(step, '50000', views, stops),
        lowQuality: order(SYMBOLS.slice(0, low).map((symbol) => ({ symbol: symbolOf(symbol), score: 0.1 }))),
      };
      const decisions = order(
        SYMBOLS.map((symbol) =>
          signal(step, symbol, { status: 'REJECTED', probabilityUp: up, horizonBars: 1, referencePrice: closes[symbol]! }),
        ),
      );
      const input = { header: header(step), decisions, executions: report, final: false, bars: order(bars), history, latencyMs };
      const done = decideStep(decodeState(encodeState(state)) as RiskState, input, { profile: limits, instruments: INSTRUMENTS });
      state = done.state;
      events.push(...done.events);
      for (const { rule } of done.reached.breakers) rules.add(rule);
      texts.push(stateText(done.reached));
    });
    expect(events.reduce(evolveRisk, initialRisk({ accountId: ACCOUNT }))).toEqual(state);
    return { texts, rules };
  };
  const days = fc.array(day, { minLength: 30, maxLength: 60, size: 'max' });

  it('gives the same answers in whatever order inputs come, stored or not, and its events fold into its state', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(days, (list) => {
        const { texts, rules } = watch(list, false);
        for (const rule of rules) seen.add(rule);
        expect(watch(list, true).texts).toEqual(texts);
      }),
      { numRuns: 25, seed: 2008 },
    );
    // What never fires proves nothing.
    for (const rule of [
      'value-at-risk',
      'factor-exposure',
      'correlation-breakdown',
      'volatility-spike',
      'model-accuracy',
      'data-quality',
      'decision-latency',
    ])
      expect(seen).toContain(rule);
  });
});
