import { hash as digestOf } from 'node:crypto';

/**
 * Merkle trees as Certificate Transparency has them (RFC 9162, 2.1; the same as RFC 6962, 2.1). Hashes are hex text. Leaves are given by
 * their hashes: SHA-256 of a zero byte and the leaf's data.
 */

const HASH_BYTES = 32;
const node = Buffer.alloc(1 + 2 * HASH_BYTES);
node[0] = 1;

/** SHA-256 of 0x01, left and right: RFC 9162, 2.1.1. */
export const nodeHashOf = (left: string, right: string): string => {
  node.write(left, 1, HASH_BYTES, 'hex');
  node.write(right, 1 + HASH_BYTES, HASH_BYTES, 'hex');
  return digestOf('sha256', node);
};

/** SHA-256 of 0x00 and the data: RFC 9162, 2.1.1. */
export const leafHashOf = (data: Uint8Array): string => digestOf('sha256', Buffer.concat([Buffer.of(0), data]));

/** Root of the tree without leaves. */
export const EMPTY_ROOT: string = digestOf('sha256', '');

/** Adds a leaf to the peaks of a tree of `size` leaves, in place. Peaks are the whole subtrees that the tree consists of, largest first. */
export const withLeaf = (peaks: string[], size: number, leaf: string): void => {
  let subtree = leaf;
  // Every trailing one of the size in binary is a peak that the new leaf completes. Division and not shifts: sizes may pass 2^31.
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) subtree = nodeHashOf(peaks.pop()!, subtree);
  peaks.push(subtree);
};

/** Root over the peaks. */
export const rootOf = (peaks: readonly string[]): string => {
  if (peaks.length === 0) return EMPTY_ROOT;
  let root = peaks.at(-1)!;
  for (let index = peaks.length - 2; index >= 0; index -= 1) root = nodeHashOf(peaks[index]!, root);
  return root;
};

/** Root of the leaves from `start` to before `end`. */
const rootBetween = (leaves: readonly string[], start: number, end: number): string => {
  const peaks: string[] = [];
  for (let index = start; index < end; index += 1) withLeaf(peaks, index - start, leaves[index]!);
  return rootOf(peaks);
};

/** Root of the first `size` leaves. */
export const treeRootOf = (leaves: readonly string[], size = leaves.length): string => rootBetween(leaves, 0, size);

/** Largest power of two below `count`, which is at least 2. */
const splitOf = (count: number): number => {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
};

const checkedSize = (leaves: readonly string[], index: number, size: number): void => {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size || size > leaves.length)
    throw new RangeError(`no leaf ${index} in a tree of ${size} out of ${leaves.length} leaves`);
};

/** Hashes that lead from leaf `index` (from 0) to the root of the first `size` leaves: RFC 9162, 2.1.3.1. Throws RangeError. */
export const inclusionProof = (leaves: readonly string[], index: number, size = leaves.length): string[] => {
  checkedSize(leaves, index, size);
  const path = (start: number, end: number): string[] => {
    if (end - start === 1) return [];
    const middle = start + splitOf(end - start);
    return index < middle
      ? [...path(start, middle), rootBetween(leaves, middle, end)]
      : [...path(middle, end), rootBetween(leaves, start, middle)];
  };
  return path(0, size);
};

/** Whether the leaf stands at `index` in the tree of that size and root: RFC 9162, 2.1.3.2. */
export const provesInclusion = (leaf: string, index: number, size: number, root: string, proof: readonly string[]): boolean => {
  if (index < 0 || index >= size) return false;
  let place = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHashOf(sibling, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else hash = nodeHashOf(hash, sibling);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && hash === root;
};

/** Hashes that show that the tree of the first `from` leaves is the beginning of the tree of the first `to`: RFC 9162, 2.1.4.1. Throws RangeError. */
export const consistencyProof = (leaves: readonly string[], from: number, to = leaves.length): string[] => {
  checkedSize(leaves, from - 1, to);
  const path = (start: number, end: number, old: number, whole: boolean): string[] => {
    if (old === end) return whole ? [] : [rootBetween(leaves, start, end)];
    const middle = start + splitOf(end - start);
    return old <= middle
      ? [...path(start, middle, old, whole), rootBetween(leaves, middle, end)]
      : [...path(middle, end, old, false), rootBetween(leaves, start, middle)];
  };
  return path(0, to, from, true);
};

/** Whether the tree of size and root `from` is the beginning of the one of size and root `to`: RFC 9162, 2.1.4.2. */
export const provesConsistency = (
  from: { readonly size: number; readonly root: string },
  to: { readonly size: number; readonly root: string },
  proof: readonly string[],
): boolean => {
  if (from.size < 1 || from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && from.root === to.root;
  const isWhole = Number.isInteger(Math.log2(from.size));
  const [first, ...rest] = isWhole ? [from.root, ...proof] : proof;
  if (first === undefined) return false;
  let place = from.size - 1;
  let last = to.size - 1;
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  let old = first;
  let now = first;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      old = nodeHashOf(sibling, old);
      now = nodeHashOf(sibling, now);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else now = nodeHashOf(now, sibling);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && old === from.root && now === to.root;
};
