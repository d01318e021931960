import { describe, expect, it } from 'vitest';

import type { FusedView } from '../src/fusion.js';
import { DEFAULT_SIGNAL_POLICY, signalQuality } from '../src/index.js';
import type { Candidate, ValidationLayer } from '../src/layers/layer.js';
import { portfolioCorrelation } from '../src/layers/portfolio-correlation.js';
import { positionSize } from '../src/layers/position-size.js';
import { regimeAlignment } from '../src/layers/regime-alignment.js';
import { statisticalSignificance } from '../src/layers/statistical-significance.js';
import { transactionCost } from '../src/layers/transaction-cost.js';
import { viewOf } from './given.js';

const policy = DEFAULT_SIGNAL_POLICY;
const fused: FusedView = { stance: 'UP', confidence: 0.8, probabilityUp: 0.6, baseRateUp: 0.57, sizeMultiplier: 1, votes: [] };
const candidate: Candidate = {
  view: viewOf(),
  fused,
  horizonBars: 5,
  expectedWin: 0.02,
  expectedLoss: 0.02,
  outcomes: [],
  returns: [],
  peers: [],
};
const judge = (layer: ValidationLayer, change: Partial<Candidate> = {}) => layer.judge({ ...candidate, ...change }, policy);
const outcomes = (hits: number, misses: number, gain = 10_000, loss = 10_000): readonly number[] => {
  const mixed: number[] = [];
  for (let index = 0; index < Math.max(hits, misses); index += 1) {
    if (index < hits) mixed.push(gain + index);
    if (index < misses) mixed.push(-loss - index);
  }
  return mixed;
};

describe('statistical significance', () => {
  it('passes on the prior alone, at the middle of the score', () => {
    expect(judge(statisticalSignificance)).toEqual({ layer: 'statistical-significance', passed: true, score: 0.5, reasons: [] });
  });
  it('passes a record at the base rate', () => {
    expect(judge(statisticalSignificance, { outcomes: outcomes(57, 43) }).passed).toBe(true);
  });
  it('fails a record that is worse than the base rate beyond chance', () => {
    const result = judge(statisticalSignificance, { outcomes: outcomes(110, 140, 20_000).toReversed() });
    expect(result).toMatchObject({ passed: false, reasons: ['HIT_RATE_BELOW_BASE'] });
    expect(result.score).toBeLessThan(0.5);
  });
  it('fails when fewer than 45% of the last 30 hit, and not at 14 of 30', () => {
    const before = outcomes(60, 40, 20_000);
    const recent = (hits: number): readonly number[] => [
      ...Array.from({ length: 30 - hits }, () => -1_000),
      ...Array.from({ length: hits }, () => 20_000),
    ];
    expect(judge(statisticalSignificance, { outcomes: [...before, ...recent(13)] }).reasons).toEqual(['RECENT_HIT_RATE_LOW']);
    expect(judge(statisticalSignificance, { outcomes: [...before, ...recent(14)] }).passed).toBe(true);
  });
  it('fails a record that hits often and loses money all the same', () => {
    expect(judge(statisticalSignificance, { outcomes: outcomes(60, 40, 1_000, 20_000) }).reasons).toEqual(['OUTCOMES_LOSE_MONEY']);
  });
});

describe('regime alignment', () => {
  it('passes in a calm bull trend with the full score', () => {
    expect(judge(regimeAlignment)).toMatchObject({ passed: true, score: 1 });
  });
  it('fails in a bear trend', () => {
    expect(judge(regimeAlignment, { view: viewOf({ close: 1000, sma50: 1050 }) }).reasons).toEqual(['REGIME_BEAR']);
  });
  it('fails from 40% volatility', () => {
    expect(judge(regimeAlignment, { view: viewOf({ volatility20: 0.3999 }) }).passed).toBe(true);
    expect(judge(regimeAlignment, { view: viewOf({ volatility20: 0.4 }) }).reasons).toEqual(['VOLATILITY_EXTREME']);
  });
  it('fails sideways only when volatility is high', () => {
    const sideways = { close: 1120, sma50: 1090 };
    expect(judge(regimeAlignment, { view: viewOf(sideways) })).toMatchObject({ passed: true, score: 0.5 });
    expect(judge(regimeAlignment, { view: viewOf({ ...sideways, volatility20: 0.22 }) }).reasons).toEqual(['SIDEWAYS_HIGH_VOLATILITY']);
  });
});

