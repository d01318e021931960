import { executeBars, initialOrders, joinBars, paperVenue, placeIntents } from '@tradewind/orders';
import type { OrdersState } from '@tradewind/orders';
import type { SignalDecision } from '@tradewind/signals';
import { decodeState, encodeState, money, notional, price, quantity, scaleBy, stateText, symbolOf } from '@tradewind/vocabulary';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  asksForHistory,
  decideCommand,
  decideStep,
  evolveRisk,
  initialRisk,
  intentsOf,
  joinDecisions,
  NO_HISTORY,
  RollingHistory,
} from '../src/index.js';
import type { RiskEvent, RiskProfile, RiskState } from '../src/index.js';
import { ACCOUNT, at, executions, header, INSTRUMENTS, profile, signal } from './fixtures.js';

/** Breakers near enough for generated prices to trip them. */
const TIGHT_CHANGES = {
  limits: { positionMax: '0.3', sectorMax: '0.5', orderNotionalMinUsd: '1' },
  breakers: {
    drawdownReduce: { limit: '0.02', rearm: '0.01' },
    drawdownClose: { limit: '0.03', rearm: '0.01' },
    dailyLoss: { limit: '0.01' },
    weeklyLoss: { limit: '0.02' },
  },
  autoResume: { afterSessions: 3 },
};
const TIGHT = profile('demo', TIGHT_CHANGES);
/** Every kind of estimate, budget and count, each near enough to matter. */
const ESTIMATING = profile('demo', {
  ...TIGHT_CHANGES,
  limits: {
    ...TIGHT_CHANGES.limits,
    netMax: '0.9',
    concentration: { positions: 2, max: '0.5' },
    volumeShare: { max: '0.001', bars: 5 },
    tradeRiskMax: '0.02',
    stopDistance: { min: '0.005', max: '0.5' },
    currentBar: 'required',
  },
  sizing: { takeProfitAtrMultiple: '8' },
  orders: { perMinuteMax: 3, openMax: 6, openPerSymbolMax: 2, oppositeSide: 'refused' },
  account: { kind: 'cash' },
  portfolio: {
    windowBars: 20,
    correlationMax: '0.6',
    volatilityMax: '1',
    valueAtRisk: { confidence: '0.95', max: '0.05' },
    beta: { benchmark: 'AAA', max: '1' },
  },
  buckets: { core: '0.4', growth: '0.4', opportunistic: '0.1', reserve: '0.1' },
  strategies: [
    { name: 'one', signalTypes: ['test'], bucket: 'core', budgetMax: '0.4' },
    { name: 'two', signalTypes: ['other'], bucket: 'growth', budgetMax: '0.3' },
  ] as never,
  impact: {
    sharpeLossMax: '3',
    drawdownRiseMax: '0.2',
    correlationMax: '0.9',
    valueAtRiskRiseMax: '0.03',
    concentrationMax: '0.9',
  } as never,
});
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'] as const;
const anySignal = fc.record({
  action: fc.constantFrom('ENTER', 'ENTER', 'ENTER', 'EXIT' as const),
  status: fc.constantFrom('VALIDATED', 'VALIDATED', 'REJECTED' as const),
  confidence: fc.double({ min: 0.3, max: 1, noNaN: true }),
  probabilityUp: fc.double({ min: 0.45, max: 0.9, noNaN: true }),
  sizeMultiplier: fc.constantFrom(0.5, 1),
  atrShare: fc.double({ min: 0.003, max: 0.03, noNaN: true }),
  expectedWin: fc.constantFrom(0.01, 0.03),
  expectedLoss: fc.constantFrom(0.01, 0.03),
});
const anyStep = fc.record({
  /** Close moves in per mille, and the next open's gap against the close. */
  moves: fc.tuple(...SYMBOLS.map(() => fc.integer({ min: -60, max: 60 }))),
  gaps: fc.tuple(...SYMBOLS.map(() => fc.integer({ min: -50, max: 50 }))),
  signals: fc.tuple(...SYMBOLS.map(() => fc.option(anySignal, { nil: undefined, freq: 3 }))),
  command: fc.constantFrom('Halt', 'Resume', 'Resume', ...Array<undefined>(30).fill(undefined)) as fc.Arbitrary<
    'Halt' | 'Resume' | undefined
  >,
});
const anySteps = fc.array(anyStep, { minLength: 5, maxLength: 25, size: 'max' });
type AnyStep = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly orders: OrdersState;
  readonly risk: RiskState;
  readonly riskEvents: readonly RiskEvent[];
  readonly texts: readonly string[];
}

