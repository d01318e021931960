import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { attribute, type Attribution, type GroupReturn, linkAttributions } from '../src/index.js';

const summed = ({ effects }: Attribution): number =>
  effects.reduce((sum, { allocation, selection, interaction }) => sum + allocation + selection + interaction, 0);

describe('attribute', () => {
  it("gives the effects of Bacon's worked example (Practical Portfolio Performance Measurement and Attribution, chapter 5)", () => {
    const made = attribute([
      { group: 'UK', portfolioWeight: 0.4, benchmarkWeight: 0.4, portfolioReturn: 0.2, benchmarkReturn: 0.1 },
      { group: 'Japan', portfolioWeight: 0.3, benchmarkWeight: 0.2, portfolioReturn: -0.05, benchmarkReturn: -0.04 },
      { group: 'US', portfolioWeight: 0.3, benchmarkWeight: 0.4, portfolioReturn: 0.06, benchmarkReturn: 0.08 },
    ]);
    expect(made.portfolioReturn).toBeCloseTo(0.083, 12);
    expect(made.benchmarkReturn).toBeCloseTo(0.064, 12);
    const percents = made.effects.map(({ group, allocation, selection, interaction }) => [
      group,
      Number((allocation * 100).toFixed(2)),
      Number((selection * 100).toFixed(2)),
      Number((interaction * 100).toFixed(2)),
    ]);
    expect(percents).toEqual([
      ['UK', 0, 4, 0],
      ['Japan', -1.04, -0.2, -0.1],
      ['US', -0.16, -0.8, 0.2],
    ]);
  });
});

describe('linkAttributions', () => {
  const weights = (size: number) =>
    fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: size, maxLength: size }).map((raw) => {
      const whole = raw.reduce((sum, value) => sum + value, 0);
      return raw.map((value) => value / whole);
    });
  const returns = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 3, maxLength: 3 });
  const period = fc.tuple(weights(3), weights(3), returns, returns).map(([held, market, made, index]) =>
    attribute(
      held.map((portfolioWeight, group): GroupReturn => ({
        group: String(group),
        portfolioWeight,
        benchmarkWeight: market[group]!,
        portfolioReturn: made[group]!,
        benchmarkReturn: index[group]!,
      })),
    ),
  );
  it('adds up to the difference of the compound returns over any number of periods', () => {
    fc.assert(
      fc.property(fc.array(period, { minLength: 1, maxLength: 30 }), (periods) => {
        const linked = linkAttributions(periods);
        expect(summed(linked)).toBeCloseTo(linked.portfolioReturn - linked.benchmarkReturn, 9);
      }),
    );
  });
});
