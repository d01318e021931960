import { INPUT_NAME, PROBABILITY_OUTPUT, SCORE_OUTPUT } from '@tradewind/models';
import { InferenceSession, Tensor } from 'onnxruntime-node';

import { SessionError } from './session-error.js';

export interface SessionOutputs {
  /** Raw scores, one a row. */
  readonly scores: Float32Array;
  /** Calibrated probabilities of a rise, one a row. */
  readonly probabilities: Float32Array;
}

/** A loaded model. One run at a time; scale by process. */
export interface OnnxSession {
  /**
   * Runs `rows` rows of `values` (row-major float32, all finite) in one call. `run` of onnxruntime-node computes on the calling thread: a long
   * one stops every timer. Throws SessionError.
   */
  run(values: Float32Array, rows: number): Promise<SessionOutputs>;
  release(): Promise<void>;
}

/**
 * One thread and the plain optimisations only: the sum of a forest is then added in one order, so that a row's result does not depend on the
 * rows beside it nor on how many processors the machine has.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'basic',
  enableCpuMemArena: true,
  enableMemPattern: true,
  logSeverityLevel: 4,
};

const floatsOf = (output: InferenceSession.OnnxValueMapType, name: string, rows: number): Float32Array => {
  const value = output[name];
  if (!(value instanceof Tensor) || value.type !== 'float32' || !(value.data instanceof Float32Array)) {
    throw new SessionError('SIGNATURE', `the model gave no float32 tensor '${name}'`);
  }
  if (value.data.length !== rows) throw new SessionError('SIGNATURE', `'${name}' has ${value.data.length} values for ${rows} rows`);
  return value.data;
};

const checkSignature = (session: InferenceSession): void => {
  const outputs = new Set(session.outputNames);
  const fits =
    session.inputNames.length === 1 && session.inputNames[0] === INPUT_NAME && outputs.has(SCORE_OUTPUT) && outputs.has(PROBABILITY_OUTPUT);
  if (!fits) {
    throw new SessionError(
      'SIGNATURE',
      `the model takes ${session.inputNames.join(', ')} and gives ${session.outputNames.join(', ')};` +
        ` needed are ${INPUT_NAME}, and ${SCORE_OUTPUT} and ${PROBABILITY_OUTPUT}`,
    );
  }
};

/** Loads a model from its bytes. The bytes must have passed inspection: loading trusts them. Throws SessionError. */
export const loadSession = async (bytes: Uint8Array): Promise<OnnxSession> => {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, SESSION_OPTIONS);
  } catch (cause) {
    throw new SessionError('LOAD_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
  }
  checkSignature(session);
  const run = async (values: Float32Array, rows: number): Promise<SessionOutputs> => {
    if (rows < 1 || values.length % rows !== 0) throw new SessionError('RUN_FAILED', `${values.length} values do not make ${rows} rows`);
    let output: InferenceSession.OnnxValueMapType;
    try {
      output = await session.run({ [INPUT_NAME]: new Tensor('float32', values, [rows, values.length / rows]) }, [
        SCORE_OUTPUT,
        PROBABILITY_OUTPUT,
      ]);
    } catch (cause) {
      throw new SessionError('RUN_FAILED', cause instanceof Error ? cause.message : String(cause), { cause });
    }
    return { scores: floatsOf(output, SCORE_OUTPUT, rows), probabilities: floatsOf(output, PROBABILITY_OUTPUT, rows) };
  };
  return { run, release: () => session.release() };
};
