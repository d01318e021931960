import { BlobCorruptError, type ModelStore } from '@tradewind/model-store';
import {
  type GateLimits,
  type GateRefusal,
  type GateRule,
  ManifestError,
  type ModelManifest,
  parseManifest,
  type PublishModelRequest,
  refuseGoldenOutputs,
  refuseModelFile,
} from '@tradewind/models';

import { SessionProcess, SessionProcessError, type SessionProcessFault } from './session-process.js';

export interface GateOptions {
  readonly blobs: Pick<ModelStore, 'sizeOf' | 'get'>;
  readonly limits: GateLimits & { readonly loadMaxMs: number; readonly runMaxMs: number; readonly latencyBudgetMs: number };
  /** The compiled `session-child.js`. */
  readonly program: string;
}

/** The gate's no; `code` is the rule that was broken. */
export class GateRefusedError extends Error {
  override readonly name = 'GateRefusedError';
  readonly code: GateRule;
  constructor({ rule, detail }: GateRefusal) {
    super(detail);
    this.code = rule;
  }
}

const LATENCY_ROWS = 100;
const LATENCY_RUNS = 21;

const RULE_OF: Readonly<Record<SessionProcessFault, GateRule>> = {
  LOAD_FAILED: 'LOAD_FAILED',
  SIGNATURE: 'OUTPUT_SIGNATURE',
  RUN_FAILED: 'RUN_FAILED',
  TIME_LIMIT: 'TIME_LIMIT',
  CRASHED: 'RUN_FAILED',
};

const insist = (refusal: GateRefusal | undefined): void => {
  if (refusal !== undefined) throw new GateRefusedError(refusal);
};

/** What a model file has to pass before it may be registered (SPEC IN2). */
export class ModelGate {
  constructor(private readonly options: GateOptions) {}

  /** The manifest of a model that passed. Throws GateRefusedError naming the first rule broken. */
  async admit(request: PublishModelRequest): Promise<ModelManifest> {
    // 1. What the request says of itself.
    const manifest = this.#manifestOf(request);
    // 2. The file, unread while it is too large.
    const onnx = await this.#fileOf(manifest);
    // 3. What the file says of itself, before anything runs it.
    insist(refuseModelFile(onnx, manifest, this.options.limits));
    // 4. What it does, in a process that is then thrown away.
    await this.#tryOut(onnx, manifest);
    return manifest;
  }

  #manifestOf({ model, digest, manifestJson }: PublishModelRequest): ModelManifest {
    let manifest: ModelManifest;
    try {
      manifest = parseManifest(manifestJson);
    } catch (error) {
      if (error instanceof ManifestError) throw new GateRefusedError({ rule: 'MANIFEST_INVALID', detail: error.message });
      throw error;
    }
    if (manifest.model !== model || manifest.digest !== digest) {
      insist({
        rule: 'MANIFEST_INVALID',
        detail: `the manifest is of ${manifest.model} ${manifest.digest}, the request of ${model} ${digest}`,
      });
    }
    return manifest;
  }

  async #fileOf({ digest }: ModelManifest): Promise<Uint8Array> {
    const { blobs, limits } = this.options;
    const size = await blobs.sizeOf(digest);
    if (size !== undefined && size > limits.sizeBytesMax)
      insist({ rule: 'SIZE_LIMIT', detail: `${size} bytes; the limit is ${limits.sizeBytesMax}` });
    try {
      const onnx = await blobs.get(digest);
      if (onnx !== undefined) return onnx;
    } catch (error) {
      if (error instanceof BlobCorruptError) throw new GateRefusedError({ rule: 'DIGEST_MISMATCH', detail: error.message });
      throw error;
    }
    throw new GateRefusedError({ rule: 'BLOB_MISSING', detail: `no file ${digest} in the object store; it is put there first` });
  }

  async #tryOut(onnx: Uint8Array, manifest: ModelManifest): Promise<void> {
    const { limits, program } = this.options;
    const session = new SessionProcess(program);
    try {
      await session.load(onnx, limits.loadMaxMs);
      const golden = manifest.golden.inputs;
      insist(refuseGoldenOutputs(manifest, await session.run(Float32Array.from(golden.flat()), golden.length, limits.runMaxMs)));
      const median = await this.#medianRunMs(session, manifest);
      if (median > limits.latencyBudgetMs) {
        insist({
          rule: 'LATENCY_BUDGET',
          detail: `${LATENCY_ROWS} rows take ${median.toFixed(2)} ms; the budget is ${limits.latencyBudgetMs} ms`,
        });
      }
    } catch (error) {
      if (error instanceof SessionProcessError) throw new GateRefusedError({ rule: RULE_OF[error.code], detail: error.message });
      throw error;
    } finally {
      await session.kill();
    }
  }

  /** The median, because a busy machine makes any single run slow. */
  async #medianRunMs(session: SessionProcess, manifest: ModelManifest): Promise<number> {
    const golden = manifest.golden.inputs;
    const rows = Float32Array.from(Array.from({ length: LATENCY_ROWS }, (_, row) => golden[row % golden.length]!).flat());
    const times: number[] = [];
    for (let run = 0; run < LATENCY_RUNS; run += 1) {
      const start = performance.now();
      await session.run(rows, LATENCY_ROWS, this.options.limits.runMaxMs);
      times.push(performance.now() - start);
    }
    return times.sort((left, right) => left - right)[LATENCY_RUNS >> 1]!;
  }
}
