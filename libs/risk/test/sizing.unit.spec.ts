import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { annualVolatility, kellyFraction, targetWeight } from '../src/index.js';
import { profile, signal } from './fixtures.js';

describe('kellyFraction', () => {
  it('is the familiar bp − q over b when the whole stake is at risk', () => {
    expect(kellyFraction(0.6, 1, 1)).toBeCloseTo(0.2, 12);
    expect(kellyFraction(0.5, 2, 1)).toBeCloseTo(0.25, 12);
  });
  it('gives the published fractions', () => {
    // Thorp (2006), section 2: a coin with p = 0.53 at even money, f* = 2p − 1 = 0.06.
    expect(kellyFraction(0.53, 1, 1)).toBeCloseTo(0.06, 12);
    // Kelly (1956): edge over odds; at 5 to 1 against with one chance in three: (5·⅓ − ⅔)/5 = 0.2.
    expect(kellyFraction(1 / 3, 5, 1)).toBeCloseTo(0.2, 12);
    // Only half of the stake can be lost: twice the stake of the same bet.
    expect(kellyFraction(0.5, 1, 0.5)).toBeCloseTo(0.5, 12);
  });
  it('maximises expected log growth for any win and loss', () => {
    const growth = (p: number, win: number, loss: number, f: number): number => p * Math.log1p(f * win) + (1 - p) * Math.log1p(-f * loss);
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (p, win, loss) => {
          const best = kellyFraction(p, win, loss);
          fc.pre(best > 0.001 && best < 0.999 / loss);
          for (const nearby of [best * 0.98, best * 1.02]) {
            if (nearby * loss < 1) expect(growth(p, win, loss, best)).toBeGreaterThanOrEqual(growth(p, win, loss, nearby));
          }
        },
      ),
    );
  });
  it('is not positive without an edge, and NaN for what is no bet', () => {
    expect(kellyFraction(0.5, 1, 1)).toBe(0);
    expect(kellyFraction(0.4, 1, 1)).toBeLessThan(0);
    for (const bad of [
      kellyFraction(1.1, 1, 1),
      kellyFraction(0.5, 0, 1),
      kellyFraction(0.5, 1, Number.NaN),
      kellyFraction(Number.NaN, 1, 1),
    ])
      expect(bad).toBeNaN();
  });
});

describe('targetWeight', () => {
  const limits = profile('demo', { sizing: { volatilityTarget: '2' } });
  const weight = (changes = {}, throttled = false, which = limits): number => targetWeight(signal(1, 'AAA', changes), which, throttled);
  it('is a quarter of Kelly times confidence when that is the least', () => {
    expect(weight({ probabilityUp: 0.55, expectedWin: 0.2, expectedLoss: 0.2, confidence: 0.8 })).toBeCloseTo(0.25 * 0.5 * 0.8, 12);
  });
  it('is the position limit for a strong edge, and halved by disagreement and by a drawdown', () => {
    expect(weight()).toBe(0.45);
    expect(weight({ sizeMultiplier: 0.5 }, true)).toBeCloseTo(0.1125, 12);
  });
  it('shrinks with volatility', () => {
    const target = profile('demo');
    expect(weight({ atr: 4 }, false, target)).toBeCloseTo(0.15 / annualVolatility(4, 100), 12);
    expect(annualVolatility(1, 100)).toBeCloseTo(0.0995, 3);
  });
  it('knows how many bars a year has: a minute’s range is far more volatility than a day’s', () => {
    expect(annualVolatility(1, 100, 252 * 390)).toBeCloseTo(annualVolatility(1, 100) * Math.sqrt(390), 9);
    // Parkinson (1980): the mean range of a driftless walk is √(8/π) = 1.5958 standard deviations.
    expect(0.01 / (annualVolatility(1, 100) / Math.sqrt(252))).toBeCloseTo(1.5958, 4);
  });
});
