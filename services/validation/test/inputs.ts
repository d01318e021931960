import { BASELINE_SET, type FeaturesComputed, type FeatureVector } from '@tradewind/features';
import type { PredictionsMade } from '@tradewind/models';
import { type AnalysesMade, analyseStep, BASELINE_SIGNAL_RULES } from '@tradewind/signals';
import { seededRandom } from '@tradewind/testkit';
import { nanosFromMillis, symbolOf, type StepHeader } from '@tradewind/vocabulary';

const DAY_MS = 86_400_000;
const FIRST_CLOSE_MS = Date.UTC(2000, 0, 3, 21);

export interface StepInputs {
  readonly features: FeaturesComputed;
  readonly predictions: PredictionsMade;
  readonly analyses: AnalysesMade;
}

const headerOf = (type: string, run: string, step: number, partition: number): StepHeader => ({
  id: `${type}/${run}/${step}/${partition}`,
  run,
  step,
  partition,
  at: nanosFromMillis(FIRST_CLOSE_MS + step * DAY_MS),
  causes: [],
  degraded: [],
});

/** A market that swings between bull and bear, calm and nervous, so that signals are entered, refused, renewed and given up. */
const figuresOf = (step: number, phase: number, noise: number): Readonly<Record<string, number>> => {
  const swing = Math.sin(step / 23 + phase);
  return {
    close: 1200 + 150 * swing + 10 * noise,
    log_return_1: 0.006 * Math.cos(step / 23 + phase) + 0.01 * noise,
    sma_50: 1200 + 90 * Math.sin(step / 23 + phase - 0.5),
    sma_200: 1190,
    momentum_20: 0.08 * Math.cos(step / 23 + phase),
    rsi_14: 50 + 25 * swing,
    atr_14: 14 + 4 * noise,
    hv_20: 0.2 + 0.15 * Math.sin(step / 57),
    volume_ratio_20: 1 + noise,
  };
};

/** Seeded inputs of one run and partition, as features, inference and analysis would send them. */
export const inputsOf = (
  steps: number,
  symbols: readonly string[] = ['NDX', 'SPX'],
  run = 'run-1',
  partition = 0,
  seed = 'inputs',
): readonly StepInputs[] => {
  const random = seededRandom(seed);
  return Array.from({ length: steps }, (_, step) => {
    const header = headerOf('features.vectors', run, step, partition);
    const vectors = symbols.map((symbol, index): FeatureVector => {
      const figures = figuresOf(step, index, random.next() * 2 - 1);
      return {
        id: `fv/${symbol}/${step}`,
        symbol: symbolOf(symbol),
        at: header.at,
        barId: `bar/${symbol}/1d/${step}`,
        setHash: BASELINE_SET.hash,
        values: Float64Array.from(BASELINE_SET.names, (name) => figures[name] ?? 0),
        warm: true,
        warmUp: step < 5,
      };
    });
    const features: FeaturesComputed = { header, vectors, final: step === steps - 1 };
    const predictions: PredictionsMade = {
      header: headerOf('inference.predictions', run, step, partition),
      predictions: vectors.map((vector, index) => ({
        id: `pr/${vector.symbol}/${step}`,
        symbol: vector.symbol,
        at: header.at,
        vectorId: vector.id,
        model: 'baseline',
        version: 1,
        digest: 'd'.repeat(64),
        horizonBars: 5,
        score: 0,
        probabilityUp: 0.57 + 0.08 * Math.sin(step / 11 + index) + 0.02 * random.next(),
        baseRateUp: 0.57,
      })),
      final: features.final,
    };
    return { features, predictions, analyses: analyseStep(features, BASELINE_SIGNAL_RULES.read) };
  });
};
