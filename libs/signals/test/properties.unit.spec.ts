import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeState, encodeState, stateText } from '@tradewind/vocabulary';

import {
  analyse,
  decideSignals,
  evolveSignals,
  initialSignalsState,
  type SignalDecision,
  type SignalEvent,
  type SignalsState,
} from '../src/index.js';
import { rules, stepOf, type SymbolInput, viewOf } from './given.js';

const figures = fc.record({
  close: fc.double({ min: 50, max: 5000, noNaN: true }),
  logReturn: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
  sma50: fc.double({ min: 50, max: 5000, noNaN: true }),
  sma200: fc.double({ min: 50, max: 5000, noNaN: true }),
  momentum20: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  rsi14: fc.double({ min: 0, max: 100, noNaN: true }),
  atr14: fc.double({ min: 0, max: 200, noNaN: true }),
  volatility20: fc.double({ min: 0, max: 1, noNaN: true }),
  volumeRatio: fc.double({ min: 0, max: 5, noNaN: true }),
});
const input = (symbol: string): fc.Arbitrary<SymbolInput> =>
  fc.record<SymbolInput>({
    symbol: fc.constant(symbol),
    figures,
    probabilityUp: fc.option(fc.double({ min: 0.01, max: 0.99, noNaN: true })),
    opinion: fc.option<readonly ['UP' | 'DOWN' | 'FLAT', number]>(
      fc.tuple(fc.constantFrom('UP' as const, 'DOWN' as const, 'FLAT' as const), fc.double({ min: 0, max: 1, noNaN: true })),
    ),
    warm: fc.boolean(),
  });
/** Three symbols, each missing from some steps. */
const steps = fc.array(
  fc.subarray(['NDX', 'SPX', 'TSX']).chain((symbols) => fc.tuple(...symbols.map(input))),
  { maxLength: 60 },
);

const run = (
  inputs: readonly (readonly SymbolInput[])[],
  order: (step: readonly SymbolInput[]) => readonly SymbolInput[] = (step) => step,
) => {
  let state = initialSignalsState(0);
  const decisions: SignalDecision[] = [];
  const events: SignalEvent[] = [];
  inputs.forEach((symbols, step) => {
    const outcome = decideSignals(state, stepOf(step, order(symbols)), rules);
    state = outcome.state;
    decisions.push(...outcome.decisions);
    events.push(...outcome.events);
  });
  return { state, decisions, events };
};

describe('over any inputs', () => {
  it('keeps confidence and probability in [0, 1], size in (0, 1] and layer scores in [0, 1]', () => {
    fc.assert(
      fc.property(steps, (inputs) => {
        for (const decision of run(inputs).decisions) {
          expect(decision.confidence >= 0 && decision.confidence <= 1).toBe(true);
          expect(decision.probabilityUp > 0 && decision.probabilityUp < 1).toBe(true);
          expect(decision.sizeMultiplier > 0 && decision.sizeMultiplier <= 1).toBe(true);
          expect(decision.layers.every((layer) => layer.score >= 0 && layer.score <= 1)).toBe(true);
          expect(decision.status === 'VALIDATED').toBe(decision.rejectionCode === '');
          expect(decision.status === 'VALIDATED' && !decision.layers.every((layer) => layer.passed)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
  it('decides the same whatever the order of the symbols', () => {
    fc.assert(
      fc.property(steps, (inputs) => {
        const backwards = run(inputs, (symbols) => symbols.toReversed());
        const forwards = run(inputs);
        expect(backwards.decisions).toEqual(forwards.decisions);
        expect(stateText(backwards.state)).toBe(stateText(forwards.state));
      }),
      { numRuns: 40 },
    );
  });
  it('reaches the saved state by folding its events, also over a state that was saved and loaded', () => {
    fc.assert(
      fc.property(steps, (inputs) => {
        const { state, events } = run(inputs);
        const folded = events.reduce<SignalsState>(
          (before, event) => decodeState(encodeState(evolveSignals(before, decodeState<SignalEvent>(encodeState(event))))),
          initialSignalsState(0),
        );
        expect(stateText(folded)).toBe(stateText(state));
      }),
      { numRuns: 40 },
    );
  });
  it('alternates entries and exits, and never exits first', () => {
    fc.assert(
      fc.property(steps, (inputs) => {
        const held = new Set<string>();
        for (const { symbol, action, status } of run(inputs).decisions) {
          if (action === 'EXIT') expect(held.delete(symbol)).toBe(true);
          else if (status === 'VALIDATED') held.add(symbol);
        }
      }),
      { numRuns: 60 },
    );
  });
  it('gives the analyst a confidence in [0, 1]', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const { confidence, rationale } = analyse(viewOf(values));
        expect(confidence >= 0 && confidence <= 1).toBe(true);
        expect(rationale.length).toBeLessThan(200);
      }),
    );
  });
});

describe('the size of the state', () => {
  it('stays below 10 kB for two symbols after years of bars', () => {
    let state = initialSignalsState(0);
    for (let step = 0; step < 4000; step += 1) {
      const wobble = Math.sin(step * 1.7);
      const inputs = ['NDX', 'SPX'].map((symbol): SymbolInput => ({
        symbol,
        figures: { close: 1200 + 37.123456 * wobble, logReturn: 0.03 * wobble, volatility20: step % 3 === 0 ? 0.45 : 0.15 },
      }));
      state = decideSignals(state, stepOf(step, inputs), rules).state;
    }
    expect(state.outcomes.ENTER.length).toBe(250);
    expect(stateText(state).length).toBeLessThan(10_000);
  });
});
