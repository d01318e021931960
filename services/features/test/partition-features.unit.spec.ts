import { BASELINE_SET, type SampleReport } from '@tradewind/features';
import { barsClosedOf, civilDate, replayDataset } from '@tradewind/market';
import { symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { type MarketInput, PartitionFeatures, StepGapError } from '../src/partition-features.js';

const text = ['date,open,high,low,close,volume', '2000-01-03,1,2,1,2,5', '2000-01-04,2,3,2,3,6', '2000-01-05,3,4,3,4,7'].join('\n');
const { steps } = replayDataset({ name: 'test', tradingFrom: civilDate('2000-01-03'), warmUpSessions: 0 }, [
  { symbol: symbolOf('SPX'), source: 'spx.csv', text },
]);
const bars = (step: number, run = 'run-1', chunks = 0): MarketInput => {
  const closed = barsClosedOf(run, steps[step]!, 0, 1);
  const causes = Array.from({ length: chunks }, (_value, chunk) => ticksId(run, step, chunk));
  return { event: 'market.bars', fact: { ...closed, header: { ...closed.header, causes } } };
};
const ticksId = (run: string, step: number, chunk: number): string => `market.ticks/${run}/${step}/0/${chunk}`;
const ticks = (step: number, chunk: number, run = 'run-1'): MarketInput => ({
  event: 'market.ticks',
  fact: {
    header: { ...barsClosedOf(run, steps[step]!, 0, 1).header, id: ticksId(run, step, chunk) },
    chunk,
    source: 'test',
    simulated: false,
    ticks: [],
  },
});
const records = (step: number, run = 'run-1'): MarketInput => ({
  event: 'market.records',
  fact: { header: { ...barsClosedOf(run, steps[step]!, 0, 1).header, id: `market.records/${run}/${step}/0` }, records: [] },
});

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
    expect(() => features.accept(bars(2))).toThrow('market.bars/run-1/2/0 came where step 1 of run run-1 had to');
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

  it('take in the records and the chunks of a step once, and before its bars', () => {
    const features = new PartitionFeatures(BASELINE_SET);
    for (const input of [records(0), ticks(0, 0), ticks(0, 0), records(0), ticks(0, 1)]) expect(features.accept(input)).toBeUndefined();
    expect(features.accept(bars(0, 'run-1', 2))?.header.step).toBe(0);
    expect(features.accept(ticks(0, 1))).toBeUndefined();
    expect(features.accept(bars(1))?.header.step).toBe(1);
  });

  it('refuse bars when a chunk before them is missing, and a chunk whose predecessor is', () => {
    const features = new PartitionFeatures(BASELINE_SET);
    features.accept(ticks(0, 0));
    expect(() => features.accept(ticks(0, 2))).toThrow('market.ticks/run-1/0/0/2 came where chunk 1 had to');
    expect(() => features.accept(bars(0, 'run-1', 2))).toThrow('market.bars/run-1/0/0 follows 2 chunks of ticks, 1 came');
    expect(() => features.accept(ticks(1, 0))).toThrow(StepGapError);
    features.accept(ticks(0, 1));
    expect(features.accept(bars(0, 'run-1', 2))?.header.step).toBe(0);
  });

  it('are computed once more a stretch at a time, and come out the same', () => {
    const reports: SampleReport[] = [];
    const features = new PartitionFeatures(BASELINE_SET, (report) => reports.push(report));
    const rows = Array.from({ length: 420 }, (_value, day) => {
      const price = 100 + Math.round(Math.sin(day / 7) * 500) / 100;
      return `${new Date(Date.UTC(2001, 0, 2 + Math.floor(day / 5) * 7 + (day % 5))).toISOString().slice(0, 10)},${[price, price + 1, price - 1, price + 0.5].map((value) => value.toFixed(2)).join()},${1_000 + day}`;
    });
    const dataset = replayDataset({ name: 'test', tradingFrom: civilDate('2001-01-02'), warmUpSessions: 0 }, [
      { symbol: symbolOf('SPX'), source: 'spx.csv', text: ['date,open,high,low,close,volume', ...rows].join('\n') },
    ]);
    for (const step of dataset.steps) features.accept({ event: 'market.bars', fact: barsClosedOf('run-1', step, 0, 1) });
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) expect(report).toMatchObject({ symbol: 'SPX', mismatched: 0 });
    expect(reports[0]!.compared).toBeGreaterThan(BASELINE_SET.names.length * 200);
  });

  it('have no snapshot before the first step', () => expect(new PartitionFeatures(BASELINE_SET).snapshot()).toBeUndefined());
});
