import fc from 'fast-check';

import type { Series } from './batch-reference.js';

export interface Move {
  readonly change: number;
  readonly up: number;
  readonly down: number;
  readonly volume: number;
}

const part = fc.integer({ min: 0, max: 1_000 });
/** A tenth of the days stand still and some have no volume: real series do. */
export const move: fc.Arbitrary<Move> = fc.record({
  change: fc
    .oneof({ weight: 9, arbitrary: fc.integer({ min: -300, max: 300 }) }, { weight: 1, arbitrary: fc.constant(0) })
    .map((value) => value / 10_000),
  up: part.map((value) => value / 100_000),
  down: part.map((value) => value / 100_000),
  volume: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 5_000_000_000 }) }, { weight: 1, arbitrary: fc.constant(0) }),
});

export const seriesOf = (moves: readonly Move[]): Series => {
  const open: number[] = [];
  const high: number[] = [];
  const low: number[] = [];
  const close: number[] = [];
  let before = 1_000;
  for (const { change, up, down } of moves) {
    const now = Math.round(before * (1 + change) * 100) / 100;
    open.push(before);
    high.push(Math.max(before, now) * (1 + up));
    low.push(Math.min(before, now) * (1 - down));
    close.push(now);
    before = now;
  }
  return { open, high, low, close, volume: moves.map((entry) => entry.volume) };
};

export const moves = (min: number, max: number): fc.Arbitrary<readonly Move[]> =>
  fc.array(move, { minLength: min, maxLength: max, size: 'max' });
