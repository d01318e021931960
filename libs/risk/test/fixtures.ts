import { readFileSync } from 'node:fs';

import type { ExecutionsReported, OrderEvent } from '@tradewind/orders';
import type { PositionView } from '@tradewind/portfolio';
import type { SignalDecision } from '@tradewind/signals';
import { accountIdOf, formatDecimal, money, notional, price, quantity, symbolOf } from '@tradewind/vocabulary';
import type { Instrument, Money, StepHeader, UnixNanos } from '@tradewind/vocabulary';

import { decideStep, initialRisk, NO_HISTORY, parseRiskProfile } from '../src/index.js';
import type { RiskEvent, RiskInput, RiskProfile, RiskState, VerdictsReached } from '../src/index.js';

const DAY_NANOS = 86_400_000_000_000n;
const MONDAY = 946_933_200_000_000_000n; // 2000-01-03T21:00:00Z
export const at = (step: number): UnixNanos => (MONDAY + BigInt(step) * DAY_NANOS) as UnixNanos;
export const ACCOUNT = accountIdOf('paper-1');

type Json = Record<string, Record<string, unknown>>;
export const profileJson = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../../services/risk/profiles/${name}.json`, import.meta.url), 'utf8')) as Json;
export const profile = (name = 'demo', changes: Json = {}): RiskProfile => {
  const json = profileJson(name);
  for (const [group, fields] of Object.entries(changes)) {
    json[group] = typeof json[group] === 'object' && !Array.isArray(fields) ? { ...json[group], ...fields } : fields;
  }
  return parseRiskProfile(json);
};

export const instrument = (symbol: string, sector: string): Instrument => ({
  symbol: symbolOf(symbol),
  name: symbol,
  assetClass: 'STOCK',
  category: 'CORE',
  sector,
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable: false,
});
export const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  AAA: instrument('AAA', 'Technology'),
  BBB: instrument('BBB', 'Technology'),
  CCC: instrument('CCC', 'Energy'),
  DDD: instrument('DDD', 'Energy'),
};

export const header = (step: number, type = 'orders.executions'): StepHeader => ({
  id: `${type}/r1/${step}/0`,
  run: 'r1',
  step,
  partition: 0,
  at: at(step),
  causes: [],
  degraded: [],
});

export const held = (symbol: string, amount: string, mark: string): PositionView => {
  const marketValue = notional(price(mark), quantity(amount));
  return {
    symbol: symbolOf(symbol),
    quantity: quantity(amount),
    averagePrice: price(mark),
    markPrice: price(mark),
    marketValue,
    unrealisedPnl: money('0'),
    realisedPnl: money('0'),
  };
};

export const executions = (
  step: number,
  cash: string,
  positions: readonly PositionView[] = [],
  events: readonly OrderEvent[] = [],
): ExecutionsReported => ({
  header: header(step),
  events,
  account: {
    accountId: ACCOUNT,
    at: at(step),
    currency: 'USD',
    cash: money(cash),
    realisedPnl: money('0'),
    unrealisedPnl: money('0'),
    feesPaid: money('0'),
    positions,
    equity: positions.reduce((sum, { marketValue }) => (sum + marketValue) as Money, money(cash)),
  },
  lowQuality: [],
  final: false,
});

/** A signal with a strong edge, so that the limits decide its size. */
export const signal = (step: number, symbol: string, changes: Partial<SignalDecision> = {}): SignalDecision => ({
  id: `sg/${symbol}/${step}`,
  symbol: symbolOf(symbol),
  at: at(step),
  action: 'ENTER',
  status: 'VALIDATED',
  rejectionCode: '',
  signalType: 'test',
  confidence: 0.9,
  probabilityUp: 0.7,
  sizeMultiplier: 1,
  horizonBars: 5,
  expectedWin: 0.02,
  expectedLoss: 0.02,
  atr: 1,
  referencePrice: 100,
  votes: [],
  layers: [],
  expiresAtStep: step,
  causes: [],
  ...changes,
});

export const exitOf = (step: number, symbol: string): SignalDecision => signal(step, symbol, { action: 'EXIT' });

/** One account under one profile, driven step by step. */
export class Guard {
  state: RiskState = initialRisk({ accountId: ACCOUNT });
  readonly history: RiskEvent[] = [];
  step = -1;
  reached!: VerdictsReached;
  constructor(readonly limits: RiskProfile) {}

  decide(
    decisions: (step: number) => readonly SignalDecision[],
    report: (step: number) => ExecutionsReported,
    changes: Partial<RiskInput> = {},
  ): this {
    this.step += 1;
    const reported = report(this.step);
    const input: RiskInput = {
      header: header(this.step),
      decisions: decisions(this.step),
      executions: reported,
      final: false,
      bars: [],
      history: NO_HISTORY,
      ...changes,
    };
    const done = decideStep(this.state, input, { profile: this.limits, instruments: INSTRUMENTS });
    this.state = done.state;
    this.history.push(...done.events);
    this.reached = done.reached;
    return this;
  }
  /** A step with nothing but this equity, all cash. */
  equity(cash: string, positions: readonly PositionView[] = []): this {
    return this.decide(
      () => [],
      (step) => executions(step, cash, positions),
    );
  }
  get codes(): readonly string[] {
    return this.reached.verdicts.map((verdict) =>
      verdict.status === 'DENIED' ? verdict.code : `${verdict.symbol} ${formatDecimal(verdict.intent.quantity)}`,
    );
  }
  get actions(): readonly string[] {
    return this.reached.breakers.map(({ rule, action }) => `${rule} ${action}`);
  }
}
