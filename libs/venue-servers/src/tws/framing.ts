const LENGTH_BYTES = 4;
const REQUEST_BYTES_MAX = 1 << 20;
const PREFIX = 'API\0';

/** A message as TWS sends it: length (4 bytes, big endian), then every field ended by a NUL. */
export const frameOf = (fields: readonly (string | number)[]): Buffer => {
  const body = Buffer.from(`${fields.join('\0')}\0`, 'utf8');
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, LENGTH_BYTES);
  return frame;
};

/** Cuts what a client sends into messages, whatever the sizes of the chunks. Throws RangeError when it isn't the protocol. */
export class RequestFrames {
  #pending: Buffer = Buffer.alloc(0);
  #greeted = false;

  /** The bodies that are complete by now. The first is the version range of the handshake; the others end in a NUL. */
  push(chunk: Buffer): readonly string[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (!this.#greeted) {
      const seen = this.#pending.toString('latin1', 0, PREFIX.length);
      if (!PREFIX.startsWith(seen)) throw new RangeError('a connection must begin with API and a NUL');
      if (seen.length < PREFIX.length) return [];
      this.#greeted = true;
      this.#pending = this.#pending.subarray(PREFIX.length);
    }
    const bodies: string[] = [];
    while (this.#pending.length >= LENGTH_BYTES) {
      const length = this.#pending.readUInt32BE(0);
      if (length > REQUEST_BYTES_MAX) throw new RangeError(`a request of ${length} bytes is longer than ${REQUEST_BYTES_MAX}`);
      if (this.#pending.length < LENGTH_BYTES + length) break;
      bodies.push(this.#pending.toString('utf8', LENGTH_BYTES, LENGTH_BYTES + length));
      this.#pending = this.#pending.subarray(LENGTH_BYTES + length);
    }
    return bodies;
  }
}
