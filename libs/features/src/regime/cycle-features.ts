import type { FeatureDefinition } from '../definitions/definition.js';
import { SparseSpectrum } from './sparse-spectrum.js';
import { TURN } from './spectrum-bank.js';

/** Cycles that are taken out of the spectrum. */
const CYCLES = 3;
const PERIOD_MIN = 4;

const spectral = (name: string, formula: string, size: number, read: (spectrum: SparseSpectrum) => number): FeatureDefinition => ({
  name: `${name}_${size}`,
  formula,
  parameters: [size, PERIOD_MIN, CYCLES],
  inputs: ['close'],
  window: size,
  compose(pool) {
    const spectrum = pool.share(new SparseSpectrum(pool.logClose(), size, PERIOD_MIN, CYCLES));
    return () => read(spectrum);
  },
});

/** Period of the strongest cycle of the last `size` log closes about their line, in bars; NaN when they lie on it. */
export const cyclePeriod = (size: number): FeatureDefinition => spectral('cycle_period', 'cycle-period@1', size, ({ value }) => value);

/** Share of the movement about the line that the strongest cycle explains, in [0, 1]. */
export const cycleShare = (size: number): FeatureDefinition =>
  spectral('cycle_share', 'cycle-share@1', size, ({ cycles }) => cycles[0]!.share);

/** Share that the three strongest cycles explain together, in [0, 1]. */
export const cyclesShare = (size: number): FeatureDefinition =>
  spectral('cycles_share', 'cycles-share@1', size, ({ cycles }) =>
    Math.min(
      1,
      cycles.reduce((sum, { share }) => sum + share, 0),
    ),
  );

/** Where in the strongest cycle the bar is, in turns from the crest, in [0, 1). */
export const cyclePhase = (size: number): FeatureDefinition =>
  spectral('cycle_phase', 'cycle-phase@1', size, ({ cycles }) => cycles[0]!.phase);

/** The same without a jump: 1 at the crest, -1 in the trough. */
export const cyclePosition = (size: number): FeatureDefinition =>
  spectral('cycle_position', 'cycle-position@1', size, ({ cycles }) => Math.cos(TURN * cycles[0]!.phase));
