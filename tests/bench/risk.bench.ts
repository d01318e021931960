import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

import { decideStep, type GateInput, type GateSetting, initialRisk, parseRiskProfile, PreTradeGate, RollingHistory } from '@tradewind/risk';
import { seededRandom } from '@tradewind/testkit';
import {
  accountIdOf,
  type Instrument,
  money,
  type Money,
  notional,
  price,
  quantity,
  symbolOf,
  type UnixNanos,
} from '@tradewind/vocabulary';

import { type Benchmark, quantile, type Report } from './harness.js';

type Signal = Parameters<PreTradeGate['judge']>[0];

const POSITIONS = 500;
const CANDIDATES = 40;
const WINDOW_BARS = 60;
const STEPS = 300;
const WARM_UP = 60;
const SECTORS = 11;
/** Tuesday 4 January 2000 at 16:00 New York: the exchange is open. */
const AT = 947_019_600_000_000_000n as UnixNanos;
const ACCOUNT = accountIdOf('paper-1');

const symbolAt = (index: number) => symbolOf(`S${String(index).padStart(4, '0')}`);
const instrumentAt = (index: number): Instrument => ({
  symbol: symbolAt(index),
  name: symbolAt(index),
  assetClass: 'STOCK',
  category: 'CORE',
  sector: `sector ${index % SECTORS}`,
  exchange: 'XNYS',
  currency: 'USD',
  lotSize: quantity('1'),
  tickSize: price('0.01'),
  fractional: false,
  shortable: true,
});

/** The shipped live profile, with every limit on and wide enough that each signal goes all the way. */
const everyLimit = () => {
  const json = JSON.parse(readFileSync(new URL('../../services/risk/profiles/live.json', import.meta.url), 'utf8')) as Record<
    string,
    object
  >;
  const changed: Record<string, object> = {
    limits: {
      tradesPerDayMax: 10_000,
      positionsMax: 1_000,
      grossMax: '2',
      netMax: '2',
      buyingPowerMultiple: '2',
      sectorMax: '0.5',
      cashReserve: '0.01',
      orderNotionalMaxUsd: '10000000',
    },
    orders: { perSecondMax: 10_000, perMinuteMax: 100_000, openMax: 100_000 },
    portfolio: {
      windowBars: WINDOW_BARS,
      correlationMax: '1',
      volatilityMax: '5',
      valueAtRisk: { confidence: '0.95', max: '1' },
      beta: { benchmark: symbolAt(0), max: '10' },
    },
    impact: { sharpeLossMax: '10', drawdownRiseMax: '1', correlationMax: '1', valueAtRiskRiseMax: '1', concentrationMax: '1' },
    account: { kind: 'cash' },
  };
  for (const [key, fields] of Object.entries(changed)) json[key] = { ...json[key], ...fields };
  return parseRiskProfile(json);
};

const historyOf = (): RollingHistory => {
  const random = seededRandom(7);
  const history = new RollingHistory();
  const closes = Array.from({ length: POSITIONS + CANDIDATES }, () => 100);
  for (let step = 0; step <= WINDOW_BARS; step += 1) {
    const market = random.next() - 0.5;
    history.take(
      { run: 'bench', step },
      closes.map((close, index) => {
        const next = close * (1 + 0.01 * market + 0.02 * (random.next() - 0.5));
        closes[index] = next;
        const at = price(next.toFixed(4));
        return {
          id: `bar/${symbolAt(index)}/1d/${step}`,
          symbol: symbolAt(index),
          interval: '1d',
          openTime: AT,
          closeTime: AT,
          open: at,
          high: at,
          low: at,
          close: at,
          volume: quantity('50000000'),
          source: 'bench',
          warmUp: false,
        };
      }),
    );
  }
  return history;
};

const inputOf = (history: RollingHistory, step: number): GateInput & { readonly bars: readonly { readonly symbol: string }[] } => {
  const positions = Array.from({ length: POSITIONS }, (_, index) => {
    const markPrice = price(history.lastCloseOf(symbolAt(index))!.toFixed(2));
    const held = quantity('100');
    const marketValue = notional(markPrice, held);
    const none = money('0');
    return {
      symbol: symbolAt(index),
      quantity: held,
      averagePrice: markPrice,
      markPrice,
      marketValue,
      unrealisedPnl: none,
      realisedPnl: none,
    };
  });
  const cash = money('5000000');
  const equity = positions.reduce((sum, { marketValue }) => (sum + marketValue) as Money, cash);
  const none = money('0');
  const bars = Array.from({ length: POSITIONS + CANDIDATES }, (_, index) => {
    const at = price(history.lastCloseOf(symbolAt(index))!.toFixed(2));
    const symbol = symbolAt(index);
    return {
      id: `bar/${symbol}/1d/x`,
      symbol,
      interval: '1d' as const,
      openTime: AT,
      closeTime: AT,
      open: at,
      high: at,
      low: at,
      close: at,
      volume: quantity('1'),
      source: 'bench',
      warmUp: false,
    };
  });
  return {
    header: { id: `orders.executions/bench/${step}/0`, run: 'bench', step, partition: 0, at: AT, causes: [], degraded: [] },
    executions: {
      account: {
        accountId: ACCOUNT,
        at: AT,
        currency: 'USD',
        cash,
        equity,
        realisedPnl: none,
        unrealisedPnl: none,
        feesPaid: none,
        positions,
      },
      lowQuality: [],
    },
    bars,
    history,
  };
};

