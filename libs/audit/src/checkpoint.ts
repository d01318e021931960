import { hash as digestOf } from 'node:crypto';

import type { UnixNanos } from '@tradewind/vocabulary';

import { rootOf } from './merkle.js';
import type { ChainState } from './record.js';

/** Where a chain stood: `root` is the Merkle root over the hashes of its first `size` records, `head` the hash of the last of them. */
export interface TreeHead {
  readonly chain: string;
  readonly size: number;
  readonly root: string;
  readonly head: string;
}

/** All chains at one moment. Numbers count from 1 without gaps; `previous` is the hash of the checkpoint before, of the first one empty text. */
export interface Checkpoint {
  readonly number: number;
  readonly at: UnixNanos;
  readonly previous: string;
  readonly chains: readonly TreeHead[];
}

/** The text that was signed, to the byte. */
export interface SignedCheckpoint {
  readonly text: string;
  /** Id of the signing key: see `keyIdOf`. */
  readonly key: string;
  /** Ed25519 over the text in UTF-8, hex. */
  readonly signature: string;
}

export const CHECKPOINT_FORMAT = 'tradewind/audit/checkpoint/1';

/** The JSON text that is signed: fixed fields in a fixed order, whole numbers and texts only, no blanks. */
export const checkpointText = ({ number, at, previous, chains }: Checkpoint): string =>
  JSON.stringify({
    format: CHECKPOINT_FORMAT,
    number,
    at: at.toString(),
    previous,
    chains: chains.map(({ chain, size, root, head }) => ({ chain, size, root, head })),
  });

/** SHA-256 of the signed text, hex. */
export const checkpointHashOf = (text: string): string => digestOf('sha256', text);

/** A line of an export: the checkpoint as JSON, with the text that was signed inside it as it is. */
export const checkpointLine = ({ text, key, signature }: SignedCheckpoint): string =>
  `{"checkpoint":${text},"key":${JSON.stringify(key)},"signature":${JSON.stringify(signature)}}`;

/** The checkpoint after `previous` (undefined for the first) over the chains, by name. */
export const nextCheckpoint = (
  previous: { readonly number: number; readonly text: string } | undefined,
  chains: readonly ChainState[],
  at: UnixNanos,
): Checkpoint => ({
  number: (previous?.number ?? 0) + 1,
  at,
  previous: previous === undefined ? '' : checkpointHashOf(previous.text),
  chains: chains
    .map(({ chain, sequence, peaks, hash }) => ({ chain, size: sequence, root: rootOf(peaks), head: hash }))
    .sort((left, right) => (left.chain < right.chain ? -1 : 1)),
});

/** The checkpoint in its text; undefined unless `checkpointText` gives exactly this text for it. */
export const readCheckpoint = (text: string): Checkpoint | undefined => {
  try {
    const told = JSON.parse(text) as { number: number; at: string; previous: string; chains: readonly TreeHead[] };
    const checkpoint = { number: told.number, at: BigInt(told.at) as UnixNanos, previous: told.previous, chains: told.chains };
    return checkpointText(checkpoint) === text ? checkpoint : undefined;
  } catch {
    return undefined;
  }
};
