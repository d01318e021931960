import type { OrderBook } from '../../src/index.js';
import type { HawkesParameters } from '../../src/simulation/flow-parameters.js';
import type { FlowSeries } from '../../src/simulation/hawkes.js';

/** What is written down after each event of a flow, measured or simulated. */
export class FlowRecord {
  readonly seconds: number[] = [];
  readonly kinds: number[] = [];
  readonly spreads: number[] = [];
  readonly mids: number[] = [];
  /** Mean quantity by distance from the best price: 0 to 9 ticks, 10 to 29, 30 to 59, 60 to 99. */
  readonly depth = [0, 0, 0, 0];
  private depthSamples = 0;

  note(seconds: number, kind: number, book: OrderBook): void {
    this.seconds.push(seconds);
    this.kinds.push(kind);
    this.spreads.push(Math.round(book.spread * 100));
    this.mids.push(book.midPrice * 100);
    if (this.seconds.length % 20 !== 0) return;
    this.depthSamples += 2;
    for (const side of ['BID', 'ASK'] as const) {
      const reached = [0.09, 0.29, 0.59, 0.99].map((distance) => book.depthWithin(side, distance));
      reached.forEach((quantity, index) => (this.depth[index]! += quantity - (reached[index - 1] ?? 0)));
    }
  }

  get meanDepth(): readonly number[] {
    return this.depth.map((sum) => sum / this.depthSamples);
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const central = (values: readonly number[], power: number): number => {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** power));
};
const autocorrelation = (values: readonly number[], lag: number): number => {
  const middle = mean(values);
  let sum = 0;
  for (let index = lag; index < values.length; index += 1) sum += (values[index]! - middle) * (values[index - lag]! - middle);
  return sum / values.length / central(values, 2);
};
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * values.length)]!;

/** The mid price at each multiple of `every` seconds: the last one before it. */
const sampled = ({ seconds, mids }: FlowRecord, every: number): readonly number[] => {
  const samples: number[] = [];
  let due = every;
  for (let index = 1; index < seconds.length; index += 1) {
    for (; seconds[index]! >= due; due += every) samples.push(mids[index - 1]!);
  }
  return samples;
};
const changes = (values: readonly number[]): readonly number[] => values.slice(1).map((value, index) => value - values[index]!);

/** Figures by name, of which the same are asked of the market and of the simulation. */
export const stylisedFacts = (record: FlowRecord): Readonly<Record<string, number>> => {
  const { seconds, kinds, spreads } = record;
  const span = seconds.at(-1)! - seconds[0]!;
  const share = (...wanted: readonly number[]): number => kinds.filter((kind) => wanted.includes(kind)).length / kinds.length;
  const gaps = changes(seconds);
  const counts = new Array<number>(Math.ceil(span) + 1).fill(0);
  for (const second of seconds) counts[Math.floor(second - seconds[0]!)]! += 1;
  const returns = changes(sampled(record, 1));
  const tenSeconds = changes(sampled(record, 10));
  const sizes = returns.map(Math.abs);
  return {
    'events a second': kinds.length / span,
    'share of limit orders': share(0, 1),
    'share of cancellations': share(2, 3),
    'share of market orders': share(4, 5),
    'spread, mean (ticks)': mean(spreads),
    'spread, 5%': quantile(spreads, 0.05),
    'spread, median': quantile(spreads, 0.5),
    'spread, 95%': quantile(spreads, 0.95),
    'gaps under 1 ms': gaps.filter((gap) => gap < 0.001).length / gaps.length,
    'gaps, coefficient of variation': Math.sqrt(central(gaps, 2)) / mean(gaps),
    'events by second, autocorrelation at 1 s': autocorrelation(counts, 1),
    'events by second, variance / mean': central(counts, 2) / mean(counts),
    'return of 1 s, standard deviation (ticks)': Math.sqrt(central(returns, 2)),
    'return of 1 s, autocorrelation at 1 s': autocorrelation(returns, 1),
    'return of 1 s, excess kurtosis': central(returns, 4) / central(returns, 2) ** 2 - 3,
    'return of 10 s, variance / (10 x variance of 1 s)': central(tenSeconds, 2) / (10 * central(returns, 2)),
    'size of return, autocorrelation at 1 s': autocorrelation(sizes, 1),
    'size of return, autocorrelation at 10 s': autocorrelation(sizes, 10),
    'depth within 10 ticks of the best': record.meanDepth[0]!,
    'depth from 10 to 30 ticks': record.meanDepth[1]!,
    'depth from 30 to 60 ticks': record.meanDepth[2]!,
    'depth from 60 to 100 ticks': record.meanDepth[3]!,
  };
};

/**
 * Kolmogorov's distance between the times of a flow, each stretch weighed with the intensity of all kinds, and the exponential distribution that it has if
 * the process is the right one (Papangelou, Transactions of the AMS 165, 1972).
 */
export const distanceFromPoisson = ({ times, kinds }: FlowSeries, { decays, base, branching }: HawkesParameters): number => {
  const children = base.map((_, cause) => decays.map((__, scale) => branching.reduce((sum, row) => sum + row[cause]![scale]!, 0)));
  const memory = base.map(() => decays.map(() => 0));
  const rate = base.reduce((sum, one) => sum + one, 0);
  const stretches: number[] = [];
  for (let event = 0; event < times.length; event += 1) {
    const passed = event === 0 ? 0 : times[event]! - times[event - 1]!;
    let stretch = rate * passed;
    for (const [cause, scales] of memory.entries()) {
      for (const [scale, decay] of decays.entries()) {
        const left = Math.exp(-decay * passed);
        stretch += children[cause]![scale]! * scales[scale]! * (1 - left);
        scales[scale]! *= left;
      }
    }
    if (event > 0) stretches.push(stretch);
    for (const scale of decays.keys()) memory[kinds[event]!]![scale]! += 1;
  }
  const sorted = Float64Array.from(stretches).sort();
  return sorted.reduce((worst, stretch, index) => {
    const expected = 1 - Math.exp(-stretch);
    return Math.max(worst, Math.abs(expected - index / sorted.length), Math.abs(expected - (index + 1) / sorted.length));
  }, 0);
};
