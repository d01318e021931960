import {
  Backtest,
  type BacktestFacts,
  type FactListener,
  ReportCollector,
  reportEvents,
  type ReportFacts,
  type RunReport,
} from '../src/index.js';
import { BASELINE_SET } from '@tradewind/features';
import { type BarInterval, INSTRUMENTS, type MarketStep, type PointInTimeRecord, sequenceSteps } from '@tradewind/market';
import { assemblePredictions, type PredictionsMade, selectRows, type ServedModel } from '@tradewind/models';
import { type OrdersChanged, paperVenue } from '@tradewind/orders';
import { parseRiskProfile } from '@tradewind/risk';
import { BASELINE_SIGNAL_RULES } from '@tradewind/signals';
import { accountIdOf, money, nanosFromMillis, price, quantity } from '@tradewind/vocabulary';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(1998, 0, 5, 21);
const WARM_UP = 260;
const profileFile = fileURLToPath(new URL('../../../services/risk/profiles/demo.json', import.meta.url));
/** The two symbols of the demo: the rest of the universe has no part in it. */
const TRADED = INSTRUMENTS.filter(({ category }) => category === 'SIMULATED');
const instruments = Object.fromEntries(TRADED.map((instrument) => [instrument.symbol, instrument]));

/** A price that swings and trends, so that signals of both kinds arise; no randomness. */
const closeOf = (symbol: string, day: number): number =>
  (symbol === 'NDX' ? 1_000 : 500) *
  Math.exp(0.0006 * day + 0.12 * Math.sin(day / (symbol === 'NDX' ? 37 : 53)) + 0.008 * Math.sin(day * 1.7));

/** Steps of two symbols with 260 days of warm-up. */
export const marketSteps = (days: number): readonly MarketStep[] => {
  const series = TRADED.map(({ symbol }) =>
    Array.from({ length: days }, (_, day) => {
      const close = closeOf(symbol, day);
      const open = closeOf(symbol, day - 0.5);
      const closeMs = START_MS + day * DAY_MS;
      return {
        id: `bar/${symbol}/1d/${new Date(closeMs).toISOString().slice(0, 10)}`,
        symbol,
        interval: '1d' as const,
        openTime: nanosFromMillis(closeMs - 6.5 * 3_600_000),
        closeTime: nanosFromMillis(closeMs),
        open: price(open.toFixed(2)),
        high: price((Math.max(open, close) * 1.004).toFixed(2)),
        low: price((Math.min(open, close) * 0.996).toFixed(2)),
        close: price(close.toFixed(2)),
        volume: quantity(String(1_000_000 + (day % 17) * 10_000)),
        source: 'made',
        warmUp: false,
      };
    }),
  );
  return sequenceSteps(series, nanosFromMillis(START_MS + WARM_UP * DAY_MS - 1));
};

const MODEL: ServedModel = {
  model: 'momentum',
  version: 1,
  digest: 'ab'.repeat(32),
  featureSetHashes: [BASELINE_SET.hash],
  barInterval: '1d',
  columns: BASELINE_SET.modelInputIndexes,
  horizonBars: 5,
  baseRateUp: 0.55,
};
const MOMENTUM = BASELINE_SET.modelInputs.indexOf('momentum_20');

/** A model of one line: 20-day momentum says how likely a rise is. */
const predict = (features: Parameters<typeof selectRows>[0]): PredictionsMade => {
  const selection = selectRows(features, MODEL);
  const width = MODEL.columns.length;
  const scores = selection.vectors.map((_, row) => selection.inputs[row * width + Math.max(0, MOMENTUM)]!);
  const probabilities = scores.map((score) => 1 / (1 + Math.exp(-0.4 - 12 * score)));
  return assemblePredictions(features, MODEL, selection, { scores, probabilities });
};

export interface RunOptions {
  readonly run?: string;
  readonly partitions?: number;
  readonly blockSteps?: number;
  readonly tell?: FactListener;
  readonly facts?: 'all' | 'decisions';
  readonly interval?: BarInterval;
  /** What became known before a step's bars. */
  readonly records?: Readonly<Record<number, readonly PointInTimeRecord[]>>;
  readonly tellChange?: (changed: OrdersChanged) => void;
}

const isReported = (event: string): event is keyof ReportFacts => (reportEvents as readonly string[]).includes(event);

/** Runs the steps through the pipeline and reports. */
export const runSteps = (
  steps: readonly MarketStep[],
  { run = 'test', partitions = 1, blockSteps = 100, tell, facts = 'all', interval, records = {}, tellChange }: RunOptions = {},
): RunReport => {
  const collector = new ReportCollector();
  const listen = <E extends keyof BacktestFacts>(event: E, fact: BacktestFacts[E]): void => {
    if (isReported(event)) collector.observe(event, fact as never);
    tell?.(event, fact);
  };
  const backtest = new Backtest(
    {
      run,
      facts,
      accountId: accountIdOf('paper-1'),
      currency: 'USD',
      openingCash: money('100000'),
      partitions,
      featureSet: BASELINE_SET,
      rules: BASELINE_SIGNAL_RULES,
      profile: parseRiskProfile(JSON.parse(readFileSync(profileFile, 'utf8'))),
      instruments,
      venue: paperVenue({ slippageRatio: '0.001', commissionRatio: '0.001', instruments }),
    },
    listen,
    tellChange,
  );
  for (let start = 0; start < steps.length; start += blockSteps) {
    for (const step of backtest.computeFeatures(steps.slice(start, start + blockSteps)))
      backtest.trade(step, step.features.map(predict), records[step.bars[0]!.header.step]);
  }
  return collector.finish({
    kind: 'backtest',
    run,
    ...(interval !== undefined && { interval }),
    instruments: TRADED,
    costs: { commissionRatio: 0.001, slippageRatio: 0.001 },
    replaySeconds: 1,
    versions: { test: '1' },
    audit: { records: 1, verified: true, head: 'f'.repeat(64) },
    latencyMs: null,
    simulated: ['Everything <here> is made.'],
  });
};
