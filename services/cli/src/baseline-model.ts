import { BASELINE_SET, createFeatureEngine } from '@tradewind/features';
import { DEMO_FILES, type ReplayDataset } from '@tradewind/market';
import { type TrainedModel, trainBaseline } from '@tradewind/models';
import { toNumber } from '@tradewind/vocabulary';

/** The only series of the demo with bars before trading starts. */
const TRAINING_SYMBOL = 'NDX';

/** Trains the baseline on the bars before trading starts: features first, then boosted trees. Same data, same bytes. Some seconds of work. */
export const trainOn = (dataset: ReplayDataset): TrainedModel => {
  const engine = createFeatureEngine(BASELINE_SET);
  const bars = (dataset.training[TRAINING_SYMBOL] ?? []).map((bar) => ({ vector: engine.onBar(bar), close: toNumber(bar.close) }));
  const file = DEMO_FILES.find((entry) => entry.symbol === TRAINING_SYMBOL)!;
  return trainBaseline(
    { dataset: dataset.training[TRAINING_SYMBOL]?.[0]?.source ?? file.file, symbol: TRAINING_SYMBOL, bars },
    BASELINE_SET,
  );
};
