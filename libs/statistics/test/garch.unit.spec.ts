import { seededRandom } from '@tradewind/testkit';
import { describe, expect, it } from 'vitest';

import { fitGarch, type GarchParameters, garchVariances } from '../src/index.js';
import { adjustedCloses, sp500 } from './index-returns.js';

const simulate = ({ mean, omega, alpha, beta }: GarchParameters, count: number, normal: () => number): readonly number[] => {
  let variance = omega / (1 - alpha - beta);
  return Array.from({ length: count }, () => {
    const shock = Math.sqrt(variance) * normal();
    variance = omega + alpha * shock * shock + beta * variance;
    return mean + shock;
  });
};

const within = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value / expected - 1), `${value} against ${expected}`).toBeLessThan(relative);

const fraction = (value: number): number => value - Math.floor(value);

/** Made by a formula, so that other programs can be fed with the same. */
const formulaReturns = (): readonly number[] => {
  let variance = 1;
  return Array.from({ length: 800 }, (_value, index) => {
    const time = index + 1;
    const noise = [Math.sin(time * 1.3), Math.sin(time * 2.7 + 1), Math.sin(time * 3.1 + 2)].map((value) => fraction(1_000 * value));
    const shock = 2 * Math.sqrt(variance) * (noise.reduce((sum, value) => sum + value) - 1.5);
    variance = 0.1 + 0.15 * shock * shock + 0.75 * variance;
    return 0.1 + shock;
  });
};

describe('GARCH(1,1)', () => {
  it('is fitted as Python’s arch 8.0.0 fits the same series: estimates, likelihood, both kinds of error, variances', () => {
    const returns = formulaReturns();
    const fit = fitGarch(returns);
    expect(fit.converged).toBe(true);
    expect(fit.logLikelihood).toBeCloseTo(-1_142.36097840437, 7);
    within(fit.parameters.mean, 0.10244950971302808, 1e-5);
    within(fit.parameters.omega, 0.14779121038649787, 1e-5);
    within(fit.parameters.alpha, 0.16995941087735125, 1e-5);
    within(fit.parameters.beta, 0.6959618547234632, 1e-5);
    const errors = [0.034020765556718645, 0.05114299570928001, 0.038691162475858715, 0.06848729157295305];
    const robust = [0.03314130079523238, 0.04103737358602035, 0.03212921692440291, 0.053404111080433136];
    for (const [index, value] of Object.values(fit.errors).entries()) within(value, errors[index]!, 1e-3);
    for (const [index, value] of Object.values(fit.robustErrors).entries()) within(value, robust[index]!, 1e-3);
    const last = [1.18172546, 1.0825323, 0.90547065, 0.93644007];
    for (const [index, value] of garchVariances(returns, fit.parameters).slice(-4).entries()) within(value, last[index]!, 1e-6);
  });

  it('finds the parameters of a simulated series within three of its standard errors', () => {
    const truth = { mean: 0.05, omega: 0.02, alpha: 0.09, beta: 0.89 };
    const random = seededRandom('garch-recovery');
    const fit = fitGarch(simulate(truth, 8_000, () => random.normal()));
    for (const name of ['mean', 'omega', 'alpha', 'beta'] as const) {
      expect(Math.abs(fit.parameters[name] - truth[name]), name).toBeLessThan(3 * fit.errors[name]);
    }
    expect(fit.errors.alpha).toBeLessThan(0.02);
  });

  it('does not depend on the unit of the returns', () => {
    const random = seededRandom('garch-units');
    const returns = simulate({ mean: 0.05, omega: 0.05, alpha: 0.1, beta: 0.85 }, 2_000, () => random.normal());
    const whole = fitGarch(returns, 'sample-variance');
    const small = fitGarch(
      returns.map((value) => value / 100),
      'sample-variance',
    );
    within(small.parameters.omega * 1e4, whole.parameters.omega, 1e-5);
    within(small.parameters.alpha, whole.parameters.alpha, 1e-5);
    within(small.errors.beta, whole.errors.beta, 1e-4);
    within(small.logLikelihood - 2_000 * Math.log(100), whole.logLikelihood, 1e-9);
  });

  it('has the variances of its recursion, from the backcast on', () => {
    const variances = garchVariances([1, -2, 0.5], { mean: 0, omega: 0.1, alpha: 0.2, beta: 0.7 }, 'sample-variance');
    const before = (1 + 4 + 0.25) / 3;
    const first = 0.1 + 0.9 * before;
    expect([...variances].map((value) => value.toFixed(12))).toEqual(
      [first, 0.1 + 0.2 + 0.7 * first, 0.1 + 0.8 + 0.7 * (0.3 + 0.7 * first), 0.1 + 0.05 + 0.7 * (0.9 + 0.7 * (0.3 + 0.7 * first))].map(
        (value) => value.toFixed(12),
      ),
    );
  });

  it.each([
    ['too few returns', Array.from({ length: 49 }, (_value, index) => index % 3)],
    ['returns that stand still', Array.from({ length: 100 }, () => 1)],
    ['a return that is no number', Array.from({ length: 100 }, (_value, index) => (index === 50 ? Number.NaN : index % 3))],
  ])('refuses %s', (_what, returns) => expect(() => fitGarch(returns)).toThrow(RangeError));
});

describe.skipIf(sp500.absent)(`GARCH(1,1) of the S&P 500, 1999 to 2018${sp500.note}`, () => {
  it('is what arch’s documentation prints for it (introduction to ARCH models, constant mean, robust errors)', () => {
    const closes = adjustedCloses();
    const returns = closes.slice(1).map((close, index) => 100 * (close / closes[index]! - 1));
    const { parameters, robustErrors, logLikelihood, observations } = fitGarch(returns);
    expect(observations).toBe(5_030);
    expect(logLikelihood.toFixed(2)).toBe('-6936.72');
    expect([parameters.mean, parameters.omega, parameters.alpha, parameters.beta].map((value) => value.toFixed(4))).toEqual([
      '0.0564',
      '0.0175',
      '0.1021',
      '0.8852',
    ]);
    expect(Object.values(robustErrors).map((value) => value.toExponential(2))).toEqual(['1.15e-2', '4.68e-3', '1.30e-2', '1.38e-2']);
  });
});