const signalAt = (history: RollingHistory, index: number, step: number): Signal => {
  const symbol = symbolAt(index);
  return {
    id: `sg/${symbol}/${step}`,
    symbol,
    at: AT,
    action: 'ENTER',
    status: 'VALIDATED',
    rejectionCode: '',
    signalType: 'entry',
    confidence: 0.9,
    probabilityUp: 0.6,
    sizeMultiplier: 0.1,
    horizonBars: 5,
    expectedWin: 0.03,
    expectedLoss: 0.02,
    atr: 2,
    referencePrice: Number(history.lastCloseOf(symbol)!.toFixed(2)),
    votes: [],
    layers: [],
    expiresAtStep: step,
    causes: [],
  };
};

/** The floor: the same signals under the demo profile, which estimates nothing and has every new limit off. */
const demoProfile = () =>
  parseRiskProfile(JSON.parse(readFileSync(new URL('../../services/risk/profiles/demo.json', import.meta.url), 'utf8')));

interface Timed {
  readonly open: Float64Array;
  readonly first: Float64Array;
  readonly next: Float64Array;
  readonly approved: number;
  readonly codes: ReadonlyMap<string, number>;
}

/** `STEPS` steps, each with its own gate: opening it, its first signal (which makes the estimate), and the others. */
const timed = (setting: GateSetting, history: RollingHistory): Timed => {
  const state = { ...initialRisk({ accountId: ACCOUNT }), session: 1, dayStartEquity: money('10000000'), equity: money('10000000') };
  const [open, first, next]: [number[], number[], number[]] = [[], [], []];
  const codes = new Map<string, number>();
  let approved = 0;
  for (let step = 0; step < STEPS + WARM_UP; step += 1) {
    const input = inputOf(history, step);
    const signals = Array.from({ length: CANDIDATES }, (_, index) => signalAt(history, POSITIONS + index, step));
    const kept = step >= WARM_UP;
    let before = performance.now();
    const gate = new PreTradeGate(input, state, setting);
    if (kept) open.push(performance.now() - before);
    signals.forEach((signal, index) => {
      before = performance.now();
      const verdict = gate.judge(signal);
      const took = performance.now() - before;
      if (!kept) return;
      (index === 0 ? first : next).push(took);
      if (verdict.status === 'APPROVED') approved += 1;
      else codes.set(verdict.code, (codes.get(verdict.code) ?? 0) + 1);
    });
  }
  return { open: Float64Array.from(open), first: Float64Array.from(first), next: Float64Array.from(next), approved, codes };
};

const micros = (samples: Float64Array, q: number): number => quantile(samples, q) * 1000;

const wholeSteps = (setting: GateSetting, history: RollingHistory): Float64Array => {
  const samples: number[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const { executions, ...input } = inputOf(history, step);
    const decisions = Array.from({ length: CANDIDATES }, (_, index) => signalAt(history, POSITIONS + index, step));
    const whole = {
      ...input,
      decisions,
      executions: { ...executions, header: input.header, events: [], final: false },
      final: false,
    };
    const state = initialRisk({ accountId: ACCOUNT });
    const before = performance.now();
    decideStep(state, whole, setting);
    samples.push((performance.now() - before) / CANDIDATES);
  }
  return Float64Array.from(samples.slice(WARM_UP));
};

export const benchmark: Benchmark = {
  name: `pre-trade risk, ${POSITIONS} positions, every limit on, estimates over ${WINDOW_BARS} bars`,
  async run(report: Report) {
    const history = historyOf();
    const instruments = Object.fromEntries(
      Array.from({ length: POSITIONS + CANDIDATES }, (_, index) => [symbolAt(index), instrumentAt(index)]),
    );
    const setting = { profile: everyLimit(), instruments };
    const floor = timed({ ...setting, profile: demoProfile() }, history);
    const all = timed(setting, history);
    report.row('approved of all signals', (all.approved / (STEPS * CANDIDATES)) * 100, '%');
    for (const [code, count] of all.codes) report.note(`refused with ${code}: ${count}`);
    report.row('a signal, p50 (aim below 20)', micros(all.next, 0.5), 'us');
    report.row('a signal, p99', micros(all.next, 0.99), 'us');
    report.row('a signal in the demo profile (no estimates), p50: the floor', micros(floor.next, 0.5), 'us');
    report.ratio('all limits against that floor', micros(all.next, 0.5), micros(floor.next, 0.5));
    report.row('opening the gate of a step, p50', micros(all.open, 0.5), 'us');
    report.row('first signal of a step, which makes the estimate, p50', micros(all.first, 0.5), 'us');
    report.row('a whole risk step, for each of its 40 signals, p50', micros(wholeSteps(setting, history), 0.5), 'us');
  },
};
