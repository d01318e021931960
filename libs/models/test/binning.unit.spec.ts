import { describe, expect, it } from 'vitest';

import { binMatrix, inputMatrix, MatrixError } from '../src/index.js';
import { seededGenerator } from '../src/seeded-generator.js';

describe('binning', () => {
  it('puts a value in the bin whose cut it is at most, also when values are neighbours in float32', () => {
    const one = Math.fround(1);
    const next = new Float32Array(new Uint32Array([0x3f800001]).buffer)[0]!;
    const { cuts, codes } = binMatrix(inputMatrix(Float32Array.from([one, next]), 1), 8);
    expect(Array.from(cuts[0]!)).toEqual([one]);
    expect(Array.from(codes)).toEqual([0, 1]);
  });

  it('keeps cuts float32, ascending and consistent with the codes', () => {
    const generator = seededGenerator(9);
    const values = Float32Array.from({ length: 3_000 }, () => Math.round(generator.next() ** 3 * 500) / 37);
    const { cuts, codes } = binMatrix(inputMatrix(values, 1), 32);
    expect(cuts[0]!.length).toBeLessThanOrEqual(31);
    values.forEach((value, row) => {
      const code = codes[row]!;
      expect(code === cuts[0]!.length || value <= cuts[0]![code]!).toBe(true);
      expect(code === 0 || value > cuts[0]![code - 1]!).toBe(true);
    });
  });

  it('fills its bins evenly when values differ', () => {
    const values = Float32Array.from({ length: 6_400 }, (_, row) => row);
    const { codes } = binMatrix(inputMatrix(values, 1), 64);
    const counts = new Array<number>(64).fill(0);
    for (const code of codes) counts[code]! += 1;
    expect(Math.min(...counts)).toBe(100);
    expect(Math.max(...counts)).toBe(100);
  });

  it('gives a constant column a single bin', () => {
    const { cuts, codes } = binMatrix(inputMatrix(new Float32Array(10).fill(3), 1), 64);
    expect(cuts[0]!.length).toBe(0);
    expect(codes.every((code) => code === 0)).toBe(true);
  });

  it('refuses a NaN and an infinity, naming the cell', () => {
    expect(() => inputMatrix(Float32Array.from([1, 2, 3, Number.NaN]), 2)).toThrow('row 1, column 1 is NaN');
    expect(() => inputMatrix(Float32Array.from([1e39, 2]), 2)).toThrow(MatrixError);
  });
});
