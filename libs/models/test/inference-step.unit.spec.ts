import { nanosFromMillis, symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { assemblePredictions, predictionsWithoutModel, selectRows, servedModel, type ServedModel, trainBaseline } from '../src/index.js';
import { FEATURE_SET, featuresOf, leaningBars, vectorAt } from './synthetic-bars.js';

const trained = trainBaseline({ dataset: 'synthetic', symbol: 'NDX', bars: leaningBars(2_500, 3) }, FEATURE_SET);
const MODEL: ServedModel = servedModel(trained.manifest, 4, FEATURE_SET.names);
const AT = nanosFromMillis(Date.UTC(2001, 5, 1, 20));
const good = vectorAt(AT, [100, 0.5, 0.25, -1], { symbol: symbolOf('SPX') });

describe('inference step', () => {
  it('hands the model its inputs by name, in its own order', () => {
    expect(Array.from(selectRows(featuresOf([good]), MODEL).inputs)).toEqual([0.5, 0.25, -1]);
  });

  it('leaves out vectors that are not warm, without a word', () => {
    const cold = vectorAt(AT, [100, Number.NaN, 0, 0]);
    expect(selectRows(featuresOf([cold, good]), MODEL)).toMatchObject({ vectors: [good], refusals: [] });
  });

  it('refuses a NaN, an infinity and a number beyond float32 by symbol, and predicts the rest', () => {
    const faulty = [Number.NaN, Number.POSITIVE_INFINITY, 1e39].map((value) => vectorAt(AT, [100, value, 0, 0], { warm: true }));
    const features = featuresOf([...faulty, good]);
    const selection = selectRows(features, MODEL);
    expect(selection.vectors).toEqual([good]);
    expect(selection.refusals.map((refusal) => refusal.code)).toEqual(['INPUT_NOT_FINITE', 'INPUT_NOT_FINITE', 'INPUT_NOT_FINITE']);
    const made = assemblePredictions(features, MODEL, selection, { scores: [0.1], probabilities: [0.55] });
    expect(made.predictions.map((prediction) => prediction.symbol)).toEqual(['SPX']);
    expect(made.header.degraded).toEqual(['model-input:NDX', 'model-input:NDX', 'model-input:NDX']);
  });

  it('refuses a vector of another feature set', () => {
    const other = { ...good, setHash: 'ffff0000' };
    expect(selectRows(featuresOf([other]), MODEL).refusals).toEqual([{ symbol: 'SPX', vectorId: good.id, code: 'FEATURE_SET_MISMATCH' }]);
  });

  it('reads a vector of a set that extends its own', () => {
    const wider = { ...good, setHash: 'ffff0000', values: Float64Array.of(...good.values, Number.NaN) };
    const model = { ...MODEL, featureSetHashes: [...MODEL.featureSetHashes, 'ffff0000'] };
    expect(selectRows(featuresOf([wider]), model)).toMatchObject({ refusals: [], inputs: selectRows(featuresOf([good]), MODEL).inputs });
  });

  it('refuses a vector of bars of another interval than it learned from', () => {
    const minute = { ...good, barId: 'bar/SPX/1m/2000-01-03T14:31:00.000Z' };
    expect(selectRows(featuresOf([minute]), MODEL).refusals).toEqual([{ symbol: 'SPX', vectorId: good.id, code: 'BAR_INTERVAL_MISMATCH' }]);
    expect(selectRows(featuresOf([{ ...good, barId: 'bar/SPX/1dx/2000-01-03' }]), MODEL).refusals).toHaveLength(1);
    expect(selectRows(featuresOf([minute]), { ...MODEL, barInterval: '1m' }).vectors).toEqual([minute]);
  });

  it('derives every id from content and names version and digest', () => {
    const features = featuresOf([good]);
    const made = assemblePredictions(features, MODEL, selectRows(features, MODEL), { scores: [0.1], probabilities: [0.55] });
    expect(made.header).toMatchObject({
      id: 'inference.predictions/run-1/7/0',
      step: 7,
      causes: ['features.vectors/run-1/7/0'],
      degraded: [],
    });
    expect(made.predictions[0]).toMatchObject({
      id: 'pr/SPX/2001-06-01T20:00:00.000Z/baseline@4',
      vectorId: good.id,
      version: 4,
      digest: trained.manifest.digest,
      horizonBars: 5,
      probabilityUp: 0.55,
    });
  });

  it('throws rather than pass on an answer that is no probability or does not fit the rows', () => {
    const features = featuresOf([good]);
    const selection = selectRows(features, MODEL);
    for (const probability of [0, 1, Number.NaN, -0.2]) {
      expect(() => assemblePredictions(features, MODEL, selection, { scores: [0.1], probabilities: [probability] })).toThrow(RangeError);
    }
    expect(() => assemblePredictions(features, MODEL, selection, { scores: [], probabilities: [] })).toThrow(RangeError);
  });

  it('says that the model was missing when there is none', () => {
    expect(predictionsWithoutModel(featuresOf([good]))).toMatchObject({ predictions: [], header: { degraded: ['model'] } });
  });
});
