/**
 * The protobuf wire format, as much as an ONNX file needs (https://protobuf.dev/programming-guides/encoding/): varints, length-delimited
 * fields and 32-bit floats; whole numbers are non-negative.
 */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
  readonly code = 'PROTOBUF_INVALID';
}

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;
const VARINT_BYTES_MAX = 10;
const FIELD_MAX = 536_870_911;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Builds one message; a nested one is built by a callback and written with its length in front. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];
  #size = 0;

  integer(field: number, value: number): void {
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint(field * 8 + FIXED_32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
  }

  text(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + DELIMITED);
    this.#varint(value.length);
    this.#append(value);
  }

  message(field: number, fill: (writer: ProtobufWriter) => void): void {
    const nested = new ProtobufWriter();
    fill(nested);
    this.bytes(field, nested.finish());
  }

  finish(): Uint8Array {
    const whole = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  #varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new ProtobufError(`${value} is not a whole number from 0`);
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#append(Uint8Array.of(...bytes, rest));
  }

  #append(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
  }
}

/** One field of a message: `value` of a varint (nearest double), `bytes` of a delimited one. */
export interface ProtobufField {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array(0);

class Cursor {
  at = 0;
  constructor(readonly bytes: Uint8Array) {}

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < VARINT_BYTES_MAX; count += 1) {
      const byte = this.bytes[this.at];
      if (byte === undefined) throw new ProtobufError('a number is cut short');
      this.at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    throw new ProtobufError(`a number is longer than ${VARINT_BYTES_MAX} bytes`);
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new ProtobufError('a field is cut short');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

const readField = (cursor: Cursor): ProtobufField => {
  const tag = cursor.varint();
  const number = Math.floor(tag / 8);
  if (number < 1 || number > FIELD_MAX) throw new ProtobufError(`field number ${number} is out of range`);
  switch (tag % 8) {
    case VARINT:
      return { number, value: cursor.varint(), bytes: EMPTY };
    case FIXED_64:
      return { number, value: 0, bytes: cursor.take(8) };
    case DELIMITED:
      return { number, value: 0, bytes: cursor.take(cursor.varint()) };
    case FIXED_32:
      return { number, value: 0, bytes: cursor.take(4) };
    default:
      throw new ProtobufError(`field ${number} has the unknown wire type ${tag % 8}`);
  }
};

/** Fields of a message in file order, sharing memory. Throws ProtobufError on bytes that are no message. */
export const protobufFields = (bytes: Uint8Array): readonly ProtobufField[] => {
  const cursor = new Cursor(bytes);
  const fields: ProtobufField[] = [];
  while (cursor.at < bytes.length) fields.push(readField(cursor));
  return fields;
};

/** Throws ProtobufError unless the bytes are UTF-8. */
export const protobufText = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new ProtobufError('text is not UTF-8', { cause });
  }
};
