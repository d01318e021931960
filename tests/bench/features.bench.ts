import { readFeatureSets } from '@tradewind/feature-sets';
import { createFeatureEngine, type FeatureSet } from '@tradewind/features';
import { type Bar, DEMO_PLAN, replayDataset } from '@tradewind/market';
import { readDemoSources } from '@tradewind/replay-files';
import { toNumber } from '@tradewind/vocabulary';

import { type Benchmark, fastestSeconds, type Report } from './harness.js';

const ROUNDS = 15;
const SETS = ['baseline@1', 'level2@1', 'full@1'];

const REPEATS = 6;
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

const computeBars = (set: FeatureSet, bars: readonly Bar[]): number => {
  const engine = createFeatureEngine(set);
  let warm = 0;
  for (const bar of bars) if (engine.onBar(bar).warm) warm += 1;
  return warm;
};

/**
 * The same bars again and again, as minutes of one session day after day: the calendar turns a page once in 390 bars then, not at each, and what
 * it costs to make the engine is spread over a long run.
 */
const asMinutes = (bars: readonly Bar[]): readonly Bar[] => {
  const counts = new Map<string, number>();
  return Array.from({ length: REPEATS }, () => bars)
    .flat()
    .map((bar) => {
      const count = counts.get(bar.symbol) ?? 0;
      counts.set(bar.symbol, count + 1);
      const day = BigInt(Math.floor(count / SESSION_MINUTES));
      const closeTime = (FIRST_MINUTE + day * DAY + BigInt((count % SESSION_MINUTES) + 1) * MINUTE) as Bar['closeTime'];
      return { ...bar, openTime: (closeTime - MINUTE) as Bar['openTime'], closeTime };
    });
};

const run = async (report: Report): Promise<void> => {
  const bars = replayDataset(DEMO_PLAN, await readDemoSources()).steps.flatMap((step) => step.bars);
  const sets = await readFeatureSets();
  const floor = (await fastestSeconds(ROUNDS, () => readBars(bars))) / bars.length;
  report.row('bars', bars.length, '');
  report.row('reading a bar', floor * 1e6, 'us');
  for (const name of SETS) {
    const set = sets.named(name);
    const seconds = (await fastestSeconds(ROUNDS, () => computeBars(set, bars))) / bars.length;
    report.row(`${name}, ${set.names.length} features: a bar`, seconds * 1e6, 'us');
    report.row('  a feature', (seconds / set.names.length) * 1e9, 'ns');
    report.ratio('  against reading the bar alone', seconds, floor);
  }
  const minutes = asMinutes(bars);
  for (const name of SETS) {
    const set = sets.named(name);
    const seconds = (await fastestSeconds(ROUNDS, () => computeBars(set, minutes))) / minutes.length;
    report.row(`${name}, bars of a minute: a bar`, seconds * 1e6, 'us');
    if (name === 'full@1') report.ratio('  against 5 us a bar', seconds, 5e-6, 'below 1');
  }
};

export const benchmark: Benchmark = { name: 'features', run };
