import { endianness } from 'node:os';

/** Frames between the service and the child that runs the model: length, kind, request id, payload. Numbers are little-endian. */
export const FRAME = { load: 1, run: 2, loaded: 11, outputs: 12, failed: 13 } as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

export interface Frame {
  readonly kind: FrameKind;
  readonly id: number;
  readonly payload: Buffer;
}

const LENGTH_BYTES = 4;
const HEAD_BYTES = 5;
const PAYLOAD_BYTES_MAX = 512 * 1024 * 1024;
const KINDS: ReadonlySet<number> = new Set(Object.values(FRAME));

export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly code = 'FRAME_INVALID';
}

if (endianness() !== 'LE') throw new FrameError('float32 arrays go over the pipe as they lie in memory, which must be little-endian');

/** One frame in one buffer, so that it goes out in one write. */
export const encodeFrame = (kind: FrameKind, id: number, ...parts: readonly Uint8Array[]): Buffer => {
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + HEAD_BYTES + size);
  frame.writeUInt32LE(HEAD_BYTES + size, 0);
  frame.writeUInt8(kind, LENGTH_BYTES);
  frame.writeUInt32LE(id, LENGTH_BYTES + 1);
  let at = LENGTH_BYTES + HEAD_BYTES;
  for (const part of parts) {
    frame.set(part, at);
    at += part.byteLength;
  }
  return frame;
};

/** Bytes of a float32 array, without copying. */
export const floatBytes = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A float32 array of its own, whatever the alignment of the bytes. Throws FrameError on a length that is no multiple of 4. */
export const floatsFrom = (bytes: Uint8Array): Float32Array => {
  if (bytes.byteLength % 4 !== 0) throw new FrameError(`${bytes.byteLength} bytes are no float32 array`);
  const values = new Float32Array(bytes.byteLength / 4);
  floatBytes(values).set(bytes);
  return values;
};

/** Cuts a byte stream back into frames. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;

  /** Frames that this chunk completed. Throws FrameError when the stream is not ours. */
  push(chunk: Buffer): readonly Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#size < LENGTH_BYTES + HEAD_BYTES) return undefined;
    if (this.#chunks[0]!.length < LENGTH_BYTES) this.#join();
    const length = this.#chunks[0]!.readUInt32LE(0);
    if (length < HEAD_BYTES || length > PAYLOAD_BYTES_MAX) throw new FrameError(`a frame of ${length} bytes`);
    if (this.#size < LENGTH_BYTES + length) return undefined;
    const whole = this.#join();
    const kind = whole.readUInt8(LENGTH_BYTES);
    if (!KINDS.has(kind)) throw new FrameError(`a frame of the unknown kind ${kind}`);
    const end = LENGTH_BYTES + length;
    this.#chunks = end < whole.length ? [whole.subarray(end)] : [];
    this.#size -= end;
    return { kind: kind as FrameKind, id: whole.readUInt32LE(LENGTH_BYTES + 1), payload: whole.subarray(LENGTH_BYTES + HEAD_BYTES, end) };
  }

  #join(): Buffer {
    const whole = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }
}
