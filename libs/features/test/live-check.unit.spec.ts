import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  createFeatureEngine,
  FEATURE_CATALOGUE,
  type FeatureEngine,
  FeatureSampler,
  featureIndex,
  parseFeatureSets,
  type SampleReport,
} from '../src/index.js';
import { windowFeatures } from '../src/live-check/window-features.js';
import { marketInputs, type MarketInput, seeds } from './random-market.js';

const parsed = parseFeatureSets(
  ['baseline@1.json', 'level2@1.json', 'full@1.json'].map((file) => ({
    file,
    text: readFileSync(new URL(`../sets/${file}`, import.meta.url), 'utf8'),
  })),
  FEATURE_CATALOGUE,
);
if (!parsed.ok) throw new RangeError(JSON.stringify(parsed.error));
const full = parsed.value.named('full@1');

interface Watch {
  readonly reports: readonly SampleReport[];
  readonly sampler: FeatureSampler;
}

/** `meddle` may do harm before an input is taken in; the sampler does not see the inputs that `isLost` names. */
const watch = (
  inputs: readonly MarketInput[],
  barsMin: number,
  {
    meddle,
    isLost,
    inputsMax = 10_000,
  }: { meddle?: (engine: FeatureEngine, index: number) => void; isLost?: (index: number) => boolean; inputsMax?: number } = {},
): Watch => {
  const engine = createFeatureEngine(full);
  const sampler = new FeatureSampler(full, { barsMin, inputsMax });
  const reports: SampleReport[] = [];
  inputs.forEach((input, index) => {
    meddle?.(engine, index);
    const lost = isLost?.(index) ?? false;
    if (input.kind === 'bar') {
      const report = sampler.onBar(input.bar, engine.onBar(input.bar), engine);
      if (report !== undefined) reports.push(report);
    } else if (input.kind === 'tick') {
      engine.onTick(input.tick);
      if (!lost) sampler.onTick(input.tick);
    } else {
      engine.onRecords(input.known);
      if (!lost) sampler.onRecords(input.known);
    }
  });
  return { reports, sampler };
};

/** Changes one number of what the engine remembers of `A`. */
const corrupt = (engine: FeatureEngine, cell: number): void => {
  const state = engine.save();
  state.symbols['A']!.memory[cell]! += 0.5;
  engine.restore(state);
};

describe('the live check', () => {
  it('finds nothing wrong in a stream of bars, ticks and records, and turns to one symbol after the other', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { reports } = watch(marketInputs(seed, 90), 20);
        expect(new Set(reports.map(({ symbol }) => symbol)).size).toBe(2);
        for (const report of reports) expect(report).toMatchObject({ bars: 20, mismatched: 0, mismatches: [] });
      }),
      { seed: 20_000_103, numRuns: 10 },
    );
  });

  it('computes from the bars alone what hangs on their windows alone', () => {
    const windows = new Set(windowFeatures(full).map((index) => full.names[index]!));
    for (const name of ['sma_200', 'hv_20', 'stochastic_k_14', 'bollinger_width_20', 'linreg_r2_20', 'session_minute_XNYS'])
      expect(windows, name).toContain(name);
    for (const name of ['ema_26', 'rsi_14', 'obv', 'garch_volatility', 'mid_price', 'adx_14']) expect(windows, name).not.toContain(name);
    const [report] = watch(marketInputs(1, 260), 210).reports;
    expect(report!.compared).toBe(210 * full.names.length + windows.size);
    expect(report!.mismatched).toBe(0);
  });

  it('finds a memory that changed while it was watched', () => {
    // The seventh number lies in the ring of the set's first primitive, the sum over ten closes.
    const { reports } = watch(marketInputs(2, 60), 30, { meddle: (engine, index) => (index === 60 ? corrupt(engine, 7) : undefined) });
    expect(reports[0]!.mismatched).toBeGreaterThan(0);
    expect(reports[0]!.mismatches[0]).toMatchObject({ from: 'state', feature: 'sma_ratio_10' });
  });

  it('finds a vector that says something else than its inputs, both ways', () => {
    const column = featureIndex(full, 'sma_10');
    const engine = createFeatureEngine(full);
    const sampler = new FeatureSampler(full, { barsMin: 12, inputsMax: 1_000 });
    const reports = marketInputs(2, 13)
      .filter((input) => input.kind === 'bar')
      .map(({ bar }) => {
        const vector = engine.onBar(bar);
        vector.values[column]! *= 1.001;
        return sampler.onBar(bar, vector, engine);
      });
    const kinds = reports.at(-1)!.mismatches.map(({ feature, from }) => `${feature} ${from}`);
    expect(new Set(kinds)).toEqual(new Set(['sma_10 state', 'sma_10 window']));
  });

  it('finds a tick or a record that was taken in but is not in the record of what was', () => {
    const inputs = marketInputs(4, 60);
    const { reports } = watch(inputs, 40, { isLost: (index) => inputs[index]!.kind === 'tick' });
    const wrong = new Set(reports[0]!.mismatches.map(({ feature }) => feature));
    expect(wrong).toContain('mid_price');
    expect([...wrong].filter((name) => featureIndex(full, name) < 47)).toEqual([]);
  });

  it('drops a sample with more inputs than it may keep, and says how many', () => {
    const { reports, sampler } = watch(marketInputs(4, 60), 40, { inputsMax: 20 });
    expect(reports).toEqual([]);
    expect(sampler.dropped).toBeGreaterThan(0);
  });
});
