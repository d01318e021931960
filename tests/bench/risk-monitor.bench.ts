import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

import {
  decideStep,
  HISTORY_BARS_MAX,
  initialRisk,
  parseRiskProfile,
  PortfolioRisk,
  riskReport,
  type RiskInput,
  RollingHistory,
} from '@tradewind/risk';
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

const POSITIONS = 500;
const STEPS = 200;
const WARM_UP = 40;
const SECTORS = 11;
const ACCOUNT = accountIdOf('paper-1');
/** Tuesday 4 January 2000 at 16:00 New York. */
const AT = 947_019_600_000_000_000n as UnixNanos;
const NANOS_PER_MINUTE = 60_000_000_000n;

const symbolAt = (index: number) => symbolOf(`S${String(index).padStart(4, '0')}`);
const instruments: Readonly<Record<string, Instrument>> = Object.fromEntries(
  Array.from({ length: POSITIONS }, (_, index) => [
    symbolAt(index),
    {
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
    },
  ]),
);

const profileNamed = (name: string) =>
  parseRiskProfile(JSON.parse(readFileSync(new URL(`../../services/risk/profiles/${name}.json`, import.meta.url), 'utf8')));

/** Steps of a market in which everything is held: bars, account, nothing to decide. */
const inputsOf = (count: number, history: RollingHistory): ((step: number) => RiskInput) => {
  const random = seededRandom('monitor');
  const closes = Array.from({ length: POSITIONS }, () => 100);
  const none = money('0');
  const make = (step: number): RiskInput => {
    const market = random.next() - 0.5;
    const at = (AT + BigInt(step) * NANOS_PER_MINUTE) as UnixNanos;
    const header = { id: `orders.executions/bench/${step}/0`, run: 'bench', step, partition: 0, at, causes: [], degraded: [] };
    const marks = closes.map((close, index) => {
      closes[index] = close * (1 + 0.002 * market + 0.004 * (random.next() - 0.5));
      return price(closes[index].toFixed(2));
    });
    const bars = marks.map((close, index) => ({
      id: `bar/${symbolAt(index)}/1m/${step}`,
      symbol: symbolAt(index),
      interval: '1m' as const,
      openTime: at,
      closeTime: at,
      open: close,
      high: close,
      low: close,
      close,
      volume: quantity('50000'),
      source: 'bench',
      warmUp: false,
    }));
    history.take(header, bars);
    const positions = marks.map((markPrice, index) => ({
      symbol: symbolAt(index),
      quantity: quantity('100'),
      averagePrice: markPrice,
      markPrice,
      marketValue: notional(markPrice, quantity('100')),
      unrealisedPnl: none,
      realisedPnl: none,
    }));
    const cash = money('5000000');
    const equity = positions.reduce((sum, { marketValue }) => (sum + marketValue) as Money, cash);
    const account = {
      accountId: ACCOUNT,
      at,
      currency: 'USD',
      cash,
      equity,
      realisedPnl: none,
      unrealisedPnl: none,
      feesPaid: none,
      positions,
    };
    return {
      header,
      decisions: [],
      executions: { header, events: [], account, lowQuality: [], final: false },
      final: false,
      bars,
      history,
    };
  };
  for (let step = 0; step < count; step += 1) make(step);
  return make;
};

/** Milliseconds of each step under a profile, after a full history. */
const timed = (name: string): { readonly steps: Float64Array; readonly reports: Float64Array } => {
  const profile = profileNamed(name);
  const history = new RollingHistory();
  const next = inputsOf(HISTORY_BARS_MAX, history);
  const steps = new Float64Array(STEPS);
  const reports = new Float64Array(STEPS);
  let state = initialRisk({ accountId: ACCOUNT });
  for (let round = -WARM_UP; round < STEPS; round += 1) {
    const input = next(HISTORY_BARS_MAX + WARM_UP + round);
    const from = performance.now();
    ({ state } = decideStep(state, input, { profile, instruments }));
    const decided = performance.now();
    riskReport(state, profile, new PortfolioRisk(input.executions.account, history, instruments));
    if (round < 0) continue;
    steps[round] = decided - from;
    reports[round] = performance.now() - decided;
  }
  return { steps, reports };
};

const run = (report: Report): Promise<void> => {
  const floor = timed('demo');
  const live = timed('live');
  report.note(`${POSITIONS} positions, ${HISTORY_BARS_MAX} bars of history, nothing to decide`);
  report.row('step with losses alone (demo) p50', quantile(floor.steps, 0.5), 'ms');
  report.row('step with every breaker (live) p50', quantile(live.steps, 0.5), 'ms');
  report.row('step with every breaker (live) p99', quantile(live.steps, 0.99), 'ms');
  report.ratio('every breaker over losses alone, p50', quantile(live.steps, 0.5), quantile(floor.steps, 0.5));
  report.row('report for people: all methods, sectors, betas p50', quantile(live.reports, 0.5), 'ms');
  return Promise.resolve();
};

export const benchmark: Benchmark = { name: 'risk monitor: VaR, exposure, volatility and correlation at each step', run };