/** Both stages in lock step on generated prices, as the platform runs them; `check` sees every decision. */
const run = (
  steps: readonly AnyStep[],
  options: {
    reversed?: boolean;
    stored?: boolean;
    limits?: RiskProfile;
    check?: (done: ReturnType<typeof decideStep>, before: RiskState, report: ReturnType<typeof executeBars>['report']) => void;
  },
): World => {
  const demo = options.limits ?? TIGHT;
  const history = asksForHistory(demo) ? new RollingHistory() : undefined;
  const venue = paperVenue({ slippageRatio: '0.001', commissionRatio: '0.001', instruments: INSTRUMENTS });
  let orders = initialOrders({ accountId: ACCOUNT, currency: 'USD', openingCash: money('100000') });
  let risk = initialRisk({ accountId: ACCOUNT });
  const riskEvents: RiskEvent[] = [];
  const texts: string[] = [];
  const closes = [100, 50, 20, 10];
  steps.forEach((each, step) => {
    const bars = SYMBOLS.map((symbol, index) => {
      const open = closes[index]! * (1 + each.gaps[index]! / 1000);
      const close = open * (1 + each.moves[index]! / 1000);
      closes[index] = close;
      const text = (value: number) => price(value.toFixed(2));
      return {
        id: `bar/${symbol}/${step}`,
        symbol: symbolOf(symbol),
        interval: '1d' as const,
        openTime: at(step),
        closeTime: at(step),
        open: text(open),
        close: text(close),
        high: text(Math.max(open, close) * 1.01),
        low: text(Math.min(open, close) * 0.99),
        volume: quantity('1000000'),
        source: 'test',
        warmUp: false,
      };
    });
    const decisions = SYMBOLS.flatMap((symbol, index): SignalDecision[] => {
      const made = each.signals[index];
      if (made === undefined) return [];
      const { atrShare, ...fields } = made;
      return [signal(step, symbol, { ...fields, atr: atrShare * closes[index]!, referencePrice: Number(closes[index]!.toFixed(2)) })];
    });
    if (each.command !== undefined) {
      const answer = decideCommand(
        risk,
        { type: each.command, id: `c${step}`, accountId: ACCOUNT, actor: 'ada', reason: 'test', at: at(step) },
        demo,
      );
      risk = answer.state;
      riskEvents.push(...answer.events);
    }
    const flip = <T>(list: readonly T[]): T[] => (options.reversed === true ? [...list].reverse() : [...list]);
    const executed = executeBars(
      orders,
      joinBars([{ header: header(step, 'market.bars'), bars: flip(bars), lowQuality: [], final: false }]),
      venue,
    );
    const input = joinDecisions(
      flip([0, 1]).map((partition) => ({
        header: { ...header(step, 'signals.decisions'), id: `signals.decisions/r1/${step}/${partition}`, partition },
        decisions: flip(decisions.filter((_, index) => index % 2 === partition)),
        final: false,
      })),
      executed.report,
      { bars, history: history ?? NO_HISTORY },
    );
    history?.take(header(step), bars);
    const done = decideStep(risk, input, { profile: demo, instruments: INSTRUMENTS });
    options.check?.(done, risk, executed.report);
    const placed = placeIntents(
      executed.state,
      { header: done.reached.header, intents: intentsOf(done.reached), status: done.reached.state.status, final: false },
      venue,
    );
    expect(placed.placed.events.filter(({ type }) => type === 'OrderDenied')).toEqual([]);
    orders = placed.state;
    risk = options.stored === true ? decodeState<RiskState>(encodeState(done.state)) : done.state;
    riskEvents.push(...done.events);
    texts.push(stateText(done.reached), stateText(executed.report), stateText(placed.placed));
  });
  return { orders, risk, riskEvents, texts };
};

