import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';

import type { SessionFault, SessionOutputs } from '@tradewind/onnx-runtime';

import { encodeFrame, FRAME, type Frame, type FrameKind, floatBytes, floatsFrom, FrameReader } from './session-frames.js';

export type SessionProcessFault = SessionFault | 'TIME_LIMIT' | 'CRASHED';

/** Why a model gave no answer. `TIME_LIMIT` and `CRASHED` mean that its process is gone. */
export class SessionProcessError extends Error {
  override readonly name = 'SessionProcessError';
  readonly code: SessionProcessFault;
  constructor(code: SessionProcessFault, message: string) {
    super(message);
    this.code = code;
  }
}

interface Pending {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: SessionProcessError) => void;
  readonly timer: NodeJS.Timeout;
}

const FAULTS: ReadonlySet<string> = new Set<SessionFault>(['LOAD_FAILED', 'SIGNATURE', 'RUN_FAILED']);
const STDERR_KEPT = 2_000;

const faultIn = (frame: Frame): SessionProcessError => {
  const { code, message } = JSON.parse(frame.payload.toString('utf8')) as { readonly code: string; readonly message: string };
  return new SessionProcessError(FAULTS.has(code) ? (code as SessionFault) : 'RUN_FAILED', message);
};

/** One model in a process of its own: a run that takes too long is ended by ending the process, the only way there is. */
export class SessionProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Duplex;
  readonly #pending = new Map<number, Pending>();
  readonly #reader = new FrameReader();
  #nextId = 1;
  #gone: SessionProcessError | undefined;
  #stderr = '';
  /** Settles when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;

  /** `program` is the compiled `session-child.js`. The process is of no use before `load`. */
  constructor(program: string) {
    // Standard input is the life line (see session-watch.ts), descriptor 3 carries frames both ways. Nothing of our environment is passed on.
    this.#child = spawn(process.execPath, ['--max-old-space-size=256', '--max-semi-space-size=1', '--optimize-for-size', program], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: { TZ: 'UTC' },
    });
    this.#pipe = this.#child.stdio[3] as Duplex;
    this.#pipe.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#pipe.on('error', () => undefined);
    this.#child.stdin!.on('error', () => undefined);
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-STDERR_KEPT);
    });
    this.exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        this.#fail(
          new SessionProcessError(
            'CRASHED',
            `the model's process ended: ${reason}${this.#stderr === '' ? '' : `; ${this.#stderr.trim()}`}`,
          ),
        );
        resolve();
      };
      this.#child.once('error', (error) => ended(error.message));
      this.#child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#gone === undefined;
  }

  /** Throws SessionProcessError. */
  async load(onnx: Uint8Array, timeoutMs: number): Promise<void> {
    await this.#ask(FRAME.load, timeoutMs, onnx);
  }

  /** One run over all rows. Throws SessionProcessError; after `TIME_LIMIT` and `CRASHED` the process is gone. */
  async run(values: Float32Array, rows: number, timeoutMs: number): Promise<SessionOutputs> {
    const count = Buffer.allocUnsafe(4);
    count.writeUInt32LE(rows, 0);
    const { payload } = await this.#ask(FRAME.run, timeoutMs, count, floatBytes(values));
    const outputs = floatsFrom(payload);
    if (outputs.length !== 2 * rows) throw new SessionProcessError('RUN_FAILED', `${outputs.length} numbers for ${rows} rows`);
    return { scores: outputs.subarray(0, rows), probabilities: outputs.subarray(rows) };
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #ask(kind: FrameKind, timeoutMs: number, ...parts: readonly Uint8Array[]): Promise<Frame> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    const id = this.#nextId;
    this.#nextId = (this.#nextId + 1) >>> 0;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#expire(id, timeoutMs), timeoutMs);
      this.#pending.set(id, { resolve, reject, timer });
      this.#pipe.write(encodeFrame(kind, id, ...parts));
    });
  }

  #receive(chunk: Buffer): void {
    let frames: readonly Frame[];
    try {
      frames = this.#reader.push(chunk);
    } catch (error) {
      this.#fail(new SessionProcessError('CRASHED', `the model's process speaks nonsense: ${String(error)}`));
      this.#child.kill('SIGKILL');
      return;
    }
    for (const frame of frames) {
      const pending = this.#pending.get(frame.id);
      if (pending === undefined) continue;
      this.#pending.delete(frame.id);
      clearTimeout(pending.timer);
      if (frame.kind === FRAME.failed) pending.reject(faultIn(frame));
      else pending.resolve(frame);
    }
  }

  #expire(id: number, timeoutMs: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.reject(new SessionProcessError('TIME_LIMIT', `no answer within ${timeoutMs} ms; the process was ended`));
    this.#fail(new SessionProcessError('CRASHED', 'the process was ended after a run that took too long'));
    this.#child.kill('SIGKILL');
  }

  #fail(error: SessionProcessError): void {
    this.#gone ??= error;
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    this.#pending.clear();
  }
}
