import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { loadSession, type OnnxSession, SessionError } from '@tradewind/onnx-runtime';

import { encodeFrame, FRAME, type Frame, floatBytes, floatsFrom, FrameReader } from './session-frames.js';

/**
 * The process that runs one model. It reads frames from descriptor 3 and answers there, one after the other. A model is foreign code: it may
 * crash or never return, and then only this process is lost.
 */
const PIPE_DESCRIPTOR = 3;
const WATCH_PROGRAM = fileURLToPath(new URL('./session-watch.js', import.meta.url));

let session: OnnxSession | undefined;

const answer = async (frame: Frame): Promise<Buffer> => {
  switch (frame.kind) {
    case FRAME.load: {
      await session?.release();
      session = await loadSession(new Uint8Array(frame.payload));
      return encodeFrame(FRAME.loaded, frame.id);
    }
    case FRAME.run: {
      if (session === undefined) throw new SessionError('RUN_FAILED', 'no model is loaded');
      const rows = frame.payload.readUInt32LE(0);
      const { scores, probabilities } = await session.run(floatsFrom(frame.payload.subarray(4)), rows);
      return encodeFrame(FRAME.outputs, frame.id, floatBytes(scores), floatBytes(probabilities));
    }
    default:
      throw new SessionError('RUN_FAILED', `a frame of kind ${frame.kind} is no request`);
  }
};

const failure = (frame: Frame, error: unknown): Buffer => {
  const code = error instanceof SessionError ? error.code : 'RUN_FAILED';
  const message = error instanceof Error ? error.message : String(error);
  return encodeFrame(FRAME.failed, frame.id, Buffer.from(JSON.stringify({ code, message })));
};

const serve = (): void => {
  const pipe = new Socket({ fd: PIPE_DESCRIPTOR, readable: true, writable: true });
  const reader = new FrameReader();
  let turn = Promise.resolve();
  const handle = async (frame: Frame): Promise<void> => {
    pipe.write(await answer(frame).catch((error: unknown) => failure(frame, error)));
  };
  pipe.on('data', (chunk: Buffer) => {
    for (const frame of reader.push(chunk)) turn = turn.then(() => handle(frame));
  });
  pipe.on('close', () => process.exit(0));
  pipe.on('error', () => process.exit(1));
};

// A run that never returns keeps this thread from noticing that the service is gone; another thread waits for that.
new Worker(WATCH_PROGRAM, { resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 } }).unref();
serve();
