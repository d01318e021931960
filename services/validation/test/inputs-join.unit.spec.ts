import { BASELINE_SIGNAL_RULES, initialSignalsState, type SignalsInputs, signalsDecided, type SignalsState } from '@tradewind/signals';
import { describe, expect, it } from 'vitest';

import { inputsJoin, type SourceFact, type SourceName } from '../src/handler.js';
import { inputsOf, type StepInputs } from './inputs.js';

const rig = (joinWaitMs?: number) => {
  const decided: string[] = [];
  const holder: { state: SignalsState } = { state: initialSignalsState(0) };
  const join = inputsJoin({
    joinWaitMs,
    state: () => holder.state,
    decide: (inputs: SignalsInputs) => {
      const { outcome, fact } = signalsDecided(holder.state, inputs, BASELINE_SIGNAL_RULES);
      holder.state = outcome.state;
      decided.push(`${fact.header.run} ${fact.header.step} ${fact.header.degraded.join('+')}`.trim());
      return Promise.resolve();
    },
  });
  const joins = { offer: (source: SourceName, fact: SourceFact) => join.offer(source, 0, fact.header, fact) };
  const offerAll = ({ features, predictions, analyses }: StepInputs) =>
    Promise.all([joins.offer('features', features), joins.offer('inference', predictions), joins.offer('analysis', analyses)]);
  return { joins, decided, offerAll };
};

describe('the joins of a partition', () => {
  it('decides a step when all three inputs are there, in any order', async () => {
    const { joins, decided } = rig();
    const [{ features, predictions, analyses }] = inputsOf(1) as [StepInputs];
    const early = [joins.offer('analysis', analyses), joins.offer('inference', predictions)];
    expect(decided).toEqual([]);
    await Promise.all([...early, joins.offer('features', features)]);
    expect(decided).toEqual(['run-1 0']);
  });
  it('takes a step that is done for done, whatever is offered again', async () => {
    const { joins, decided, offerAll } = rig();
    const [step] = inputsOf(1) as [StepInputs];
    await offerAll(step);
    await offerAll(step);
    await joins.offer('analysis', step.analyses);
    expect(decided).toHaveLength(1);
  });
  it('lets what waits of a run go when the next one begins, and what comes of it later too', async () => {
    const { joins, decided, offerAll } = rig();
    const old = inputsOf(3, ['SPX'], 'run-1');
    await offerAll(old[0]!);
    const waiting = joins.offer('inference', old[1]!.predictions);
    await offerAll(inputsOf(1, ['SPX'], 'run-2')[0]!);
    await waiting;
    await joins.offer('analysis', old[2]!.analyses);
    expect(decided).toEqual(['run-1 0', 'run-2 0']);
  });
  it('decides without model and analyst after the wait, but never without vectors', async () => {
    const { joins, decided } = rig(20);
    const [first, second] = inputsOf(2) as [StepInputs, StepInputs];
    await joins.offer('features', first.features);
    expect(decided).toEqual(['run-1 0 analysis+inference']);
    const without = joins.offer('inference', second.predictions);
    await expect(
      Promise.race([without.then(() => 'decided'), new Promise((resolve) => setTimeout(() => resolve('waits'), 60))]),
    ).resolves.toBe('waits');
    await joins.offer('features', second.features);
    await without;
    expect(decided).toHaveLength(2);
  });
});
