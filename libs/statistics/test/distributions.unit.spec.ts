import { describe, expect, it } from 'vitest';
import {
  incompleteBeta,
  logGamma,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
  wilsonInterval,
  wilsonLowerBound,
} from '../src/index.js';

describe('normal distribution', () => {
  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.96, 0.9750021048517795],
    [-1, 0.15865525393145707],
    [-8, 6.220960574271819e-16],
  ])('P(Z <= %d) is %d', (z, expected) => {
    expect(Math.abs(normalCdf(z) / expected - 1)).toBeLessThan(1e-12);
  });

  it('gives 0 and 1 far out and NaN for NaN', () => {
    expect([normalCdf(-40), normalCdf(40), normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1, 0, 1]);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  it('turns a probability back into its quantile, in the centre and in both tails', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    for (const probability of [1e-300, 1e-20, 1e-9, 0.001, 0.07, 0.075, 0.3, 0.5, 0.8, 0.999]) {
      expect(Math.abs(normalCdf(normalQuantile(probability)) / probability - 1)).toBeLessThan(1e-9);
    }
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(normalQuantile(1.1)).toBeNaN();
  });
});

describe("Student's distribution", () => {
  it('agrees with the closed forms of one and two degrees of freedom', () => {
    for (const t of [-30, -2.5, -0.1, 0, 0.7, 3, 100]) {
      expect(studentTCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 13);
      expect(studentTCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 13);
    }
  });

  it.each([
    [10, 2.228138851964939],
    [30, 2.042272456301238],
    [1000, 1.962339080824138],
  ])('with %d degrees of freedom has the tabulated quantile %d at 0.975', (degrees, expected) => {
    expect(studentTQuantile(0.975, degrees)).toBeCloseTo(expected, 9);
    expect(studentTQuantile(0.025, degrees)).toBeCloseTo(-expected, 9);
  });

  it('refuses what has no degrees of freedom', () => {
    expect(studentTCdf(1, 0)).toBeNaN();
    expect(studentTQuantile(0.5, -1)).toBeNaN();
    expect(studentTCdf(-Infinity, 5)).toBe(0);
  });
});

describe('special functions', () => {
  it('logGamma is the logarithm of the factorial', () => {
    expect(logGamma(6)).toBeCloseTo(Math.log(120), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  });

  it('the incomplete beta is symmetric and exact for small whole parameters', () => {
    expect(incompleteBeta(0.3, 2, 3)).toBeCloseTo(0.3483, 12);
    expect(incompleteBeta(0.3, 2, 3) + incompleteBeta(0.7, 3, 2)).toBeCloseTo(1, 13);
  });
});

describe('Wilson interval', () => {
  it('has the published ends for 8 of 10', () => {
    const interval = wilsonInterval(8, 10);
    expect(interval.low).toBeCloseTo(0.4901625, 7);
    expect(interval.high).toBeCloseTo(0.9433178, 7);
  });

  it('stays inside [0, 1] and is never certain from few trials', () => {
    expect(wilsonInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775328, 7) as number });
    expect(wilsonInterval(10, 10).high).toBe(1);
    expect(wilsonLowerBound(10, 10)).toBeCloseTo(0.7224672, 7);
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('refuses impossible counts', () => {
    expect(() => wilsonLowerBound(11, 10)).toThrow(RangeError);
    expect(() => wilsonLowerBound(-1, 10)).toThrow(RangeError);
    expect(() => wilsonInterval(1, 2, 1)).toThrow(RangeError);
  });
});
