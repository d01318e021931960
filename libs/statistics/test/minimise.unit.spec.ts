import { describe, expect, it } from 'vitest';

import { bfgs, leastSquaresLine, nelderMead, type Objective } from '../src/index.js';

const rosenbrock: Objective = ([x, y]) => 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2;

describe.each([
  ['Nelder and Mead', (objective: Objective, start: readonly number[]) => nelderMead(objective, start, { tolerance: 1e-14 }), 1e-5],
  ['BFGS', (objective: Objective, start: readonly number[]) => bfgs(objective, start), 1e-5],
])('%s', (_name, minimise, tolerance) => {
  it('finds the bottom of Rosenbrock’s valley from its classic start', () => {
    const found = minimise(rosenbrock, [-1.2, 1]);
    expect(found.converged).toBe(true);
    for (const part of found.at) expect(Math.abs(part - 1)).toBeLessThan(tolerance);
  });

  it('keeps to where the objective has a value', () => {
    const found = minimise(([x]) => (x! > 0 ? x! - Math.log(x!) : Number.NaN), [5]);
    expect(found.at[0]).toBeCloseTo(1, 4);
  });

  it('stops at the limit of iterations and says so', () => {
    const found = minimise(([x, y]) => -x! - y!, [0, 0]);
    expect(found.converged).toBe(false);
  });
});

describe('least squares', () => {
  it('gives Anscombe’s first set its published line (The American Statistician 27, 1973)', () => {
    const line = leastSquaresLine(
      [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
      [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    );
    expect(line.intercept.value).toBeCloseTo(3.0001, 4);
    expect(line.slope.value).toBeCloseTo(0.5001, 4);
    expect(line.intercept.error).toBeCloseTo(1.1247, 4);
    expect(line.slope.error).toBeCloseTo(0.1179, 4);
    expect(line.slope.tStatistic).toBeCloseTo(4.241, 3);
    expect(line.slope.pValue).toBeCloseTo(0.00217, 5);
    expect(line.rSquared).toBeCloseTo(0.6665, 4);
    expect(line.residualDeviation).toBeCloseTo(1.237, 3);
  });

  it.each([
    ['series of different lengths', [1, 2, 3], [1, 2]],
    ['two pairs', [1, 2], [1, 2]],
    ['an x that stands still', [1, 1, 1], [1, 2, 3]],
  ])('refuses %s', (_what, x, y) => expect(() => leastSquaresLine(x, y)).toThrow(RangeError));
});