describe('position size', () => {
  it('scores the volatility-scaled size', () => {
    expect(judge(positionSize, { view: viewOf({ volatility20: 0.2 }) })).toMatchObject({ passed: true, score: 0.5 });
    expect(judge(positionSize, { view: viewOf({ volatility20: 0.05 }) }).score).toBe(1);
  });
  it('fails when volatility and disagreement leave less than 15%', () => {
    const view = viewOf({ volatility20: 0.35 });
    expect(judge(positionSize, { view }).passed).toBe(true);
    expect(judge(positionSize, { view, fused: { ...fused, sizeMultiplier: 0.5 } }).reasons).toEqual(['VOLATILITY_SIZE_TOO_SMALL']);
  });
  it('fails without volatility: a price that never moves is not a market', () => {
    expect(judge(positionSize, { view: viewOf({ volatility20: 0 }) })).toMatchObject({ score: 0, reasons: ['VOLATILITY_SIZE_TOO_SMALL'] });
  });
  it('keeps ATR over close between 0.05% and 6%', () => {
    expect(judge(positionSize, { view: viewOf({ close: 1000, atr14: 0.49 }) }).reasons).toEqual(['ATR_RISK_TOO_SMALL']);
    expect(judge(positionSize, { view: viewOf({ close: 1000, atr14: 0.5 }) }).passed).toBe(true);
    expect(judge(positionSize, { view: viewOf({ close: 1000, atr14: 60 }) }).passed).toBe(true);
    expect(judge(positionSize, { view: viewOf({ close: 1000, atr14: 60.1 }) }).reasons).toEqual(['ATR_RISK_TOO_LARGE']);
  });
});

describe('portfolio correlation', () => {
  const wave = Array.from({ length: 40 }, (_, index) => Math.round(10_000 * Math.sin(index)));
  const other = Array.from({ length: 40 }, (_, index) => Math.round(10_000 * Math.cos(index)));
  const peer = (returns: readonly number[]): Partial<Candidate> => ({ returns: wave, peers: [{ symbol: viewOf().symbol, returns }] });
  it('passes without active signals', () => {
    expect(judge(portfolioCorrelation)).toMatchObject({ passed: true, score: 1 });
  });
  it('fails on the same bet twice', () => {
    expect(judge(portfolioCorrelation, peer(wave))).toMatchObject({ passed: false, reasons: ['CORRELATION_ABOVE_LIMIT'] });
  });
  it('passes on an unrelated bet, and takes an opposite one for diversification', () => {
    expect(judge(portfolioCorrelation, peer(other)).score).toBeGreaterThan(0.8);
    expect(judge(portfolioCorrelation, peer(wave.map((value) => -value)))).toMatchObject({ passed: true, score: 1 });
  });
  it('compares the last common returns, and says nothing below 20 of them', () => {
    expect(judge(portfolioCorrelation, peer(wave.slice(-20))).passed).toBe(false);
    expect(judge(portfolioCorrelation, peer(wave.slice(-19)))).toMatchObject({ passed: true, score: 1 });
  });
});

describe('transaction cost', () => {
  // needed: 2 * (0.001 + 0.001) * 1.5 = 0.006; accrued: edge * 40 / 5, so the edge of a horizon must be 0.00075: p = 0.51875 at moves of 2%
  it('fails just below 1.5 times the round trip and passes just above', () => {
    expect(judge(transactionCost, { fused: { ...fused, probabilityUp: 0.5187 } }).reasons).toEqual(['EDGE_BELOW_COST']);
    expect(judge(transactionCost, { fused: { ...fused, probabilityUp: 0.5188 } }).passed).toBe(true);
  });
  it('scores 0 without an edge and 1 from twice the need', () => {
    expect(judge(transactionCost, { fused: { ...fused, probabilityUp: 0.4 } }).score).toBe(0);
    expect(judge(transactionCost, { fused: { ...fused, probabilityUp: 0.54 } }).score).toBe(1);
  });
});

describe('signal quality (SG3)', () => {
  it('reports hit rates, profit factor and a verdict', () => {
    const quality = signalQuality([20_000, -10_000, 10_000, 10_000], 5);
    expect(quality).toMatchObject({ outcomes: 4, hitRate: 0.75, recentHitRate: 0.75, profitFactor: 4, verdict: 'APPROVE' });
    // mean 7500, deviation 12583.06; times sqrt(252 / 5)
    expect(quality.sharpe).toBeCloseTo((7500 / 12583.0573921) * Math.sqrt(50.4), 6);
  });
  it('asks for improvement at 55% and while nothing is known', () => {
    expect(signalQuality(outcomes(11, 9), 5).verdict).toBe('IMPROVE');
    expect(signalQuality([], 5)).toMatchObject({ outcomes: 0, hitRate: Number.NaN, verdict: 'IMPROVE' });
  });
});
