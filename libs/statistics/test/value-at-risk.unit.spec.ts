import { describe, expect, it } from 'vitest';

import {
  cornishFisherShortfall,
  cornishFisherValueAtRisk,
  historicalShortfall,
  historicalValueAtRisk,
  normalQuantile,
  parametricShortfall,
  parametricValueAtRisk,
  returnMoments,
} from '../src/index.js';
import type { ReturnMoments } from '../src/index.js';

const moments = (mean: number, deviation: number, skewness = 0, excessKurtosis = 0): ReturnMoments => ({
  count: 100,
  mean,
  deviation,
  skewness,
  excessKurtosis,
});

/** The portfolio of Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd edition: 24 monthly returns in percent. */
const BACON = [
  0.3, 2.6, 1.1, -1, 1.5, 2.5, 1.6, 6.7, -1.4, 4, -0.5, 8.1, 4, -3.7, -6.1, 1.7, -4.9, -2.2, 7, 5.8, -6.5, 2.4, -0.5, -0.9,
].map((percent) => percent / 100);

describe('the normal method', () => {
  it('has the textbook multiples: 1.645 and 2.326 deviations, 2.063 and 2.665 for the shortfall', () => {
    expect(parametricValueAtRisk(moments(0, 1), 0.95)).toBeCloseTo(1.6449, 4);
    expect(parametricValueAtRisk(moments(0, 1), 0.99)).toBeCloseTo(2.3263, 4);
    expect(parametricShortfall(moments(0, 1), 0.95)).toBeCloseTo(2.0627, 4);
    expect(parametricShortfall(moments(0, 1), 0.99)).toBeCloseTo(2.6652, 4);
  });
  it('gives McNeil, Frey and Embrechts, example 2.14: 10,000 at 20% a year over 250 days', () => {
    const daily = moments(0, (10_000 * 0.2) / Math.sqrt(250));
    expect(parametricValueAtRisk(daily, 0.95)).toBeCloseTo(208.1, 1);
    expect(parametricValueAtRisk(daily, 0.99)).toBeCloseTo(294.3, 1);
    expect(parametricShortfall(daily, 0.95)).toBeCloseTo(260.9, 1);
    expect(parametricShortfall(daily, 0.99)).toBeCloseTo(337.1, 1);
  });
});

