import { readFeatureSets } from '@tradewind/feature-sets';
import { createFeatureEngine, type FeatureSet } from '@tradewind/features';
import { type Bar, DEMO_PLAN, type MarketStep, replayDataset } from '@tradewind/market';
import { readDemoSources } from '@tradewind/replay-files';
import { toNumber } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const ROUNDS = 50;
const WARM_UP_BARS = 1_000;
const MICROSECONDS_AIM = 5;
const SETS = ['baseline@1', 'level2@1', 'full@1'];

const SESSION_MINUTES = 390;
const MINUTE = 60_000_000_000n;
const DAY = 1_440n * MINUTE;
/** Monday 2020-01-06, 09:30 in New York. */
const FIRST_MINUTE = 1_578_321_000_000_000_000n;

/** The floor: the bar's five numbers are read, nothing is computed. */
const readBars = (bars: readonly Bar[]): number => {
  let sum = 0;
  for (const { open, high, low, close, volume } of bars)
    sum += toNumber(open) + toNumber(high) + toNumber(low) + toNumber(close) + toNumber(volume);
  return sum;
};

/** Microseconds a bar of engines that are made and warm already; each round takes one of its own, and the fastest counts. */
const microsecondsABar = async (set: FeatureSet, bars: readonly Bar[]): Promise<number> => {
  const engines = Array.from({ length: ROUNDS }, () => {
    const engine = createFeatureEngine(set);
    for (const bar of bars.slice(0, WARM_UP_BARS)) engine.onBar(bar);
    return engine;
  });
  const rest = bars.slice(WARM_UP_BARS);
  const seconds = await fastestSeconds(ROUNDS, () => {
    const engine = engines.pop()!;
    for (const bar of rest) engine.onBar(bar);
  });
  return (seconds / rest.length) * 1e6;
};

/**
 * The same bars as if they were minutes of one session day after day: the calendar turns a page once in 390 steps then, not at each. Bars of
 * one day are of one minute, so that all symbols are on the same page.
 */
const asMinutes = (steps: readonly MarketStep[]): readonly Bar[] =>
  steps.flatMap(({ bars }, index) => {
    const day = BigInt(Math.floor(index / SESSION_MINUTES));
    const closeTime = (FIRST_MINUTE + day * DAY + BigInt((index % SESSION_MINUTES) + 1) * MINUTE) as Bar['closeTime'];
    return bars.map((bar) => ({ ...bar, openTime: (closeTime - MINUTE) as Bar['openTime'], closeTime }));
  });

const run = async (report: Report): Promise<void> => {
  const { steps } = replayDataset(DEMO_PLAN, await readDemoSources());
  const days = steps.flatMap((step) => step.bars);
  const minutes = asMinutes(steps);
  const sets = await readFeatureSets();
  const floor = ((await fastestSeconds(ROUNDS, () => readBars(days))) / days.length) * 1e6;
  report.row('bars', days.length, '');
  report.row('reading a bar', floor, 'us');
  for (const name of SETS) {
    const set = sets.named(name);
    const perMinute = await microsecondsABar(set, minutes);
    report.row(`${name}, ${set.names.length} features: a bar of a minute`, perMinute, 'us');
    report.row('  a feature', (perMinute / set.names.length) * 1_000, 'ns');
    report.ratio('  against reading the bar alone', perMinute, floor);
    if (name === 'full@1') report.ratio('  against 5 us', perMinute, MICROSECONDS_AIM, 'below 1');
    report.row('  a bar of a day, which turns the calendar each time', await microsecondsABar(set, days), 'us');
  }
};

export const benchmark: Benchmark = { name: 'features', run };
