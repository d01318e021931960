import { describe, expect, it } from 'vitest';

import {
  decideSignals,
  evolveSignals,
  initialSignalsState,
  isStepDone,
  signalsDecided,
  type SignalDecision,
  type SignalsState,
} from '../src/index.js';
import { bear, headerOf, instantOf, predictionOf, rules, stepOf, type SymbolInput, vectorOf } from './given.js';

/** Runs steps one after another; `inputs` by step, a calm bull market where none is given. */
const run = (
  steps: number,
  inputs: (step: number) => readonly SymbolInput[] = () => [{}],
  from: SignalsState = initialSignalsState(0),
): { state: SignalsState; decisions: readonly (SignalDecision & { step: number })[] } => {
  let state = from;
  const decisions: (SignalDecision & { step: number })[] = [];
  for (let step = from.step + 1; step < from.step + 1 + steps; step += 1) {
    const outcome = decideSignals(state, stepOf(step, inputs(step)), rules);
    state = outcome.state;
    decisions.push(...outcome.decisions.map((decision) => ({ ...decision, step })));
  }
  return { state, decisions };
};
const brief = (decisions: readonly (SignalDecision & { step: number })[]): readonly string[] =>
  decisions.map(
    ({ step, symbol, action, status, signalType, rejectionCode }) =>
      `${step} ${symbol} ${action} ${status} ${rejectionCode === '' ? signalType : rejectionCode}`,
  );

describe('raising and deduping signals', () => {
  it('enters once while the signal is active and renews it when it expires', () => {
    expect(brief(run(45).decisions)).toEqual([
      '0 SPX ENTER VALIDATED high-confidence-entry',
      '20 SPX ENTER VALIDATED high-confidence-renewal',
      '40 SPX ENTER VALIDATED high-confidence-renewal',
    ]);
  });
  it('names the decision by symbol and instant, with its causes, its layers and its expiry', () => {
    const [decision] = run(1).decisions;
    expect(decision).toMatchObject({
      id: `sg/SPX/${instantOf(0)}`,
      horizonBars: 5,
      referencePrice: 1200,
      atr: 12,
      expiresAtStep: 20,
      sizeMultiplier: 1,
      causes: ['fv/SPX/0', 'pr/SPX/0', 'an/SPX/0'],
    });
    expect(decision!.layers.map((layer) => layer.layer)).toEqual([
      'statistical-significance',
      'regime-alignment',
      'position-size',
      'portfolio-correlation',
      'transaction-cost',
    ]);
    expect(decision!.expectedWin).toBeCloseTo(0.15 * Math.sqrt(5 / 252) * Math.sqrt(2 / Math.PI), 12);
  });
  it('repeats a rejection only after its quiet period', () => {
    const nervous = run(25, () => [{ figures: { volatility20: 0.45 } }]);
    expect(brief(nervous.decisions)).toEqual([
      '0 SPX ENTER REJECTED VOLATILITY_EXTREME',
      '10 SPX ENTER REJECTED VOLATILITY_EXTREME',
      '20 SPX ENTER REJECTED VOLATILITY_EXTREME',
    ]);
    expect(nervous.decisions[0]!.expiresAtStep).toBe(10);
  });
  it('names the confidence threshold before any layer', () => {
    // the model's full confidence outvotes the analyst: 1 * 0.5 passes, 0.69 * 0.5 does not
    const disagreeing = (probabilityUp: number) =>
      run(1, () => [{ probabilityUp, opinion: ['DOWN', 0.25], figures: { close: 1000, sma50: 1000 } }]);
    expect(brief(disagreeing(0.607).decisions)).toEqual(['0 SPX ENTER REJECTED CONFIDENCE_BELOW_THRESHOLD']);
    expect(brief(disagreeing(0.9).decisions)).toEqual(['0 SPX ENTER REJECTED REGIME_BEAR']);
  });
  it('decides nothing when the votes are FLAT, or DOWN without exposure', () => {
    expect(run(5, () => [{ probabilityUp: 0.57, opinion: ['FLAT', 0.5] }]).decisions).toEqual([]);
    expect(run(5, () => [{ probabilityUp: 0.4, opinion: ['DOWN', 0.9], figures: bear }]).decisions).toEqual([]);
  });
  it('decides nothing while warming up or on a vector that is not warm, but keeps the returns', () => {
    const { state, decisions } = run(3, (step) => [{ warmUp: step < 2, warm: step !== 2 }]);
    expect(decisions).toEqual([]);
    expect(state.symbols['SPX']!.returns).toEqual([1000, 1000, 1000]);
  });
});

