import { type ModelManifest, refuseGoldenOutputs } from '@tradewind/models';
import type { SessionOutputs } from '@tradewind/onnx-runtime';

import { SessionProcess, SessionProcessError } from './session-process.js';

export interface HostLimits {
  readonly loadMaxMs: number;
  readonly runMaxMs: number;
  readonly attemptsMax: number;
  /** Lock-step: a process that crashes is replaced for as long as it takes, so that the replay's result can't depend on when it was killed. */
  readonly waitsForCrashes: boolean;
}

export interface ModelHostOptions {
  readonly onnx: Uint8Array;
  readonly manifest: ModelManifest;
  /** The compiled `session-child.js`. */
  readonly program: string;
  readonly limits: HostLimits;
  /** Told of every attempt that failed. */
  readonly onFailure: (error: SessionProcessError) => void;
  /** Told whenever a process takes the place of one that died. */
  readonly onRestart: () => void;
}

/** The model gave no answer that can be used, however often it was asked. */
export class ModelFailedError extends Error {
  override readonly name = 'ModelFailedError';
  readonly code = 'MODEL_FAILED';
}

const BACKOFF_FIRST_MS = 20;
const BACKOFF_MAX_MS = 1_000;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The host was stopped under a run: the step belongs to whoever comes next. */
export class HostStoppedError extends Error {
  override readonly name = 'HostStoppedError';
  readonly code = 'HOST_STOPPED';
}

/** Keeps one model running: starts its process, warms it up on the golden rows, starts another when it dies and asks again. */
export class ModelHost {
  #session: SessionProcess | undefined;
  #launching: Promise<SessionProcess> | undefined;
  #launches = 0;
  #isStopped = false;

  constructor(private readonly options: ModelHostOptions) {}

  /** Resolves when the model has given its golden outputs. Throws ModelFailedError, HostStoppedError. */
  async start(): Promise<void> {
    await this.#persist((session) => Promise.resolve(session));
  }

  /**
   * One batch. A process that dies under it is replaced and asked again, so that a crash costs time and no answer. Throws ModelFailedError when the
   * attempts are used up, HostStoppedError.
   */
  run(values: Float32Array, rows: number): Promise<SessionOutputs> {
    return this.#persist((session) => session.run(values, rows, this.options.limits.runMaxMs));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#launching?.catch(() => undefined);
    await this.#session?.kill();
  }

  async #persist<T>(ask: (session: SessionProcess) => Promise<T>): Promise<T> {
    const {
      manifest,
      limits: { attemptsMax, waitsForCrashes },
    } = this.options;
    for (let attempt = 1, spent = 0; ; attempt += 1) {
      try {
        return await ask(await this.#alive());
      } catch (error) {
        if (this.#isStopped) throw new HostStoppedError(`${manifest.model} was stopped`, { cause: error });
        if (!(error instanceof SessionProcessError)) throw error;
        this.options.onFailure(error);
        const mayRecover = error.code === 'CRASHED' || error.code === 'TIME_LIMIT';
        if (error.code !== 'CRASHED' || !waitsForCrashes) spent += 1;
        if (!mayRecover || spent >= attemptsMax) {
          throw new ModelFailedError(`${manifest.model}: ${error.code}, ${error.message} (attempt ${attempt}, ${attemptsMax} count)`, {
            cause: error,
          });
        }
        await pause(Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1)));
      }
    }
  }

  /** The running process, or the one that is being started: never two. */
  #alive(): Promise<SessionProcess> {
    if (this.#session?.isAlive === true) return Promise.resolve(this.#session);
    this.#launching ??= this.#launch().finally(() => {
      this.#launching = undefined;
    });
    return this.#launching;
  }

  async #launch(): Promise<SessionProcess> {
    const { onnx, manifest, program, limits } = this.options;
    if (this.#isStopped) throw new HostStoppedError(`${manifest.model} was stopped`);
    if (this.#launches > 0) this.options.onRestart();
    this.#launches += 1;
    const session = new SessionProcess(program);
    try {
      await session.load(onnx, limits.loadMaxMs);
      const { inputs } = manifest.golden;
      const refusal = refuseGoldenOutputs(manifest, await session.run(Float32Array.from(inputs.flat()), inputs.length, limits.runMaxMs));
      if (refusal !== undefined) throw new ModelFailedError(`${manifest.model}: ${refusal.rule}, ${refusal.detail}`);
    } catch (error) {
      await session.kill();
      throw error;
    }
    this.#session = session;
    // The next step should not have to wait for a new process.
    void session.exited.then(() => (this.#isStopped ? undefined : this.#alive())).catch(() => undefined);
    return session;
  }
}
