import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_LENGTH_MIN = 22;

/** The lines of the one file in a zip (PKWARE APPNOTE 6.3: sizes are read from the central directory, for the local header may lack them). */
export const zippedLines = (file: string): readonly string[] => {
  const zip = readFileSync(file);
  let end = zip.length - DIRECTORY_LENGTH_MIN;
  while (zip.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  const entry = zip.readUInt32LE(end + 16);
  const size = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  return inflateRawSync(zip.subarray(start, start + size))
    .toString()
    .trim()
    .split(/\r?\n/);
};

/** LEAN's prices are ten-thousandths of a dollar, its quantities whole units: both in the 10^-9 of our decimals. */
export const PRICE_UNITS = 100_000n;
export const QUANTITY_UNITS = 1_000_000_000n;