describe('giving exposure up', () => {
  it('exits when the votes turn DOWN after an entry, and stays quiet for a while', () => {
    const { decisions } = run(16, (step) => [step === 3 ? { probabilityUp: 0.45, opinion: ['DOWN', 0.8] } : {}]);
    expect(brief(decisions)).toEqual([
      '0 SPX ENTER VALIDATED high-confidence-entry',
      '3 SPX EXIT VALIDATED stance-exit',
      '13 SPX ENTER VALIDATED high-confidence-entry',
    ]);
    expect(decisions[1]!.layers.every((layer) => layer.passed && layer.reasons[0] === 'REDUCES_EXPOSURE')).toBe(true);
  });
  it('exits when the regime turns bear, whatever the votes say and even without model and analyst', () => {
    const { decisions } = run(4, (step) => [
      step === 2 ? { figures: bear, probabilityUp: null, opinion: null } : step > 2 ? { figures: bear } : {},
    ]);
    expect(brief(decisions)).toEqual(['0 SPX ENTER VALIDATED high-confidence-entry', '2 SPX EXIT VALIDATED regime-exit']);
  });
  it('never exits without a validated entry', () => {
    const { decisions } = run(12, (step) => [
      step === 0 ? { figures: { volatility20: 0.45 } } : { figures: bear, opinion: ['DOWN', 0.9], probabilityUp: 0.4 },
    ]);
    expect(brief(decisions)).toEqual(['0 SPX ENTER REJECTED VOLATILITY_EXTREME']);
  });
  it('lets a signal lapse when the votes no longer say UP at its expiry, and still exits later', () => {
    const flat: SymbolInput = { probabilityUp: 0.57, opinion: ['FLAT', 0.5] };
    const lapsed = run(25, (step) => [step >= 20 ? flat : {}]);
    expect(lapsed.state.symbols['SPX']!.held).toEqual({ status: 'LAPSED', signalId: `sg/SPX/${instantOf(0)}` });
    const later = run(1, () => [{ figures: bear }], lapsed.state);
    expect(brief(later.decisions)).toEqual(['25 SPX EXIT VALIDATED regime-exit']);
    expect(later.state.symbols['SPX']!.held).toEqual({ status: 'NONE' });
  });
  it('keeps watching the exposure when the renewal is rejected', () => {
    const { state, decisions } = run(21, (step) => [step === 20 ? { figures: { volatility20: 0.45 } } : {}]);
    expect(brief(decisions).at(-1)).toBe('20 SPX ENTER REJECTED VOLATILITY_EXTREME');
    expect(state.symbols['SPX']!.held.status).toBe('LAPSED');
  });
});

describe('tracking outcomes (SG3)', () => {
  const closing =
    (closes: readonly number[]) =>
    (step: number): readonly SymbolInput[] => [{ figures: { close: closes[step] ?? 1200 } }];
  it('books the return over the horizon of a validated entry', () => {
    const before = run(5, closing([1200]));
    expect(before.state.outcomes.ENTER).toEqual([]);
    const after = run(1, closing([1200, 1200, 1200, 1200, 1200, 1236]), before.state);
    expect(after.state.outcomes.ENTER).toEqual([30_000]);
    expect(after.state.symbols['SPX']!.pending).toEqual([]);
  });
  it('follows rejected candidates too, so that a refused kind of signal can prove itself again', () => {
    const { state } = run(6, (step) => [{ figures: { volatility20: 0.45, close: step === 5 ? 1188 : 1200 } }]);
    expect(state.outcomes.ENTER).toEqual([-10_000]);
  });
  it('counts an exit as a hit when the price falls', () => {
    const { state } = run(7, (step) => [
      step === 1 ? { probabilityUp: 0.45, opinion: ['DOWN', 0.8] } : step === 6 ? { figures: { close: 1140 } } : {},
    ]);
    expect(state.outcomes).toEqual({ ENTER: [0], EXIT: [50_000] });
  });
  it('counts the horizon in the bars of the symbol, not in steps', () => {
    const first = run(1, () => [{}, { symbol: 'NDX', probabilityUp: 0.57, opinion: ['FLAT', 0.5] }]);
    const halted = run(10, () => [{ symbol: 'NDX', probabilityUp: 0.57, opinion: ['FLAT', 0.5] }], first.state);
    expect(halted.state.symbols['SPX']!.pending[0]!.barsLeft).toBe(5);
    expect(halted.state.symbols['SPX']!.returns).toEqual([1000, ...Array.from({ length: 10 }, () => 0)]);
  });
  it('refuses a kind of signal whose last 30 outcomes mostly missed', () => {
    const state = {
      ...initialSignalsState(0),
      outcomes: { ENTER: Array.from({ length: 30 }, (_, index) => (index < 12 ? 40_000 : -1)), EXIT: [] },
    };
    expect(brief(run(1, undefined, state).decisions)).toEqual(['0 SPX ENTER REJECTED RECENT_HIT_RATE_LOW']);
  });
});

