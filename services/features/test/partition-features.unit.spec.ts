import { BASELINE_SET } from '@tradewind/features';
import { barsClosedOf, civilDate, replayDataset } from '@tradewind/market';
import { symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { PartitionFeatures, StepGapError } from '../src/partition-features.js';

const text = ['date,open,high,low,close,volume', '2000-01-03,1,2,1,2,5', '2000-01-04,2,3,2,3,6', '2000-01-05,3,4,3,4,7'].join('\n');
const { steps } = replayDataset({ name: 'test', tradingFrom: civilDate('2000-01-03'), warmUpSessions: 0 }, [
  { symbol: symbolOf('SPX'), source: 'spx.csv', text },
]);
const bars = (step: number, run = 'run-1') => barsClosedOf(run, steps[step]!, 0, 1);

describe('the features of a partition', () => {
  it('answer a step once', () => {
    const features = new PartitionFeatures(BASELINE_SET);
    expect(features.accept(bars(0))?.vectors).toHaveLength(1);
    expect(features.accept(bars(0))).toBeUndefined();
    expect(features.accept(bars(1))?.header.step).toBe(1);
    expect(features.accept(bars(0))).toBeUndefined();
  });

  it('refuse a step whose predecessor never came', () => {
    const features = new PartitionFeatures(BASELINE_SET);
    expect(() => features.accept(bars(1))).toThrow(StepGapError);
    features.accept(bars(0));
    expect(() => features.accept(bars(2))).toThrow('step 2 of run run-1 came where step 1 had to');
  });

  it('begin a new run with nothing remembered', () => {
    const used = new PartitionFeatures(BASELINE_SET);
    steps.forEach((_step, index) => used.accept(bars(index)));
    const fresh = new PartitionFeatures(BASELINE_SET);
    expect(used.accept(bars(0, 'run-2'))).toEqual(fresh.accept(bars(0, 'run-2')));
  });

  it('go on from a snapshot', () => {
    const first = new PartitionFeatures(BASELINE_SET);
    first.accept(bars(0));
    first.accept(bars(1));
    const second = new PartitionFeatures(BASELINE_SET);
    second.restore(first.snapshot()!);
    expect(second.accept(bars(1))).toBeUndefined();
    expect(second.accept(bars(2))).toEqual(first.accept(bars(2)));
  });

  it('have no snapshot before the first step', () => expect(new PartitionFeatures(BASELINE_SET).snapshot()).toBeUndefined());
});
