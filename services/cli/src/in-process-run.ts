import { Backtest, type BacktestSetting, type FactListener, type FeaturedStep } from '@tradewind/backtest';
import type { MarketStep } from '@tradewind/market';
import {
  assemblePredictions,
  type ModelManifest,
  type PredictionsMade,
  selectVectors,
  type ServedModel,
  servedModel,
  type VectorSelection,
  writeRows,
} from '@tradewind/models';
import { loadSession, type OnnxSession, type SessionOutputs } from '@tradewind/onnx-runtime';

/** Steps whose rows go through the model in one call: enough that the call costs little, few enough that a block is garbage soon. */
const BLOCK_STEPS = 256;

export interface ModelFile {
  readonly onnx: Uint8Array;
  readonly manifest: ModelManifest;
  readonly version: number;
}

/** What a block of steps asked the model, and its answer: the rows of all selections, one after another. */
interface AskedBlock {
  /** One a step and partition. */
  readonly selections: readonly (readonly VectorSelection[])[];
  readonly outputs: SessionOutputs;
}

/** One call of the model for all rows of the block, written to one array. */
const askModel = async (steps: readonly FeaturedStep[], model: ServedModel, session: OnnxSession): Promise<AskedBlock> => {
  const selections = steps.map(({ features }) => features.map((batch) => selectVectors(batch, model)));
  const parts = selections.flat();
  const rows = parts.reduce((sum, { vectors }) => sum + vectors.length, 0);
  const inputs = new Float32Array(rows * model.columns.length);
  let written = 0;
  for (const { vectors } of parts) {
    writeRows(vectors, model, inputs, written);
    written += vectors.length;
  }
  const outputs = rows === 0 ? { scores: new Float32Array(), probabilities: new Float32Array() } : await session.run(inputs, rows);
  return { selections, outputs };
};

/** Trades the steps one by one, each batch with its own part of the model's answer. */
const tradeBlock = (backtest: Backtest, steps: readonly FeaturedStep[], model: ServedModel, { selections, outputs }: AskedBlock): void => {
  let row = 0;
  for (const [index, step] of steps.entries()) {
    const predictions = step.features.map((batch, partition): PredictionsMade => {
      const selection = selections[index]![partition]!;
      const end = row + selection.vectors.length;
      const own = { scores: outputs.scores.subarray(row, end), probabilities: outputs.probabilities.subarray(row, end) };
      row = end;
      return assemblePredictions(batch, model, selection, own);
    });
    backtest.trade(step, predictions);
  }
};

/** Runs the pipeline in this process, block by block, telling every fact. Rejects with SessionError, DatasetError and what a stage throws. */
export const runInProcess = async (
  setting: BacktestSetting,
  steps: readonly MarketStep[],
  file: ModelFile,
  tell: FactListener,
  onProgress: (steps: number) => void = () => undefined,
): Promise<void> => {
  const model = servedModel(file.manifest, file.version, setting.featureSet.names);
  const session = await loadSession(file.onnx);
  try {
    const backtest = new Backtest(setting, tell);
    for (let start = 0; start < steps.length; start += BLOCK_STEPS) {
      const block = backtest.computeFeatures(steps.slice(start, start + BLOCK_STEPS));
      tradeBlock(backtest, block, model, await askModel(block, model, session));
      onProgress(Math.min(start + BLOCK_STEPS, steps.length));
    }
  } finally {
    await session.release();
  }
};
