import { inflateRawSync } from 'node:zlib';

import { RecordedFileError } from './fault.js';

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const COMMENT_BYTES_MAX = 65_535;
const STORED = 0;
const DEFLATED = 8;
const ZIP64_FIELD = 1;
const NOT_IN_32_BITS = 0xffffffff;

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const truncated = (rule: string): RecordedFileError => new RecordedFileError('FILE_TRUNCATED', rule);

/** Where the list of files is told: at the end, before a comment. */
const endRecord = (view: DataView): number => {
  for (let at = view.byteLength - END_BYTES; at >= Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX); at -= 1)
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  throw truncated('must end with the directory of a zip file');
};

interface Place {
  readonly size: number;
  readonly packed: number;
  readonly local: number;
}

/** Sizes and place of an entry; what has no room in 32 bits stands in the extra field of 64 bits, in this order. */
const placeOf = (view: DataView, at: number, extraAt: number, extraEnd: number): Place => {
  const [packed, size, local] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true)) as [number, number, number];
  let wide = extraEnd;
  for (let next = extraAt; next + 4 <= extraEnd; next += 4 + view.getUint16(next + 2, true)) {
    if (view.getUint16(next, true) === ZIP64_FIELD) wide = next + 4;
  }
  const value = (narrow: number): number => {
    if (narrow !== NOT_IN_32_BITS) return narrow;
    if (wide + 8 > extraEnd) throw truncated('the directory of the zip file breaks off');
    wide += 8;
    return Number(view.getBigUint64(wide - 8, true));
  };
  return { size: value(size), packed: value(packed), local: value(local) };
};

const entryAt = (bytes: Buffer, view: DataView, at: number, bytesMax: number): { readonly entry: ZipEntry; readonly next: number } => {
  if (at + ENTRY_BYTES > bytes.length || view.getUint32(at, true) !== ENTRY_SIGNATURE)
    throw truncated('the directory of the zip file breaks off');
  const method = view.getUint16(at + 10, true);
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [
    number,
    number,
    number,
  ];
  const extraAt = at + ENTRY_BYTES + nameLength;
  const next = extraAt + extraLength + commentLength;
  if (next > bytes.length) throw truncated('the directory of the zip file breaks off');
  const name = bytes.toString('utf8', at + ENTRY_BYTES, extraAt);
  const { size, packed, local } = placeOf(view, at, extraAt, extraAt + extraLength);
  if (size > bytesMax) throw new RecordedFileError('FILE_TOO_LARGE', `${name} has ${size} bytes, more than ${bytesMax}`);
  if (local + LOCAL_BYTES > bytes.length || view.getUint32(local, true) !== LOCAL_SIGNATURE)
    throw truncated(`${name} must be in the zip file`);
  const begin = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (begin + packed > bytes.length) throw truncated(`${name} breaks off`);
  const content = bytes.subarray(begin, begin + packed);
  if (method !== STORED && method !== DEFLATED)
    throw new RecordedFileError('FILE_UNREADABLE', `${name} is packed by method ${method}, not 0 or 8`);
  const unpacked = method === STORED ? content : inflateRawSync(content, { maxOutputLength: bytesMax });
  if (unpacked.length !== size) throw truncated(`${name} must have ${size} bytes, not ${unpacked.length}`);
  return { entry: { name, bytes: unpacked }, next };
};

/** The files of a zip archive (stored or deflated, below 4 GB, not encrypted). Throws RecordedFileError. */
export const unzip = (bytes: Buffer, bytesMax: number): readonly ZipEntry[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endRecord(view);
  const entries: ZipEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const { entry, next } = entryAt(bytes, view, at, bytesMax);
    entries.push(entry);
    at = next;
  }
  return entries;
};
