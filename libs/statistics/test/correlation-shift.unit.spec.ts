import { describe, expect, it } from 'vitest';

import { averageCorrelation, correlation, correlationShift, multipleRegression } from '../src/index.js';

const wave = (count: number, period: number, phase = 0): number[] =>
  Array.from({ length: count }, (_, index) => Math.sin((2 * Math.PI * index) / period + phase));
const mixed = (left: readonly number[], right: readonly number[], share: number): number[] =>
  left.map((value, index) => share * value + Math.sqrt(1 - share * share) * right[index]!);

describe('correlationShift', () => {
  it('is the test of two correlations for one pair: 0.5 in 103 against 0.8 in 53', () => {
    const pair = (count: number, share: number) => [wave(count, count), mixed(wave(count, count), wave(count, count, Math.PI / 2), share)];
    const shift = correlationShift(pair(103, 0.5), pair(53, 0.8))!;
    expect(shift.before).toBeCloseTo(0.5, 9);
    expect(shift.now).toBeCloseTo(0.8, 9);
    expect(shift.z).toBeCloseTo((Math.atanh(0.8) - Math.atanh(0.5)) / Math.sqrt(1 / 100 + 1 / 50), 9);
    expect(shift.z).toBeCloseTo(3.172, 2);
  });
  it('is zero for the same stretch and has the sign of the change', () => {
    const series = [wave(60, 7), mixed(wave(60, 7), wave(60, 11), 0.3), mixed(wave(60, 13), wave(60, 7), 0.6)];
    expect(correlationShift(series, series)!.z).toBe(0);
    const closer = [wave(60, 7), wave(60, 7), wave(60, 7)];
    expect(correlationShift(series, closer)!.z).toBeGreaterThan(0);
    expect(correlationShift(closer, series)!.z).toBeLessThan(0);
  });
  it('stays finite for series that move as one', () => {
    expect(Number.isFinite(correlationShift([wave(20, 5), wave(20, 5)], [wave(20, 5), wave(20, 5)])!.z)).toBe(true);
  });
  it('says nothing of too little: three observations, one series, series that do not vary', () => {
    expect(correlationShift([wave(3, 5), wave(3, 7)], [wave(9, 5), wave(9, 7)])).toBeUndefined();
    expect(correlationShift([wave(9, 5)], [wave(9, 5)])).toBeUndefined();
    const flat = Array.from({ length: 9 }, () => 0);
    expect(correlationShift([flat, wave(9, 5)], [flat, wave(9, 5)])).toBeUndefined();
  });
});

describe('averageCorrelation', () => {
  it('is the mean over the pairs', () => {
    const [one, two, three] = [wave(50, 7), mixed(wave(50, 7), wave(50, 11), 0.3), wave(50, 5)] as const;
    const expected = (correlation(one, two) + correlation(one, three) + correlation(two, three)) / 3;
    expect(averageCorrelation([one, two, three])).toBeCloseTo(expected, 12);
  });
});

describe('multipleRegression', () => {
  it('gives the coefficients of Longley (1967) that NIST certifies', () => {
    // https://www.itl.nist.gov/div898/strd/lls/data/Longley.shtml: deflator, GNP, unemployed, armed forces, population, year -> employed.
    const rows = [
      [60323, 83, 234289, 2356, 1590, 107608, 1947],
      [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
      [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
      [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
      [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
      [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
      [64989, 99, 365385, 1870, 3547, 115094, 1953],
      [63761, 100, 363112, 3578, 3350, 116219, 1954],
      [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
      [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
      [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
      [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
      [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
      [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
      [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
      [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ];
    const column = (index: number) => rows.map((row) => row[index]!);
    const found = multipleRegression(column(0), [1, 2, 3, 4, 5, 6].map(column));
    const certified = [15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355];
    certified.forEach((value, index) => expect(found.slopes[index]! / value).toBeCloseTo(1, 6));
    expect(found.intercept / -3482258.63459582).toBeCloseTo(1, 6);
    expect(found.rSquared).toBeCloseTo(0.995479004577296, 9);
  });
  it('gives a regressor that the others explain no slope', () => {
    const x = wave(30, 7);
    const found = multipleRegression(
      x.map((value) => 1 + 2 * value),
      [x, x.map((value) => 3 * value - 1)],
    );
    expect(found.slopes[0]).toBeCloseTo(2, 9);
    expect(found.slopes[1]).toBe(0);
  });
  it('refuses fewer observations than unknowns, and series of different lengths', () => {
    expect(() => multipleRegression([1, 2], [[1, 2]])).toThrow(RangeError);
    expect(() => multipleRegression([1, 2, 3], [[1, 2]])).toThrow(RangeError);
  });
});
