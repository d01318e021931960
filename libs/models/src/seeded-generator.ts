/** A stream of numbers that a seed fixes for ever: training is repeatable to the byte. */
export interface SeededGenerator {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, bound), without modulo bias worth the name for bounds far below 2^32. */
  below(bound: number): number;
}

const rotateLeft = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** SplitMix32: spreads a small seed over the whole state. */
const spread = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
};

/** xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018; public domain). */
export const seededGenerator = (seed: number): SeededGenerator => {
  const initial = spread(seed);
  let a = initial();
  let b = initial();
  let c = initial();
  let d = initial();
  const next = (): number => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result / 0x1_0000_0000;
  };
  return { next, below: (bound) => Math.floor(next() * bound) };
};

/** `count` of 0..size-1 without replacement, ascending, by Knuth's selection sampling (TAOCP 2, algorithm 3.4.2 S). */
export const sampleIndexes = (size: number, count: number, generator: SeededGenerator): Int32Array => {
  const chosen = new Int32Array(count);
  let taken = 0;
  for (let index = 0; index < size && taken < count; index += 1) {
    if (generator.next() * (size - index) < count - taken) {
      chosen[taken] = index;
      taken += 1;
    }
  }
  return chosen;
};
