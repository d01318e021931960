import { describe, expect, it } from 'vitest';

import { fuse } from '../src/fusion.js';
import { DEFAULT_SIGNAL_POLICY } from '../src/index.js';
import { modelVote, volumePriceVote } from '../src/votes.js';
import { opinionOf, predictionOf, viewOf } from './given.js';

const { fusion } = DEFAULT_SIGNAL_POLICY;
const quiet = viewOf();

describe('the votes', () => {
  it('reads the model relative to its base rate: 0.57 of 0.57 is no opinion', () => {
    expect(modelVote(predictionOf(0.57), fusion)).toMatchObject({ stance: 'FLAT', confidence: 0.5 });
  });
  it('needs more than the margin above the base rate for UP and below it for DOWN', () => {
    expect(modelVote(predictionOf(0.5899), fusion).stance).toBe('FLAT');
    expect(modelVote(predictionOf(0.5901), fusion).stance).toBe('UP');
    expect(modelVote(predictionOf(0.5499), fusion).stance).toBe('DOWN');
  });
  it('is fully confident at the full edge and never more', () => {
    expect(modelVote(predictionOf(0.62), fusion).confidence).toBeCloseTo(0.75, 12);
    expect(modelVote(predictionOf(0.9), fusion).confidence).toBe(1);
  });
  it('hears volume only when it is heavy and the move is large', () => {
    expect(volumePriceVote(viewOf({ volumeRatio: 1.5, logReturn: 0.02 }), fusion)).toMatchObject({ stance: 'UP', confidence: 0.75 });
    expect(volumePriceVote(viewOf({ volumeRatio: 1.5, logReturn: -0.02 }), fusion)).toMatchObject({ stance: 'DOWN', confidence: 0.75 });
    expect(volumePriceVote(viewOf({ volumeRatio: 1.1, logReturn: 0.02 }), fusion).stance).toBe('FLAT');
    expect(volumePriceVote(viewOf({ volumeRatio: 3, logReturn: 0.001 }), fusion).stance).toBe('FLAT');
  });
});

describe('the fusion of model, analyst and volume (SG1)', () => {
  it('raises confidence by 1.2 when model and analyst agree', () => {
    // (0.45 * 0.75 + 0.4 * 0.8) / 0.85 = 0.773529…; times 1.2
    const fused = fuse(quiet, predictionOf(0.62), opinionOf('UP', 0.8), fusion);
    expect(fused.stance).toBe('UP');
    expect(fused.confidence).toBeCloseTo(((0.45 * 0.75 + 0.4 * 0.8) / 0.85) * 1.2, 12);
    expect(fused.sizeMultiplier).toBe(1);
    // departure (0.45 * 0.05 + 0.4 * 0.8 * 0.04 + 0) / 1 = 0.0353; times 1.2
    expect(fused.probabilityUp).toBeCloseTo(0.57 + 0.0353 * 1.2, 12);
  });
  it('caps confidence at 1', () => {
    expect(fuse(quiet, predictionOf(0.9), opinionOf('UP', 1), fusion).confidence).toBe(1);
  });
  it('halves confidence and size when they disagree', () => {
    const fused = fuse(quiet, predictionOf(0.9), opinionOf('DOWN', 0.5), fusion);
    expect(fused).toMatchObject({ stance: 'UP', confidence: 0.5, sizeMultiplier: 0.5 });
    // departure (0.45 * 0.33 - 0.4 * 0.5 * 0.04) = 0.1405; halved
    expect(fused.probabilityUp).toBeCloseTo(0.57 + 0.1405 / 2, 12);
  });
  it('takes neither for an opinion when one is FLAT', () => {
    const fused = fuse(quiet, predictionOf(0.57), opinionOf('UP', 0.8), fusion);
    expect(fused).toMatchObject({ stance: 'UP', sizeMultiplier: 1 });
    expect(fused.confidence).toBeCloseTo(0.8, 12);
  });
  it('is FLAT when the weighted score stays within the threshold', () => {
    // 0.45 * 0.75 - 0.4 * 0.8 = 0.0175
    expect(fuse(quiet, predictionOf(0.62), opinionOf('DOWN', 0.8), fusion).stance).toBe('FLAT');
  });
  it('lowers confidence and the weights when the model is missing', () => {
    const fused = fuse(quiet, undefined, opinionOf('UP', 0.8), fusion);
    expect(fused.stance).toBe('UP');
    expect(fused.confidence).toBeCloseTo(0.8 * 0.8, 12);
    expect(fused.baseRateUp).toBe(fusion.baseRateUp);
    expect(fused.votes.map((vote) => vote.voter)).toEqual(['analyst', 'volume-price']);
  });
  it('opens nothing on volume alone', () => {
    const fused = fuse(viewOf({ volumeRatio: 3, logReturn: 0.05 }), undefined, undefined, fusion);
    expect(fused).toMatchObject({ stance: 'FLAT', confidence: 0 });
  });
});
