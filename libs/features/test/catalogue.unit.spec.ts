import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CatalogueEntry } from '../src/catalogue/entry.js';
import { defineFeature } from '../src/catalogue/parameters.js';
import { createFeatureSet, FEATURE_CATALOGUE, type FeatureDefinition, SymbolFeatures } from '../src/index.js';
import { batchCatalogue } from './batch-catalogue.js';
import { catalogueReference } from './catalogue-reference.js';
import { moves, seriesOf } from './random-series.js';

const SEED = 20_000_103;
const BAR_FIELDS = new Set(['open', 'high', 'low', 'close', 'volume']);

const defined = (entry: CatalogueEntry): FeatureDefinition => {
  const found = defineFeature(entry, {});
  if (!found.ok) throw new RangeError(`${entry.name}: ${found.error.join(', ')}`);
  return found.value;
};
const hasDefaults = (entry: CatalogueEntry): boolean => entry.parameters.every(({ otherwise }) => otherwise !== undefined);
const ofBars = FEATURE_CATALOGUE.filter(hasDefaults)
  .map((entry) => ({ entry, definition: defined(entry) }))
  .filter(({ definition }) => definition.inputs.every((input) => BAR_FIELDS.has(input)));
const setOf = (definitions: readonly FeatureDefinition[]) => createFeatureSet({ name: 'all', version: 1, definitions, modelInputs: [] });
const barSet = setOf(ofBars.map(({ definition }) => definition));

describe('the catalogue', () => {
  it('names every formula once, in lower case, with a summary', () => {
    const names = FEATURE_CATALOGUE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, summary } of FEATURE_CATALOGUE) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(summary, name).toMatch(/\.$/);
    }
  });

  it('has at least sixty indicators of bars', () => expect(ofBars.length).toBeGreaterThan(60));

  it('is documented in docs/reference/features.md (write it anew with vitest -u)', async () => {
    await expect(catalogueReference(FEATURE_CATALOGUE)).toMatchFileSnapshot('../../../docs/reference/features.md');
  });

  it.each([
    [{ period: 1 }, 'period is 1, but must be whole 2 to 5000'],
    [{ period: 2.5 }, 'period is 2.5, but must be whole 2 to 5000'],
    [{ length: 3 }, "has no parameter 'length'"],
    [{ period: 'ten' }, 'period is ten, but must be whole 2 to 5000'],
  ])('refuses %j', (given, fault) => {
    const found = defineFeature(
      FEATURE_CATALOGUE.find(({ name }) => name === 'sma')!,
      given,
    );
    expect(found.ok ? [] : found.error).toEqual([fault]);
  });
});

describe('streaming the catalogue', () => {
  it('equals the batch computation, bar by bar, for every indicator that the baseline does not have', () => {
    const batch = new Set(Object.keys(batchCatalogue(seriesOf(fc.sample(moves(80, 80), { seed: 1, numRuns: 1 })[0]!))));
    const chosen = ofBars.filter(({ entry }) => batch.has(entry.name));
    expect(chosen.length).toBe(batch.size);
    const set = setOf(chosen.map(({ definition }) => definition));
    fc.assert(
      fc.property(moves(70, 130), (entries) => {
        const series = seriesOf(entries);
        const expected = batchCatalogue(series);
        const features = new SymbolFeatures(set);
        const values = new Float64Array(set.names.length);
        const faults: string[] = [];
        for (let bar = 0; bar < entries.length; bar += 1) {
          features.update(series.open[bar]!, series.high[bar]!, series.low[bar]!, series.close[bar]!, series.volume[bar]!, values);
          for (const [column, { entry }] of chosen.entries()) {
            const theirs = expected[entry.name]![bar]!;
            const ours = values[column]!;
            if (Number.isNaN(theirs) && Number.isNaN(ours)) continue;
            const error = Math.abs(ours - theirs) / Math.max(1, Math.abs(theirs));
            if (!(error < 1e-9)) faults.push(`${entry.name} at bar ${bar}: ${ours} against ${theirs}`);
          }
        }
        expect(faults).toEqual([]);
      }),
      { seed: SEED, numRuns: 8, endOnFailure: true },
    );
  });

  it('goes on to the bit after a save and a restore at any bar', () => {
    fc.assert(
      fc.property(moves(30, 160), fc.nat(), (entries, cut) => {
        const series = seriesOf(entries);
        const run = (features: SymbolFeatures, from: number, to: number): Float64Array => {
          const values = new Float64Array(barSet.names.length);
          for (let bar = from; bar < to; bar += 1)
            features.update(series.open[bar]!, series.high[bar]!, series.low[bar]!, series.close[bar]!, series.volume[bar]!, values);
          return values;
        };
        const middle = cut % entries.length;
        const first = new SymbolFeatures(barSet);
        run(first, 0, middle);
        const second = new SymbolFeatures(barSet);
        second.restore(first.save());
        expect(run(second, middle, entries.length)).toEqual(run(new SymbolFeatures(barSet), 0, entries.length));
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('is warm exactly from its window on, and finite then, also when nothing moves and nothing is traded', () => {
    const still = seriesOf(Array.from({ length: 260 }, () => ({ change: 0, up: 0, down: 0, volume: 0 })));
    const moving = seriesOf(fc.sample(moves(260, 260), { seed: 3, numRuns: 1 })[0]!);
    for (const series of [still, moving]) {
      const features = new SymbolFeatures(barSet);
      const values = new Float64Array(barSet.names.length);
      for (let bar = 0; bar < 260; bar += 1) {
        features.update(series.open[bar]!, series.high[bar]!, series.low[bar]!, series.close[bar]!, series.volume[bar]!, values);
        for (const [column, { definition }] of ofBars.entries())
          expect(Number.isFinite(values[column]), `${definition.name} at bar ${bar + 1}`).toBe(bar + 1 >= definition.window);
      }
    }
  });
});
