import { BASELINE_SET, type FeaturesComputed, type FeatureVector } from '@tradewind/features';
import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';

const DAY_MS = 86_400_000;
const FIRST_CLOSE_MS = Date.UTC(2000, 0, 3, 21);

const FIGURES: Readonly<Record<string, number>> = {
  close: 1200,
  log_return_1: 0.001,
  sma_50: 1150,
  sma_200: 1100,
  momentum_20: 0.02,
  rsi_14: 60,
  atr_14: 12,
  hv_20: 0.15,
  volume_ratio_20: 1,
};

export const vectorOf = (
  symbol: string,
  step = 0,
  figures: Readonly<Record<string, number>> = {},
  flags: Partial<FeatureVector> = {},
): FeatureVector => ({
  id: `fv/${symbol}/${step}`,
  symbol: symbolOf(symbol),
  at: nanosFromMillis(FIRST_CLOSE_MS + step * DAY_MS),
  barId: `bar/${symbol}/1d/${step}`,
  setHash: BASELINE_SET.hash,
  values: Float64Array.from(BASELINE_SET.names, (name) => figures[name] ?? FIGURES[name] ?? 0),
  warm: true,
  warmUp: false,
  ...flags,
});

export const featuresOf = (step: number, vectors: readonly FeatureVector[], run = 'run-1', partition = 0): FeaturesComputed => ({
  header: {
    id: `features.vectors/${run}/${step}/${partition}`,
    run,
    step,
    partition,
    at: nanosFromMillis(FIRST_CLOSE_MS + step * DAY_MS),
    causes: [`market.bars/${run}/${step}/${partition}`],
    degraded: [],
  },
  vectors,
  final: false,
});
