import type { UnixNanos } from '@tradewind/vocabulary';

import type { BookSide } from '../tick.js';
import type { MboAction, MboRecord } from './databento.js';

/** Bytes that are no DBN stream, or one that ends in the middle of a record. `offset` says where. */
export class DbnError extends Error {
  override readonly name = 'DbnError';
  constructor(
    readonly code: 'DBN_NOT_DBN' | 'DBN_VERSION_UNKNOWN' | 'DBN_TRUNCATED' | 'DBN_BAD_RECORD',
    readonly offset: number,
    rule: string,
  ) {
    super(`byte ${offset}: ${rule}`);
  }
}

/** Versions whose market-by-order record has the layout below. */
const VERSIONS: ReadonlySet<number> = new Set([1, 2, 3]);
const PRELUDE_BYTES = 8;
const MBO_TYPE = 0xa0;
const MBO_BYTES = 56;
const HEADER_BYTES = 16;
/** Record lengths are counted in words of 32 bits. */
const WORD_BYTES = 4;
const PRICE_UNDEFINED = 0x7fffffffffffffffn;

const ACTIONS: Readonly<Record<string, MboAction>> = { A: 'ADD', C: 'CANCEL', M: 'MODIFY', R: 'CLEAR', T: 'TRADE', F: 'FILL', N: 'NONE' };
const SIDES: Readonly<Record<string, BookSide>> = { B: 'BID', A: 'ASK' };

const countOf = (value: bigint, offset: number, field: string): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER))
    throw new DbnError('DBN_BAD_RECORD', offset, `${field} ${value} must be at most 2^53`);
  return Number(value);
};

/** Where the records begin. */
const recordsOffset = (bytes: Uint8Array, view: DataView): number => {
  if (bytes.length < PRELUDE_BYTES || String.fromCharCode(bytes[0]!, bytes[1]!, bytes[2]!) !== 'DBN')
    throw new DbnError('DBN_NOT_DBN', 0, "must begin with 'DBN' (uncompressed)");
  if (!VERSIONS.has(bytes[3]!)) throw new DbnError('DBN_VERSION_UNKNOWN', 3, `version ${bytes[3]} must be 1, 2 or 3`);
  const offset = PRELUDE_BYTES + view.getUint32(4, true);
  if (offset > bytes.length) throw new DbnError('DBN_TRUNCATED', bytes.length, `metadata must end at ${offset}`);
  return offset;
};

/**
 * Reads the market-by-order records of an uncompressed DBN stream (Databento Binary Encoding, MboMsg: 56 bytes, little endian). Records of other
 * schemas are passed over. Throws DbnError on bytes that are no DBN or break off.
 */
export const decodeDbnMbo = (bytes: Uint8Array): readonly MboRecord[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: MboRecord[] = [];
  let offset = recordsOffset(bytes, view);
  while (offset < bytes.length) {
    const length = bytes[offset]! * WORD_BYTES;
    if (length < HEADER_BYTES)
      throw new DbnError('DBN_BAD_RECORD', offset, `a record of ${length} bytes must have at least ${HEADER_BYTES}`);
    if (offset + length > bytes.length) throw new DbnError('DBN_TRUNCATED', offset, `a record of ${length} bytes must end in the stream`);
    if (bytes[offset + 1] === MBO_TYPE) {
      if (length < MBO_BYTES) throw new DbnError('DBN_BAD_RECORD', offset, `an order record must have ${MBO_BYTES} bytes, not ${length}`);
      records.push(recordAt(bytes, view, offset, records.length + 1));
    }
    offset += length;
  }
  return records;
};

const recordAt = (bytes: Uint8Array, view: DataView, offset: number, line: number): MboRecord => {
  const action = ACTIONS[String.fromCharCode(bytes[offset + 38]!)];
  if (action === undefined)
    throw new DbnError('DBN_BAD_RECORD', offset + 38, `action ${bytes[offset + 38]} must be one of A, C, M, R, T, F, N`);
  const price = view.getBigInt64(offset + 24, true);
  return {
    line,
    instrument: view.getUint32(offset + 4, true),
    at: view.getBigUint64(offset + 8, true) as UnixNanos,
    id: countOf(view.getBigUint64(offset + 16, true), offset + 16, 'order id'),
    price: price === PRICE_UNDEFINED ? NaN : countOf(price, offset + 24, 'price'),
    quantity: view.getUint32(offset + 32, true),
    flags: bytes[offset + 36]!,
    action,
    side: SIDES[String.fromCharCode(bytes[offset + 39]!)],
    receivedAt: view.getBigUint64(offset + 40, true) as UnixNanos,
    sequence: view.getUint32(offset + 52, true),
  };
};
