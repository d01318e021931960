import type { CatalogueEntry, ParameterSpec } from '../catalogue/entry.js';
import { cyclePeriod, cyclePhase, cyclePosition, cycleShare, cyclesShare } from './cycle-features.js';
import { garchRatio, garchVolatility } from './garch-volatility.js';
import { TREND_STATES, trendRegime, trendState, VOLATILITY_STATES, volatilityRegime } from './regime-features.js';

const number = (name: string, min: number, max: number, otherwise: number): ParameterSpec => ({
  name,
  rule: { kind: 'number', min, max },
  otherwise,
});
const choice = (choices: readonly string[]): ParameterSpec => ({ name: 'state', rule: { kind: 'choice', choices } });

const RETURN_MAX = 1;
const mean = (name: string, otherwise: number): ParameterSpec => number(name, -RETURN_MAX, RETURN_MAX, otherwise);
const deviation = (name: string, otherwise: number): ParameterSpec => number(name, 1e-9, RETURN_MAX, otherwise);
const chance = (name: string, otherwise: number): ParameterSpec => number(name, 0, 1, otherwise);

/** Defaults are our fits to the daily log returns of the S&P 500, 1999 to 2018: docs/reference/regimes.md. */
const GARCH: readonly ParameterSpec[] = [
  mean('mean', 0.000524),
  number('omega', 1e-18, RETURN_MAX, 0.000001774),
  number('alpha', 0, 1, 0.1019),
  number('beta', 0, 1, 0.8853),
];
const TREND: readonly ParameterSpec[] = [
  mean('bear_mean', -0.0016),
  mean('sideways_mean', -0.00024),
  mean('bull_mean', 0.00091),
  deviation('bear_deviation', 0.02665),
  deviation('sideways_deviation', 0.01167),
  deviation('bull_deviation', 0.00548),
  chance('bear_to_sideways', 0.0314),
  chance('bear_to_bull', 0),
  chance('sideways_to_bear', 0.00659),
  chance('sideways_to_bull', 0.0201),
  chance('bull_to_bear', 0.0003),
  chance('bull_to_sideways', 0.0204),
];
const VOLATILITY: readonly ParameterSpec[] = [
  mean('mean', 0.0002),
  deviation('calm_deviation', 0.00685),
  deviation('wild_deviation', 0.01806),
  chance('calm_to_wild', 0.012),
  chance('wild_to_calm', 0.0225),
];
const size: ParameterSpec = { name: 'size', rule: { kind: 'integer', min: 16, max: 512 }, otherwise: 128 };

type Define = CatalogueEntry['define'];

const entry = (
  name: string,
  summary: string,
  convention: string,
  parameters: readonly ParameterSpec[],
  define: Define,
): CatalogueEntry => ({
  name,
  group: 'regime',
  summary,
  convention,
  parameters,
  define,
});

const FILTER = 'Hamilton’s filter of log returns; starts with the shares of the long run';
const FITTED = 'normal shocks; parameters fitted elsewhere; starts with the variance of the long run';
const SPECTRUM = 'sines by least squares about the window’s line, periods from 4 bars to half the window';

/** What set files can name of regimes, expected volatility and cycles. */
export const REGIME_ENTRIES: readonly CatalogueEntry[] = [
  entry('regime', 'Probability of a bear, sideways or bull market.', FILTER, [choice(TREND_STATES), ...TREND], trendRegime),
  entry('regime_trend', 'Most probable of them: -1 bear, 0 sideways, 1 bull.', FILTER, TREND, trendState),
  entry(
    'volatility_regime',
    'Probability that volatility is calm or wild.',
    FILTER,
    [choice(VOLATILITY_STATES), ...VOLATILITY],
    volatilityRegime,
  ),
  entry('garch_volatility', 'Deviation expected of the next log return, by GARCH(1,1).', FITTED, GARCH, garchVolatility),
  entry('garch_ratio', 'That deviation / the deviation of the long run.', FITTED, GARCH, garchRatio),
  entry('cycle_period', 'Period of the strongest cycle, in bars.', SPECTRUM, [size], cyclePeriod),
  entry('cycle_share', 'Share of the movement that the strongest cycle explains, in [0, 1].', SPECTRUM, [size], cycleShare),
  entry('cycles_share', 'Share that the three strongest cycles explain, in [0, 1].', SPECTRUM, [size], cyclesShare),
  entry('cycle_phase', 'Where in the strongest cycle the bar is, in turns from the crest, in [0, 1).', SPECTRUM, [size], cyclePhase),
  entry('cycle_position', '1 at the crest of the strongest cycle, -1 in its trough.', SPECTRUM, [size], cyclePosition),
];