describe('the Cornish–Fisher method', () => {
  // Infiniti Analytics, Cornish Fisher Modified Value at Risk: EDHEC indexes to 2009, mean, deviation, skewness, excess kurtosis, 95% normal and modified VaR in percent.
  it.each([
    ['equal weights', 0.69, 1.58, -1.28, 4.51, 1.9, 2.28],
    ['convertible arbitrage', 0.58, 1.96, -3.04, 18.35, 2.64, 3.27],
    ['CTA global', 0.67, 2.53, 0.12, -0.11, 3.49, 3.42],
    ['distressed securities', 0.76, 1.84, -1.69, 6.73, 2.26, 2.79],
    ['emerging markets', 0.8, 3.88, -1.26, 5.22, 5.59, 6.45],
  ])('gives the published value at risk of %s', (_name, mean, deviation, skew, kurtosis, normal, modified) => {
    // Means and deviations are rounded to two digits.
    expect(Math.abs(parametricValueAtRisk(moments(mean, deviation), 0.95) - normal)).toBeLessThan(0.02);
    expect(Math.abs(cornishFisherValueAtRisk(moments(mean, deviation, skew, kurtosis), 0.95) - modified)).toBeLessThan(0.02);
  });
  it('is the normal one without skewness and kurtosis', () => {
    const normal = moments(0.01, 0.2);
    for (const confidence of [0.95, 0.99]) {
      expect(cornishFisherValueAtRisk(normal, confidence)).toBeCloseTo(parametricValueAtRisk(normal, confidence), 12);
      expect(cornishFisherShortfall(normal, confidence)).toBeCloseTo(parametricShortfall(normal, confidence), 12);
    }
  });
  it('has as shortfall the mean of the Edgeworth density beyond the modified quantile', () => {
    const [skew, kurtosis] = [-0.4, 0.9];
    const shaped = moments(0.002, 0.03, skew, kurtosis);
    const quantile = -(cornishFisherValueAtRisk(shaped, 0.95) + shaped.mean) / shaped.deviation;
    const density = (x: number): number =>
      (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
      (1 +
        (skew / 6) * (x ** 3 - 3 * x) +
        (kurtosis / 24) * (x ** 4 - 6 * x ** 2 + 3) +
        (skew ** 2 / 72) * (x ** 6 - 15 * x ** 4 + 45 * x ** 2 - 15));
    let tail = 0;
    const width = 1e-4;
    for (let x = quantile - width / 2; x > -12; x -= width) tail += x * density(x) * width;
    expect(cornishFisherShortfall(shaped, 0.95)).toBeCloseTo(-shaped.mean - (shaped.deviation * tail) / 0.05, 5);
  });
  it('is never below its value at risk, however far the expansion is stretched', () => {
    for (const skew of [-4, -1, 0, 1, 4]) {
      for (const kurtosis of [-1, 0, 5, 30]) {
        const odd = moments(0, 1, skew, kurtosis);
        expect(cornishFisherShortfall(odd, 0.99)).toBeGreaterThanOrEqual(cornishFisherValueAtRisk(odd, 0.99));
      }
    }
  });
});

describe('the historical method', () => {
  // PerformanceAnalytics, test-VaR_archive_baseline.R: edhec[1:100, "Convertible Arbitrage"]; the six worst of the hundred months decide.
  it('gives the published values of convertible arbitrage to 2005', () => {
    const months = [-0.0319, -0.0316, -0.0214, -0.0196, -0.0159, -0.014].concat(Array.from({ length: 94 }, (_, index) => index / 1000));
    expect(historicalValueAtRisk(months, 0.95)).toBeCloseTo(0.014_095, 6);
    expect(historicalShortfall(months, 0.95)).toBeCloseTo(0.024_08, 6);
  });
  it('does not mind the order of the returns, and never has a shortfall below the value at risk', () => {
    const reversed = [...BACON].reverse();
    for (const confidence of [0.9, 0.95, 0.99]) {
      expect(historicalValueAtRisk(reversed, confidence)).toBe(historicalValueAtRisk(BACON, confidence));
      expect(historicalShortfall(BACON, confidence)).toBeGreaterThanOrEqual(historicalValueAtRisk(BACON, confidence));
    }
  });
  it('knows nothing from nothing', () => {
    expect(historicalValueAtRisk([], 0.95)).toBeNaN();
    expect(historicalShortfall([], 0.95)).toBeNaN();
  });
});

describe('returnMoments', () => {
  it("gives Bacon's figures of the portfolio", () => {
    // Pages 84 and 85; the same in the vignette PA-Bacon of PerformanceAnalytics.
    const found = returnMoments(BACON);
    expect(found.excessKurtosis).toBeCloseTo(-0.57, 2);
    expect(found.excessKurtosis + 3).toBeCloseTo(2.43, 2);
    // What it calls the sample skewness is g1·n²/((n − 1)(n − 2)).
    expect((found.skewness * 24 * 24) / (23 * 22)).toBeCloseTo(-0.09, 2);
  });
  it('has no shape where nothing varies', () => {
    expect(returnMoments([0.01, 0.01, 0.01])).toMatchObject({ deviation: 0, skewness: 0, excessKurtosis: 0 });
    expect(parametricValueAtRisk(returnMoments([0.01, 0.01]), 0.95)).toBeCloseTo(-0.01, 12);
  });
  it('agrees with the quantile of a sample that is normal by construction', () => {
    const sample = Array.from({ length: 20_001 }, (_, index) => 0.001 + 0.02 * normalQuantile((index + 0.5) / 20_001));
    const found = returnMoments(sample);
    for (const confidence of [0.95, 0.99]) {
      expect(parametricValueAtRisk(found, confidence)).toBeCloseTo(historicalValueAtRisk(sample, confidence), 4);
      expect(cornishFisherValueAtRisk(found, confidence)).toBeCloseTo(historicalValueAtRisk(sample, confidence), 4);
      expect(parametricShortfall(found, confidence)).toBeCloseTo(historicalShortfall(sample, confidence), 3);
    }
  });
});