describe('several symbols', () => {
  const moving = (step: number, phase: number): number => 0.01 * Math.sin(step + phase);
  it('refuses the same bet twice and lets it in once the first is given up', () => {
    const twins = (step: number): readonly SymbolInput[] => {
      const figures = { logReturn: moving(step, 0) };
      const warmUp = step < 30;
      if (step === 33)
        return [
          { warmUp, figures: { ...figures, ...bear } },
          { symbol: 'TWIN', warmUp, figures },
        ];
      return [
        { warmUp, figures },
        { symbol: 'TWIN', warmUp, figures },
      ];
    };
    expect(brief(run(41, twins).decisions)).toEqual([
      '30 SPX ENTER VALIDATED high-confidence-entry',
      '30 TWIN ENTER REJECTED CORRELATION_ABOVE_LIMIT',
      '33 SPX EXIT VALIDATED regime-exit',
      '40 TWIN ENTER VALIDATED high-confidence-entry',
    ]);
  });
  it('holds two bets that move apart', () => {
    const apart = (step: number): readonly SymbolInput[] => [
      { warmUp: step < 30, figures: { logReturn: moving(step, 0) } },
      { symbol: 'TWIN', warmUp: step < 30, figures: { logReturn: moving(step, 1.6) } },
    ];
    expect(run(31, apart).decisions.map((decision) => decision.status)).toEqual(['VALIDATED', 'VALIDATED']);
  });
});

describe('missing inputs', () => {
  it('decides with the analyst alone, less confident, and says what was missing', () => {
    const outcome = decideSignals(initialSignalsState(0), stepOf(0, [{ probabilityUp: null }]), rules);
    expect(outcome.degraded).toEqual(['prediction/SPX']);
    expect(outcome.decisions[0]).toMatchObject({ status: 'VALIDATED', signalType: 'entry', causes: ['fv/SPX/0', 'an/SPX/0'] });
    expect(outcome.decisions[0]!.confidence).toBeCloseTo(0.64, 12);
  });
  it('names at most 16 symbols that a source left out', () => {
    const without = (count: number) =>
      Array.from({ length: count }, (_, index): SymbolInput => ({ symbol: `S${index + 10}`, opinion: null }));
    expect(decideSignals(initialSignalsState(0), stepOf(0, without(16)), rules).degraded).toHaveLength(16);
    expect(decideSignals(initialSignalsState(0), stepOf(0, without(17)), rules).degraded).toEqual(['analysis/*']);
  });
  it('collects what every source said was missing in the header of the fact', () => {
    const { fact } = signalsDecided(
      initialSignalsState(0),
      {
        features: { header: headerOf(0), vectors: [vectorOf()], final: false },
        predictions: {
          header: { ...headerOf(0), id: 'inference.predictions/run-1/0/0', degraded: ['model'] },
          predictions: [predictionOf(0.6)],
          final: false,
        },
        analyses: undefined,
        degraded: ['analysis'],
      },
      rules,
    );
    expect(fact.header).toMatchObject({
      id: 'signals.decisions/run-1/0/0',
      causes: ['features.vectors/run-1/0/0', 'inference.predictions/run-1/0/0'],
      degraded: ['analysis', 'model'],
    });
  });
});

describe('steps and runs', () => {
  it('throws on a step that was done', () => {
    const { state } = run(3);
    expect(() => decideSignals(state, stepOf(2), rules)).toThrow(RangeError);
  });
  it('starts a new run with nothing pending, and keeps watching what is held', () => {
    const { state } = run(3);
    const outcome = decideSignals(state, stepOf(0, [{ figures: bear }], 'run-2'), rules);
    expect(outcome.events[0]).toEqual({ type: 'RunStarted', run: 'run-2' });
    expect(outcome.decisions).toMatchObject([{ action: 'EXIT', signalType: 'regime-exit' }]);
    expect(outcome.state).toMatchObject({ run: 'run-2', previousRun: 'run-1', step: 0 });
  });
  it('throws on a step of the run before', () => {
    const { state } = decideSignals(run(3).state, stepOf(0, [{}], 'run-2'), rules);
    expect(() => decideSignals(state, stepOf(3), rules)).toThrow('of the run before');
    expect([
      isStepDone(state, 'run-1', 99),
      isStepDone(state, 'run-2', 0),
      isStepDone(state, 'run-2', 1),
      isStepDone(state, 'run-3', 0),
    ]).toEqual([true, true, false, false]);
  });
  it('throws on an event about a symbol that was never observed', () => {
    expect(() => evolveSignals(initialSignalsState(0), { type: 'SignalLapsed', signalId: 's', symbol: vectorOf().symbol })).toThrow(
      'unknown symbol',
    );
  });
});
