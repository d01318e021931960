import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';

import { ProtobufError, protobufFields, protobufText, ProtobufWriter } from '../src/protobuf.js';

const NUMBERS = [0, 1, 127, 128, 300, 16_383, 16_384, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER];

describe('protobuf', () => {
  it('writes what protobuf-es reads', () => {
    const writer = new ProtobufWriter();
    for (const number of NUMBERS) writer.integer(1, number);
    writer.text(2, 'prédiction');
    writer.float(3, 0.1);
    writer.message(20, (inner) => inner.text(1, 'x'.repeat(200)));
    const reader = new BinaryReader(writer.finish());
    for (const number of NUMBERS) {
      expect(reader.tag()).toEqual([1, WireType.Varint]);
      expect(Number(reader.int64())).toBe(number);
    }
    expect(reader.tag()).toEqual([2, WireType.LengthDelimited]);
    expect(reader.string()).toBe('prédiction');
    expect(reader.tag()).toEqual([3, WireType.Bit32]);
    expect(reader.float()).toBe(Math.fround(0.1));
    expect(reader.tag()).toEqual([20, WireType.LengthDelimited]);
    expect(reader.bytes().length).toBe(203);
    expect(reader.pos).toBe(reader.len);
  });

  it('reads what protobuf-es writes, and skips what it has no use for', () => {
    const writer = new BinaryWriter();
    for (const number of NUMBERS) writer.tag(1, WireType.Varint).int64(number);
    writer.tag(2, WireType.Bit64).double(1.5).tag(3, WireType.Bit32).float(2).tag(4, WireType.LengthDelimited).string('ok');
    const fields = protobufFields(writer.finish());
    expect(fields.filter((field) => field.number === 1).map((field) => field.value)).toEqual(NUMBERS);
    expect(protobufText(fields.at(-1)!.bytes)).toBe('ok');
  });

  it('throws on a cut, an endless number, a group and field number 0', () => {
    for (const bytes of [
      [8],
      [10, 5, 1],
      [8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128],
      [11],
      [0, 0],
      [18, 255, 255, 255, 255, 15],
    ]) {
      expect(() => protobufFields(Uint8Array.from(bytes)), String(bytes)).toThrow(ProtobufError);
    }
    expect(() => protobufText(Uint8Array.of(0xff))).toThrow(ProtobufError);
  });
});
