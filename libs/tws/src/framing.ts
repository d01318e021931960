import { TwsError } from './error.js';

const LENGTH_BYTES = 4;
/** Longer than any answer that TWS gives (its own clients stop here too); what says it is longer is no message. */
const MESSAGE_BYTES_MAX = 0xff_ff_ff;

/** One request: the length in four bytes, big endian, then every field ended by a NUL. */
export const frameOf = (fields: readonly (string | number | boolean)[]): Buffer => {
  const text = fields.map((field) => (typeof field === 'boolean' ? (field ? '1' : '0') : String(field)));
  return lengthPrefixed(`${text.join('\0')}\0`);
};

/** The greeting: `API`, a NUL, and the range of versions that is spoken. */
export const greeting = (versionMin: number, versionMax: number): Buffer =>
  Buffer.concat([Buffer.from('API\0', 'latin1'), lengthPrefixed(`v${versionMin}..${versionMax}`)]);

const lengthPrefixed = (text: string): Buffer => {
  const body = Buffer.from(text, 'utf8');
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, LENGTH_BYTES);
  return frame;
};

/**
 * Cuts a stream into messages, however it is chunked: chunks are kept apart until a message is whole, so that one that arrives byte by byte costs no more
 * than its length. Throws TwsError BAD_RESPONSE for a length that no message has: the stream is lost then.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Bytes of the message that comes next, its length included; undefined until the length has arrived. */
  #needed: number | undefined;

  /** The fields of each message that is complete by now. */
  push(chunk: Buffer): readonly (readonly string[])[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: (readonly string[])[] = [];
    while (this.#bytes >= (this.#needed ?? LENGTH_BYTES)) {
      const whole = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      if (this.#needed === undefined) {
        this.#chunks = [whole];
        this.#needed = LENGTH_BYTES + lengthOf(whole);
        continue;
      }
      messages.push(whole.toString('utf8', LENGTH_BYTES, this.#needed - 1).split('\0'));
      const rest = whole.subarray(this.#needed);
      this.#chunks = rest.length === 0 ? [] : [rest];
      this.#bytes = rest.length;
      this.#needed = undefined;
    }
    return messages;
  }
}

const lengthOf = (bytes: Buffer): number => {
  const length = bytes.readUInt32BE(0);
  if (length >= 1 && length <= MESSAGE_BYTES_MAX) return length;
  const rule = `1 to ${MESSAGE_BYTES_MAX}`;
  throw new TwsError('BAD_RESPONSE', `a message says that it is ${length} bytes long; it must be ${rule}`, {
    field: 'length',
    rule,
  });
};
