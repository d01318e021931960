import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  averagePrice,
  decodeState,
  divideHalfEven,
  encodeState,
  floorToStep,
  formatDecimal,
  money,
  notional,
  partitionOf,
  price,
  priceFromNumber,
  quantity,
  scaleBy,
  stateText,
  symbolOf,
  toNumber,
  type Money,
} from '../src/index.js';

describe('decimals', () => {
  it('becomes the double that Number gives, to the bit, within a machine word and beyond', () => {
    const edges = [0n, 1n, -1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(2n ** 63n) - 1n];
    for (const units of edges) expect(toNumber(units as Money)).toBe(Number(units) / 1e9);
    fc.assert(
      fc.property(fc.oneof(fc.bigInt(-(2n ** 64n), 2n ** 64n), fc.bigInt(-(10n ** 27n), 10n ** 27n)), (units) => {
        expect(toNumber(units as Money)).toBe(Number(units) / 1e9);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads and writes text exactly', () => {
    for (const text of ['0', '1', '-1.5', '1455.219971', '0.000000001', '-999999999999999999.999999999']) {
      expect(formatDecimal(money(text))).toBe(text);
    }
    expect(formatDecimal(money('+1.500'))).toBe('1.5');
  });

  it('refuses what is not a decimal of at most 9 fraction digits', () => {
    for (const text of ['', '.', '1.', '.5', '1e3', '1.0000000001', 'NaN', ' 1', '1,5', '0x10']) {
      expect(() => price(text), text).toThrow(/is not a decimal/);
    }
    for (const value of [Number.NaN, Infinity, 1e15]) expect(() => priceFromNumber(value)).toThrow(/finite/);
  });

  it('rounds halves to even', () => {
    expect([5n, 15n, 25n, -5n, -15n, -25n, 14n, 16n].map((value) => divideHalfEven(value, 10n))).toEqual([
      0n,
      2n,
      2n,
      0n,
      -2n,
      -2n,
      1n,
      2n,
    ]);
    expect(() => divideHalfEven(1n, 0n)).toThrow(/division by zero/);
  });

  it('multiplies a price by a quantity without a cent lost', () => {
    expect(formatDecimal(notional(price('1455.219971'), quantity('27')))).toBe('39290.939217');
    expect(formatDecimal(scaleBy(money('39290.939217'), money('0.001')))).toBe('39.290939217');
    expect(formatDecimal(averagePrice(money('100'), quantity('3')))).toBe('33.333333333');
    expect(formatDecimal(floorToStep(quantity('27.99'), quantity('0.5')))).toBe('27.5');
  });

  it('survives any round trip through text', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 26n), max: 10n ** 26n }), (units) => {
        expect(money(formatDecimal(units as Money))).toBe(units);
      }),
    );
  });

  it('gives the nearest double', () => {
    expect(toNumber(price('1455.219971'))).toBe(1455.219971);
  });
});

describe('saved state', () => {
  it('survives a round trip and has one text, whatever the key order', () => {
    const state = { b: 1n, a: [Float64Array.of(1, Number.NaN, -Infinity)], c: { d: null, e: 'x', f: Number.NaN, g: -1.5 } };
    expect(decodeState(JSON.parse(JSON.stringify(encodeState(state))))).toEqual(state);
    expect(stateText({ a: 1, b: 2 })).toBe(stateText({ b: 2, a: 1 }));
  });

  it('refuses what is not plain data', () => {
    expect(() => encodeState(new Map())).toThrow(TypeError);
    expect(() => encodeState({ at: new Date(0) })).toThrow(TypeError);
  });
});

describe('keys', () => {
  it('spreads symbols over partitions, always the same way', () => {
    // FNV-1a 32 of 'a' is 0xe40c292c (reference value of its authors).
    expect(partitionOf('a', 2 ** 31)).toBe(0xe40c292c % 2 ** 31);
    const counts = new Array<number>(4).fill(0);
    for (let index = 0; index < 1000; index += 1) counts[partitionOf(`S${index}`, 4)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(150);
  });

  it('refuses symbols that are unfit for a subject', () => {
    for (const text of ['', 'spx', 'A.B', 'A*', 'A>', 'A B', 'ABCDEFGHIJKLMNOPQ']) expect(() => symbolOf(text), text).toThrow(RangeError);
  });
});
