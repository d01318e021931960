import { symbolOf } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { barsClosedOf, civilDate, type DailySource, nyseCalendar, readDailySeries, replayDataset, type ReplayPlan } from '../src/index.js';

const HEADER = 'date,open,high,low,close,volume';
const sessions = nyseCalendar.sessionsBetween(civilDate('1999-11-30'), civilDate('2000-02-01'));
const line = (date: string, index: number): string => `${date},${100 + index},${102 + index},${99 + index},${101 + index},${1_000 + index}`;
const source = (symbol: string, dates: readonly string[], extra: readonly string[] = []): DailySource => ({
  symbol: symbolOf(symbol),
  source: `${symbol.toLowerCase()}.csv`,
  text: [HEADER, ...dates.map(line), ...extra].join('\n'),
});
const plan: ReplayPlan = { name: 'test', tradingFrom: civilDate('2000-01-03'), warmUpSessions: 5 };
const tradable = sessions.filter((date) => date >= '2000-01-03');

describe('a replay', () => {
  it('numbers steps by the close of sessions, symbols sorted, the last one final', () => {
    const { steps, symbols } = replayDataset(plan, [source('SPX', tradable), source('NDX', tradable)]);
    expect(symbols).toEqual(['NDX', 'SPX']);
    expect(steps.map((step) => step.step)).toEqual(steps.map((_step, index) => index));
    expect(steps.every((step) => step.bars.map((bar) => bar.symbol).join() === 'NDX,SPX')).toBe(true);
    expect(steps.map((step) => step.final).lastIndexOf(false)).toBe(steps.length - 2);
  });

  it('goes on with one symbol after the other has ended', () => {
    const { steps } = replayDataset(plan, [source('SPX', tradable), source('NDX', tradable.slice(0, 3))]);
    expect(steps[2]?.bars.length).toBe(2);
    expect(steps[3]?.bars.map((bar) => bar.symbol)).toEqual(['SPX']);
  });

  it('warms up with exactly the last sessions before trading and keeps earlier bars for training', () => {
    const dataset = replayDataset(plan, [source('SPX', tradable), source('NDX', sessions)]);
    const warmUp = dataset.steps.filter((step) => step.bars.some((bar) => bar.warmUp));
    expect(warmUp.length).toBe(5);
    expect(warmUp.every((step) => step.bars.every((bar) => bar.warmUp))).toBe(true);
    expect(dataset.steps[5]?.bars.every((bar) => !bar.warmUp)).toBe(true);
    expect(dataset.training['NDX']?.at(-1)?.id).toBe('bar/NDX/1d/1999-12-31');
    expect(dataset.training['SPX']).toEqual([]);
    expect(dataset.from).toBe('2000-01-03');
  });

  it('keeps the first of two files of one symbol where they overlap', () => {
    const second = { ...source('SPX', tradable), source: 'second.csv' };
    const { steps } = replayDataset(plan, [source('SPX', tradable.slice(0, 2)), second]);
    expect(steps.slice(0, 3).map((step) => step.bars.map((bar) => bar.source))).toEqual([['spx.csv'], ['spx.csv'], ['second.csv']]);
  });

  it('tells each fault once, at the step it belongs to, with the scores', () => {
    const broken = [`${tradable[2]},1,2`, line(tradable[2]!, 2), line(tradable[1]!, 1)];
    const { faults, faultCount } = replayDataset(plan, [source('SPX', tradable.slice(0, 2), broken), source('NDX', tradable.slice(0, 5))]);
    expect(faultCount).toBe(2);
    const told = [...faults].map(([step, found]) => [step, found.faults.map((fault) => fault.id)]);
    expect(told).toEqual([
      [1, ['qf/spx.csv:4/ROW_COLUMN_COUNT']],
      [2, ['qf/spx.csv:6/BAR_OUT_OF_ORDER']],
    ]);
    expect(faults.get(2)?.scores).toEqual([
      { symbol: 'SPX', score: 0.98 },
      { symbol: 'NDX', score: 1 },
    ]);
  });

  it('drops a file of a symbol that no one knows, and says so', () => {
    const series = readDailySeries(source('XYZ', tradable), nyseCalendar);
    expect(series.bars).toEqual([]);
    expect(series.faults.map((fault) => fault.code)).toEqual(['SYMBOL_UNKNOWN']);
    expect(series.score).toBe(0);
  });

  it('sends every bar to exactly one partition, and every partition a batch', () => {
    const { steps } = replayDataset(plan, [source('SPX', tradable), source('NDX', tradable)]);
    const batches = [0, 1, 2, 3].map((partition) => barsClosedOf('run-1', steps[0]!, partition, 4));
    expect(batches.map((batch) => batch.header.id)).toEqual([0, 1, 2, 3].map((partition) => `market.bars/run-1/0/${partition}`));
    expect(batches.flatMap((batch) => batch.bars.map((bar) => bar.symbol)).sort()).toEqual(['NDX', 'SPX']);
  });
});