describe('risk and orders together, over any prices, signals and commands', () => {
  it('approve nothing that breaks a limit at the worst price in the collar, reservations counted', () => {
    let approvals = 0;
    const demo = TIGHT;
    fc.assert(
      fc.property(anySteps, (steps) => {
        run(steps, {
          check: ({ reached, state }, _before, report) => {
            const entries = reached.verdicts.flatMap((verdict) =>
              verdict.status === 'APPROVED' && verdict.intent.side === 'BUY' ? [verdict.intent] : [],
            );
            if (entries.length === 0) return;
            approvals += entries.length;
            const { equity, cash, positions } = report.account;
            const worst = new Map<string, bigint>(positions.map((position) => [position.symbol, position.marketValue]));
            let free: bigint = cash;
            for (const order of Object.values(state.pending)) {
              if (order.reduces) continue;
              const value = notional(order.worstPrice, order.leaves);
              worst.set(order.symbol, (worst.get(order.symbol) ?? 0n) + value);
              free -= value + scaleBy(value, demo.limits.costRatio);
            }
            const sum = (symbols: readonly string[]): bigint => symbols.reduce((total, symbol) => total + (worst.get(symbol) ?? 0n), 0n);
            for (const { symbol } of entries) {
              expect(worst.get(symbol)! <= scaleBy(equity, demo.limits.positionMax)).toBe(true);
              const { sector } = INSTRUMENTS[symbol]!;
              expect(sum(SYMBOLS.filter((other) => INSTRUMENTS[other]!.sector === sector)) <= scaleBy(equity, demo.limits.sectorMax)).toBe(
                true,
              );
            }
            expect(sum(SYMBOLS) <= scaleBy(equity, demo.limits.grossMax)).toBe(true);
            expect(free >= scaleBy(equity, demo.limits.cashReserve)).toBe(true);
            expect(state.tradesThisSession <= demo.limits.tradesPerDayMax).toBe(true);
          },
        });
      }),
      { numRuns: 60 },
    );
    expect(approvals).toBeGreaterThan(200);
  });
  it('let protective orders only reduce, and nothing else leave while halted', () => {
    let protections = 0;
    fc.assert(
      fc.property(anySteps, (steps) => {
        run(steps, {
          check: ({ reached }, before, report) => {
            const selling = new Map<string, bigint>();
            for (const order of Object.values(before.pending))
              if (order.reduces) selling.set(order.symbol, selling.get(order.symbol) ?? 0n);
            for (const intent of reached.protectiveIntents) {
              protections += 1;
              const held = report.account.positions.find(({ symbol }) => symbol === intent.symbol);
              expect(held).toBeDefined();
              expect(intent.side).toBe(held!.quantity > 0n ? 'SELL' : 'BUY');
              expect(intent.quantity <= held!.quantity).toBe(true);
            }
            const perSymbol = new Map<string, bigint>();
            for (const intent of intentsOf(reached))
              if (intent.side === 'SELL') perSymbol.set(intent.symbol, (perSymbol.get(intent.symbol) ?? 0n) + intent.quantity);
            for (const [symbol, amount] of perSymbol)
              expect(amount <= report.account.positions.find((position) => position.symbol === symbol)!.quantity).toBe(true);
            if (reached.state.status === 'HALTED') expect(reached.verdicts.filter(({ status }) => status === 'APPROVED')).toEqual([]);
          },
        });
      }),
      { numRuns: 60 },
    );
    expect(protections).toBeGreaterThan(20);
  });
  it('give the same bytes whatever the order of symbols and partitions, and through storage; and folding the events gives the state', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const straight = run(steps, {});
        expect(run(steps, { reversed: true }).texts).toEqual(straight.texts);
        expect(run(steps, { stored: true }).texts).toEqual(straight.texts);
        expect(stateText(straight.riskEvents.reduce(evolveRisk, initialRisk({ accountId: ACCOUNT })))).toBe(stateText(straight.risk));
      }),
      { numRuns: 30 },
    );
  });
  it('give the same bytes with every estimate, budget and count at work, and approve under them', () => {
    const codes = new Set<string>();
    let approvals = 0;
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 24, maxLength: 32, size: 'max' }), (steps) => {
        const check = ({ reached }: ReturnType<typeof decideStep>): void => {
          for (const verdict of reached.verdicts) {
            if (verdict.status === 'DENIED') codes.add(verdict.code);
            else approvals += 1;
          }
        };
        const straight = run(steps, { limits: ESTIMATING, check });
        expect(run(steps, { limits: ESTIMATING, reversed: true, stored: true }).texts).toEqual(straight.texts);
      }),
      { numRuns: 25 },
    );
    expect(approvals).toBeGreaterThan(20);
    expect(codes).toContain('HISTORY_SHORT');
    expect(codes.size).toBeGreaterThan(5);
  });
  it('never spend cash that is not there', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        expect(run(steps, {}).orders.account.cash >= 0n).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('joinDecisions', () => {
  it('refuses decisions of another step', () => {
    expect(() =>
      joinDecisions([{ header: header(1), decisions: [], final: false }], executions(0, '1'), { bars: [], history: NO_HISTORY }),
    ).toThrow(/not of the step/);
  });
});
