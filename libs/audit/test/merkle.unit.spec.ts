import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  consistencyProof,
  EMPTY_ROOT,
  inclusionProof,
  leafHashOf,
  provesConsistency,
  provesInclusion,
  rootOf,
  treeRootOf,
  withLeaf,
} from '../src/index.js';

/** Inputs, roots and proofs that the Certificate Transparency project publishes for its tree (merkle_tree_test of its reference log). */
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = INPUTS.map((input) => leafHashOf(Buffer.from(input, 'hex')));
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => leafHashOf(Buffer.from(String(index))));

/** RFC 9162, 2.1.1, word for word. */
const defined = (hashes: readonly string[]): string => {
  if (hashes.length === 0) return createHash('sha256').digest('hex');
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(Buffer.from(defined(hashes.slice(0, split)), 'hex'))
    .update(Buffer.from(defined(hashes.slice(split)), 'hex'))
    .digest('hex');
};

describe('a Merkle tree', () => {
  it('has the published roots', () => {
    expect(EMPTY_ROOT).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(leaves.map((_, index) => treeRootOf(leaves, index + 1))).toEqual(ROOTS);
  });

  it('has the published proofs of inclusion', () => {
    expect(inclusionProof(leaves, 0, 8)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(inclusionProof(leaves, 5, 8)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('has the published proof of consistency', () => {
    expect(consistencyProof(leaves, 6, 8)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('grown leaf by leaf has the root of the definition', () => {
    const peaks: string[] = [];
    const all = numbered(70);
    for (const [index, leaf] of all.entries()) {
      withLeaf(peaks, index, leaf);
      expect(rootOf(peaks)).toBe(defined(all.slice(0, index + 1)));
    }
  });

  it('proves each leaf in its place and nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), (size, seed, other) => {
        const all = numbered(size);
        const index = seed % size;
        const root = treeRootOf(all);
        const proof = inclusionProof(all, index);
        expect(provesInclusion(all[index]!, index, size, root, proof)).toBe(true);
        expect(provesInclusion(leafHashOf(Buffer.from('no')), index, size, root, proof)).toBe(false);
        expect(provesInclusion(all[index]!, other % size, size, root, proof)).toBe(other % size === index);
        expect(provesInclusion(all[index]!, index, size, root, [...proof, root])).toBe(false);
        if (proof.length > 0) expect(provesInclusion(all[index]!, index, size, root, proof.slice(1))).toBe(false);
      }),
    );
  });

  it('proves that it is the beginning of a later one, and not of another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }), fc.nat(), (from, more, seed) => {
        const all = numbered(from + more);
        const earlier = { size: from, root: treeRootOf(all, from) };
        const later = { size: from + more, root: treeRootOf(all) };
        const proof = consistencyProof(all, from);
        expect(provesConsistency(earlier, later, proof)).toBe(true);
        const rewritten = all.with(seed % from, leafHashOf(Buffer.from('rewritten')));
        expect(provesConsistency(earlier, { size: later.size, root: treeRootOf(rewritten) }, consistencyProof(rewritten, from))).toBe(
          false,
        );
      }),
    );
  });

  it('refuses to prove what it does not have', () => {
    expect(() => inclusionProof(leaves, 8)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 0)).toThrow(RangeError);
    expect(() => consistencyProof(leaves, 2, 9)).toThrow(RangeError);
  });
});
