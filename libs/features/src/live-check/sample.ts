import type { Bar, PointInTimeRecord, Tick } from '@tradewind/market';
import { type Symbol, toNumber, type UnixNanos } from '@tradewind/vocabulary';

import type { FeatureSet } from '../feature-set.js';
import { secondsOf, SessionClocks } from '../inputs/session-clock.js';
import { SymbolFeatures, type SymbolFeaturesState } from '../symbol-features.js';

/** Something that a symbol's features took in, in the order in which they did. */
export type TakenInput =
  | { readonly kind: 'bar'; readonly bar: Bar; readonly values: Float64Array }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'record'; readonly record: PointInTimeRecord };

/** Where a streamed value is not what the same inputs give once more. */
export interface SampleMismatch {
  readonly feature: string;
  readonly at: UnixNanos;
  readonly streamed: number;
  readonly recomputed: number;
  /** `state`: from the saved state at the sample's start, to the bit. `window`: from nothing but the sample's bars, but for rounding. */
  readonly from: 'state' | 'window';
}

export interface SampleReport {
  readonly symbol: Symbol;
  readonly from: UnixNanos;
  readonly to: UnixNanos;
  readonly bars: number;
  /** Values compared, of both kinds. */
  readonly compared: number;
  /** All that differ, the first `MISMATCHES_MAX` of them in `mismatches`. */
  readonly mismatched: number;
  readonly mismatches: readonly SampleMismatch[];
}

const MISMATCHES_MAX = 50;
/** A window that began at another bar rounds differently. */
const WINDOW_TOLERANCE = 1e-7;

const take = (features: SymbolFeatures, clocks: SessionClocks, input: TakenInput, values: Float64Array): void => {
  if (input.kind === 'tick') return features.takeTick(input.tick);
  if (input.kind === 'record') return features.takeRecord(input.record);
  const { open, high, low, close, volume, closeTime } = input.bar;
  const seconds = secondsOf(closeTime);
  clocks.moveTo(closeTime, seconds);
  features.update(toNumber(open), toNumber(high), toNumber(low), toNumber(close), toNumber(volume), values, seconds);
};

const differs = (streamed: number, recomputed: number): boolean => !Object.is(streamed, recomputed);
const isOff = (streamed: number, recomputed: number): boolean =>
  !(Math.abs(streamed - recomputed) <= WINDOW_TOLERANCE * Math.max(1, Math.abs(streamed), Math.abs(recomputed)));

/**
 * Takes the inputs in once more and compares. From `state` every vector must come out to the bit. From nothing, the features of `windows`
 * (positions, see `windowFeatures`) must come out at the last bar, if the sample is long enough for them.
 */
export const checkSample = (
  set: FeatureSet,
  windows: readonly number[],
  symbol: Symbol,
  state: SymbolFeaturesState,
  inputs: readonly TakenInput[],
): SampleReport => {
  const mismatches: SampleMismatch[] = [];
  let mismatched = 0;
  let compared = 0;
  const values = new Float64Array(set.names.length);
  const compare = (index: number, { bar, values: streamed }: TakenInput & { kind: 'bar' }, from: SampleMismatch['from']): void => {
    const [theirs, ours] = [streamed[index]!, values[index]!];
    compared += 1;
    if (from === 'state' ? !differs(theirs, ours) : !isOff(theirs, ours)) return;
    mismatched += 1;
    if (mismatches.length >= MISMATCHES_MAX) return;
    mismatches.push({ feature: set.names[index]!, at: bar.closeTime, streamed: theirs, recomputed: ours, from });
  };
  const clocks = new SessionClocks();
  const again = new SymbolFeatures(set, clocks);
  again.restore(state);
  for (const input of inputs) {
    take(again, clocks, input, values);
    if (input.kind === 'bar') for (let index = 0; index < values.length; index += 1) compare(index, input, 'state');
  }
  const bars = inputs.filter((input) => input.kind === 'bar');
  const fresh = new SymbolFeatures(set, clocks);
  for (const bar of bars) take(fresh, clocks, bar, values);
  const last = bars.at(-1);
  if (last !== undefined) for (const index of windows) if (set.definitions[index]!.window <= bars.length) compare(index, last, 'window');
  return {
    symbol,
    from: bars[0]?.bar.openTime ?? (0n as UnixNanos),
    to: last?.bar.closeTime ?? (0n as UnixNanos),
    bars: bars.length,
    compared,
    mismatched,
    mismatches,
  };
};
