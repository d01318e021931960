import { sha256Hex } from '../sha256.js';

const DIGITS = 12;

/** Follows from what differs: the same difference has the same id however often it is found, and another one never has it. */
export const differenceIdOf = (code: string, ...what: readonly string[]): string =>
  `df-${sha256Hex([code, ...what].join('|')).slice(0, DIGITS)}`;
