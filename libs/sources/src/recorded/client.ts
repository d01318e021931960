import { readFile } from 'node:fs/promises';
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';

import { RecordedFileError } from './fault.js';
import { unzip } from './zip.js';

/** What one file may unpack to; a day of all quotes of a busy share is 33 MB. */
const UNPACKED_BYTES_MAX = 2_000_000_000;
/** Text is handed on in pieces of about this size, cut at line ends. */
const PIECE_BYTES = 1_048_576;
const NEWLINE = 10;

export interface FileBytes {
  readonly bytes: Uint8Array;
  /** Set when the file breaks off: `bytes` is what was whole. */
  readonly fault: RecordedFileError | undefined;
}

const breaksOff = (error: unknown): RecordedFileError => new RecordedFileError('FILE_TRUNCATED', 'its compressed data breaks off', error);

/** What there is of a gz file up to where it ends; a line that was cut is left out. */
const partOf = (bytes: Buffer, error: unknown): FileBytes => {
  const part = gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX, finishFlush: constants.Z_SYNC_FLUSH });
  return { bytes: part.subarray(0, part.lastIndexOf(NEWLINE) + 1), fault: breaksOff(error) };
};

interface Unpacked {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** A zst file is one frame or several (Databento's have two); the decoder stops after each. */
const unzstd = (bytes: Buffer): Uint8Array => {
  const frames: Buffer[] = [];
  let room = UNPACKED_BYTES_MAX;
  for (let at = 0; at < bytes.length;) {
    const { buffer, engine } = zstdDecompressSync(bytes.subarray(at), { maxOutputLength: room, info: true }) as unknown as Unpacked;
    if (engine.bytesWritten === 0) throw new RecordedFileError('FILE_UNREADABLE', `byte ${at} must begin a zst frame`);
    frames.push(buffer);
    room -= buffer.length;
    at += engine.bytesWritten;
  }
  return Buffer.concat(frames);
};

const unpacked = (path: string, bytes: Buffer): FileBytes => {
  if (path.endsWith('.zst')) return { bytes: unzstd(bytes), fault: undefined };
  if (path.endsWith('.zip')) {
    const entries = unzip(bytes, UNPACKED_BYTES_MAX);
    if (entries.length !== 1) throw new RecordedFileError('FILE_UNREADABLE', `must hold one file, not ${entries.length}`);
    return { bytes: entries[0]!.bytes, fault: undefined };
  }
  if (!path.endsWith('.gz')) return { bytes, fault: undefined };
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }), fault: undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') return partOf(bytes, error);
    throw error;
  }
};

/** Bytes of a recorded file, unpacked from gz, zst or zip. Rejects with RecordedFileError. */
export const readBytes = async (path: string): Promise<FileBytes> => {
  try {
    return unpacked(path, await readFile(path));
  } catch (error) {
    if (error instanceof RecordedFileError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new RecordedFileError('FILE_TOO_LARGE', `must unpack to at most ${UNPACKED_BYTES_MAX} bytes`, error);
    throw new RecordedFileError('FILE_UNREADABLE', `can't be read: ${message}`, error);
  }
};

/** The first bytes of a file as text, for finding out what it is; empty when it can't be read. */
export const headOf = (path: string, bytes: Buffer): string => {
  try {
    const head = path.endsWith('.gz') ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes;
    return head.toString('utf8');
  } catch {
    return '';
  }
};

export interface TextPiece {
  readonly text: string;
  readonly firstLine: number;
}

/** A text in pieces that end at line ends, so that a large one is never held as rows all at once. */
export function* piecesOf(bytes: Uint8Array): Generator<TextPiece, void, undefined> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let firstLine = 1;
  for (let start = 0; start < buffer.length;) {
    const cut = start + PIECE_BYTES >= buffer.length ? -1 : buffer.indexOf(NEWLINE, start + PIECE_BYTES);
    const end = cut < 0 ? buffer.length : cut + 1;
    const text = buffer.toString('utf8', start, end);
    yield { text, firstLine };
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) firstLine += 1;
    start = end;
  }
}
