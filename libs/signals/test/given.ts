import type { FeatureVector } from '@tradewind/features';
import type { Prediction } from '@tradewind/models';
import { isoFromNanos, nanosFromMillis, symbolOf, type StepHeader } from '@tradewind/vocabulary';

import {
  DEFAULT_SIGNAL_POLICY,
  marketViewReader,
  type MarketView,
  type SignalRules,
  type SignalsStep,
  VIEW_FEATURES,
} from '../src/index.js';
import type { AnalystOpinion } from '../src/index.js';

const DAY_MS = 86_400_000;
const FIRST_CLOSE_MS = Date.UTC(2000, 0, 3, 21);

export const rules: SignalRules = { read: marketViewReader({ names: VIEW_FEATURES, hash: 'set' }), policy: DEFAULT_SIGNAL_POLICY };

/** A calm bull market: every layer passes on it. */
export const bull = {
  close: 1200,
  logReturn: 0.001,
  sma50: 1150,
  sma200: 1100,
  momentum20: 0.02,
  rsi14: 60,
  atr14: 12,
  volatility20: 0.15,
  volumeRatio: 1,
};
export type Figures = { readonly [K in keyof typeof bull]: number };
export const bear: Figures = { ...bull, close: 900, sma50: 1000, sma200: 1100, momentum20: -0.06, rsi14: 35 };

export const atStep = (step: number) => nanosFromMillis(FIRST_CLOSE_MS + step * DAY_MS);

export const viewOf = (figures: Partial<Figures> = {}, symbol = 'SPX', step = 0): MarketView => ({
  symbol: symbolOf(symbol),
  at: atStep(step),
  vectorId: `fv/${symbol}/${step}`,
  ...bull,
  ...figures,
});

export const vectorOf = (
  figures: Partial<Figures> = {},
  symbol = 'SPX',
  step = 0,
  flags: { warm?: boolean; warmUp?: boolean } = {},
): FeatureVector => {
  const all = { ...bull, ...figures };
  return {
    id: `fv/${symbol}/${step}`,
    symbol: symbolOf(symbol),
    at: atStep(step),
    barId: `bar/${symbol}/1d/${step}`,
    setHash: 'set',
    values: Float64Array.from([
      all.close,
      all.logReturn,
      all.sma50,
      all.sma200,
      all.momentum20,
      all.rsi14,
      all.atr14,
      all.volatility20,
      all.volumeRatio,
    ]),
    warm: flags.warm ?? true,
    warmUp: flags.warmUp ?? false,
  };
};

export const predictionOf = (probabilityUp: number, symbol = 'SPX', step = 0): Prediction => ({
  id: `pr/${symbol}/${step}`,
  symbol: symbolOf(symbol),
  at: atStep(step),
  vectorId: `fv/${symbol}/${step}`,
  model: 'm',
  version: 1,
  digest: 'd',
  horizonBars: 5,
  score: 0,
  probabilityUp,
  baseRateUp: 0.57,
});

export const opinionOf = (stance: AnalystOpinion['stance'], confidence: number, symbol = 'SPX', step = 0): AnalystOpinion => ({
  id: `an/${symbol}/${step}`,
  symbol: symbolOf(symbol),
  stance,
  confidence,
});

export const headerOf = (step: number, run = 'run-1'): StepHeader => ({
  id: `features.vectors/${run}/${step}/0`,
  run,
  step,
  partition: 0,
  at: atStep(step),
  causes: [],
  degraded: [],
});

export const instantOf = (step: number): string => isoFromNanos(atStep(step));

export interface SymbolInput {
  readonly symbol?: string;
  readonly figures?: Partial<Figures>;
  readonly probabilityUp?: number | null;
  readonly opinion?: readonly [AnalystOpinion['stance'], number] | null;
  readonly warm?: boolean;
  readonly warmUp?: boolean;
}

/** A step in which model and analyst say UP unless told otherwise; null: that input is missing. */
export const stepOf = (step: number, inputs: readonly SymbolInput[] = [{}], run = 'run-1'): SignalsStep => {
  const symbols = inputs.map((input) => ({ ...input, symbol: input.symbol ?? 'SPX' }));
  return {
    header: headerOf(step, run),
    vectors: symbols.map(({ figures, symbol, warm = true, warmUp = false }) => vectorOf(figures, symbol, step, { warm, warmUp })),
    predictions: symbols.flatMap(({ probabilityUp = 0.62, symbol }) =>
      probabilityUp === null ? [] : [predictionOf(probabilityUp, symbol, step)],
    ),
    analyses: symbols.flatMap(({ opinion = ['UP', 0.8], symbol }) =>
      opinion === null ? [] : [opinionOf(opinion[0], opinion[1], symbol, step)],
    ),
  };
};
