/** The part of MessagePack (msgpack.org, spec of 2017) that Alpaca's streams use: what JSON has, and instants as the timestamp extension. */

/** Written as the timestamp extension. */
export class PackedInstant {
  constructor(readonly nanos: bigint) {}
}

export type Packable = null | boolean | number | string | PackedInstant | readonly Packable[] | { readonly [key: string]: Packable };

class Writer {
  private readonly parts: Buffer[] = [];

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  write(value: Packable): void {
    if (value === null) this.raw([0xc0]);
    else if (typeof value === 'boolean') this.raw([value ? 0xc3 : 0xc2]);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'string') this.text(value);
    else if (value instanceof PackedInstant) this.instant(value.nanos);
    else if (Array.isArray(value)) this.list(value as readonly Packable[]);
    else this.map(value as { readonly [key: string]: Packable });
  }

  private raw(bytes: readonly number[] | Buffer): void {
    this.parts.push(Buffer.from(bytes as readonly number[]));
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && value >= 0 && value < 128) this.raw([value]);
    else if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32) this.sized(0xce, 4, (part) => part.writeUInt32BE(value, 1));
    else this.sized(0xcb, 8, (part) => part.writeDoubleBE(value, 1));
  }

  private text(value: string): void {
    const bytes = Buffer.from(value);
    if (bytes.length < 32) this.raw([0xa0 | bytes.length]);
    else this.sized(0xda, 2, (part) => part.writeUInt16BE(bytes.length, 1));
    this.raw(bytes);
  }

  /** Seconds in 34 bits and nanoseconds in 30: until the year 2514. */
  private instant(nanos: bigint): void {
    this.raw([0xd7, 0xff]);
    const part = Buffer.alloc(8);
    part.writeBigUInt64BE(((nanos % 1_000_000_000n) << 34n) | (nanos / 1_000_000_000n));
    this.raw(part);
  }

  private list(values: readonly Packable[]): void {
    if (values.length < 16) this.raw([0x90 | values.length]);
    else this.sized(0xdc, 2, (part) => part.writeUInt16BE(values.length, 1));
    for (const value of values) this.write(value);
  }

  private map(value: { readonly [key: string]: Packable }): void {
    const entries = Object.entries(value);
    if (entries.length < 16) this.raw([0x80 | entries.length]);
    else this.sized(0xde, 2, (part) => part.writeUInt16BE(entries.length, 1));
    for (const [key, item] of entries) {
      this.text(key);
      this.write(item);
    }
  }

  private sized(head: number, size: number, fill: (part: Buffer) => void): void {
    const part = Buffer.alloc(1 + size);
    part[0] = head;
    fill(part);
    this.parts.push(part);
  }
}

export const packMessage = (value: Packable): Buffer => {
  const writer = new Writer();
  writer.write(value);
  return writer.bytes();
};

class Reader {
  private at = 0;
  constructor(private readonly bytes: Buffer) {}

  read(): unknown {
    const head = this.bytes.readUInt8(this.at);
    this.at += 1;
    if (head < 0x80) return head;
    if (head < 0x90) return this.map(head & 0x0f);
    if (head < 0xa0) return this.list(head & 0x0f);
    if (head < 0xc0) return this.text(head & 0x1f);
    if (head >= 0xe0) return head - 0x100;
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xcb:
        return this.take(8).readDoubleBE();
      case 0xcc:
      case 0xcd:
      case 0xce: {
        const size = 2 ** (head - 0xcc);
        return this.take(size).readUIntBE(0, size);
      }
      case 0xd9:
        return this.text(this.take(1).readUInt8());
      case 0xda:
        return this.text(this.take(2).readUInt16BE());
      case 0xdc:
        return this.list(this.take(2).readUInt16BE());
      case 0xde:
        return this.map(this.take(2).readUInt16BE());
      default:
        throw new RangeError(`the MessagePack type 0x${head.toString(16)} is not one that a client of the stream sends`);
    }
  }

  private take(size: number): Buffer {
    if (this.at + size > this.bytes.length) throw new RangeError('the MessagePack message ends too early');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  private text(size: number): string {
    return this.take(size).toString('utf8');
  }

  private list(count: number): readonly unknown[] {
    return Array.from({ length: count }, () => this.read());
  }

  private map(count: number): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Array.from({ length: count }, () => [String(this.read()), this.read()]));
  }
}

/** Throws RangeError on anything that a client does not send. */
export const unpackMessage = (bytes: Buffer): unknown => new Reader(bytes).read();
