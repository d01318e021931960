import { describe, expect, it } from 'vitest';

import { ANSWER_FAULTS, type BrokerName, BROKERS, planFaults } from './plan.js';
import { barsOf, decisionsOf, tapeOf } from './tape.js';

describe('planFaults', () => {
  it('plans the same faults for the same seed, and others for another', () => {
    expect(planFaults('a', 12, 8)).toEqual(planFaults('a', 12, 8));
    expect(planFaults('a', 12, 8)).not.toEqual(planFaults('b', 12, 8));
  });
  it('leaves the first step alone, keeps to the steps, and comes in order', () => {
    const steps = planFaults('c', 12, 200).map(({ step }) => step);
    expect(Math.min(...steps)).toBe(1);
    expect(Math.max(...steps)).toBe(11);
    expect(steps).toEqual(steps.toSorted((left, right) => left - right));
  });
  it('knows every kind of fault', () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => planFaults(String(seed), 12, 40, 'interactive-brokers'));
    const kinds = new Set(seeds.flat().map(({ fault }) => fault.kind));
    expect([...kinds].sort()).toEqual([
      'answers',
      'by-hand',
      'clock',
      'cut',
      'cut-reports',
      'delay',
      'double-reports',
      'freeze',
      'halt',
      'hold-reports',
      'kill',
      'kill-at-send',
      'pause',
      'server-away',
      'service-away',
      'silence',
      'venue-away',
      'venue-lost',
    ]);
  });
  it('answers wrongly only as the broker can', () => {
    const faultsAt = (broker: BrokerName) =>
      new Set(planFaults('e', 12, 500, broker).flatMap(({ fault }) => (fault.kind === 'answers' ? [fault.fault] : [])));
    for (const broker of BROKERS) expect([...faultsAt(broker)].sort()).toEqual([...new Set(ANSWER_FAULTS[broker])].sort());
  });
});

describe('tapeOf', () => {
  it('gives the same market and signals for the same seed', () => {
    const [left, right] = [tapeOf('a', 3), tapeOf('a', 3)];
    expect(left.map((step) => barsOf(step, 60_000))).toEqual(right.map((step) => barsOf(step, 60_000)));
    expect(left.map((step) => decisionsOf(step, 60_000))).toEqual(right.map((step) => decisionsOf(step, 60_000)));
  });
});
