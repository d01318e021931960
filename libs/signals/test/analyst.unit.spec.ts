import { BASELINE_SET } from '@tradewind/features';
import { describe, expect, it } from 'vitest';

import { analyse, analyseStep, BASELINE_SIGNAL_RULES, FeatureSetError, marketViewReader, opineStep, VIEW_FEATURES } from '../src/index.js';
import { symbolSteps } from '../src/signals-step.js';
import { bear, headerOf, instantOf, rules, vectorOf, viewOf } from './given.js';

describe('the rule-based analyst', () => {
  it('says UP in an uptrend, labelled as rules, with the figures it used', () => {
    const analysis = analyse(viewOf());
    expect(analysis).toMatchObject({
      id: `an/SPX/${instantOf(0)}/rules@1`,
      analyst: 'rules@1',
      ruleBased: true,
      stance: 'UP',
      signalType: 'uptrend',
      risk: 'medium',
      promptHash: '',
      answerHash: '',
    });
    expect(analysis.rationale).toBe(
      'BULL trend: close 1200, SMA50 1150, SMA200 1100; 20-bar momentum 2%, RSI 60; NORMAL volatility at 15% a year.',
    );
  });
  it('adds up trend and momentum as documented', () => {
    // 0.4 + 0.2 + 0.1 + 0.2 * 0.02 / (0.15 * sqrt(20 / 252))
    const score = 0.7 + (0.2 * 0.02) / (0.15 * Math.sqrt(20 / 252));
    expect(analyse(viewOf()).confidence).toBeCloseTo(0.5 + 0.5 * score, 12);
  });
  it('says DOWN in a downtrend', () => {
    expect(analyse(viewOf(bear))).toMatchObject({ stance: 'DOWN', signalType: 'downtrend' });
  });
  it('says FLAT when the averages contradict the price', () => {
    expect(analyse(viewOf({ close: 1095, sma50: 1108, sma200: 1100, momentum20: 0.05 }))).toMatchObject({
      stance: 'FLAT',
      signalType: 'no-setup',
    });
  });
  it('holds an overbought market for less certain', () => {
    expect(analyse(viewOf({ rsi14: 80 })).confidence).toBeCloseTo(analyse(viewOf()).confidence - 0.05, 12);
  });
  it('trusts trends less and calls risk extreme when volatility is', () => {
    const nervous = analyse(viewOf({ volatility20: 0.5 }));
    expect(nervous.risk).toBe('extreme');
    expect(nervous.confidence).toBeLessThan(0.7);
  });
  it('analyses warm vectors only, in their order', () => {
    const made = analyseStep(
      { header: headerOf(3), vectors: [vectorOf({}, 'NDX', 3, { warm: false }), vectorOf({}, 'SPX', 3)], final: true },
      rules.read,
    );
    expect(made.analyses.map((analysis) => analysis.symbol)).toEqual(['SPX']);
    expect(made).toMatchObject({ final: true, header: { id: 'analysis.analyses/run-1/3/0', causes: ['features.vectors/run-1/3/0'] } });
  });
  it('says nothing of bars that are not daily: its volatility would be wrong by a factor', () => {
    const minute = { ...vectorOf(), barId: 'bar/SPX/1m/2013-10-07T13:31:00.000Z' };
    expect(analyseStep({ header: headerOf(3), vectors: [minute], final: false }, rules.read).analyses).toEqual([]);
    const step = { header: headerOf(3), vectors: [minute], predictions: [], analyses: [] };
    expect(symbolSteps(step, rules)[0]!.fused).toBeUndefined();
  });
  it('gives a backtest the same opinions without the words', () => {
    const features = { header: headerOf(3), vectors: [vectorOf(bear, 'NDX', 3), vectorOf({}, 'SPX', 3)], final: false };
    const analyses = analyseStep(features, rules.read).analyses;
    expect(opineStep(features, rules.read)).toEqual(
      analyses.map(({ id, symbol, stance, confidence }) => ({ id, symbol, stance, confidence })),
    );
  });
});

describe('the market view', () => {
  it('finds features by name whatever their order', () => {
    const names = VIEW_FEATURES.toReversed();
    const vector = vectorOf();
    const view = marketViewReader({ names, hash: 'set' })({ ...vector, values: vector.values.toReversed() });
    expect(view).toEqual(viewOf());
  });
  it('refuses a vector of another feature set, and reads the baseline set', () => {
    expect(() => BASELINE_SIGNAL_RULES.read(vectorOf())).toThrow(/feature set set, not [0-9a-f]{64}/);
    const values = Float64Array.from(BASELINE_SET.names, (name) => (name === 'close' ? 1234 : 1));
    expect(BASELINE_SIGNAL_RULES.read({ ...vectorOf(), values, setHash: BASELINE_SET.hash }).close).toBe(1234);
  });
  it('refuses a feature set that lacks what the rules need', () => {
    expect(() => marketViewReader({ names: ['close'], hash: 'set' })).toThrow(FeatureSetError);
  });
});
