import { describe, expect, it } from 'vitest';

import { encodeFrame, FRAME, floatBytes, floatsFrom, FrameError, FrameReader } from '../src/session-frames.js';

const frames = [
  encodeFrame(
    FRAME.load,
    1,
    Uint8Array.from({ length: 300 }, (_, index) => index % 256),
  ),
  encodeFrame(FRAME.loaded, 1),
  encodeFrame(FRAME.run, 4_294_967_295, Uint8Array.of(9), floatBytes(Float32Array.of(1.5, -0))),
];
const stream = Buffer.concat(frames);

describe('session frames', () => {
  it('come back whole however the stream is cut', () => {
    for (let size = 1; size <= stream.length; size += 1) {
      const reader = new FrameReader();
      const read = [];
      for (let at = 0; at < stream.length; at += size) read.push(...reader.push(stream.subarray(at, at + size)));
      expect(
        read.map((frame) => encodeFrame(frame.kind, frame.id, frame.payload)),
        `chunks of ${size}`,
      ).toEqual(frames);
    }
  });

  it('carry floats bit by bit, whatever their alignment', () => {
    const values = Float32Array.of(Math.fround(0.1), -0, 3.4e38, Number.NaN);
    const shifted = new Uint8Array(17);
    shifted.set(floatBytes(values), 1);
    expect(floatBytes(floatsFrom(shifted.subarray(1)))).toEqual(floatBytes(values));
    expect(() => floatsFrom(new Uint8Array(5))).toThrow(FrameError);
  });

  it('refuse a stream that is not ours', () => {
    expect(() => new FrameReader().push(Buffer.from('Segmentation fault: core dumped'))).toThrow(FrameError);
    const unknown = Buffer.from(frames[1]!);
    unknown.writeUInt8(77, 4);
    expect(() => new FrameReader().push(unknown)).toThrow('unknown kind 77');
  });
});
