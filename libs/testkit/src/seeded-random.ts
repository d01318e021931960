/**
 * Reproducible randomness for tests and generators: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", ACM TOMS 47, 2021), its state filled by SplitMix32-style mixing of the seed. The same seed gives the same draws on every machine.
 */
export interface SeededRandom {
  /** 32 uniform bits as an unsigned integer. */
  bits(): number;
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer, both ends included. */
  integer(least: number, greatest: number): number;
  /** Standard normal (Box and Muller, 1958). */
  normal(): number;
  /** Exponential with this mean. */
  exponential(mean: number): number;
  /** One element. Throws on an empty list. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream for one purpose: drawing from it doesn't move this one. */
  fork(purpose: string): SeededRandom;
}

export function seededRandom(seed: number | string): SeededRandom {
  return fromState(fill(typeof seed === 'number' ? `number:${seed}` : `text:${seed}`));
}

/** FNV-1a over the text, then four rounds of a 32-bit finaliser (Steele, Lea and Flood, 2014; constants of MurmurHash3). */
function fill(text: string): Uint32Array {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word += 1) {
    hash = (hash + 0x9e3779b9) >>> 0;
    let mixed = hash;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    state[word] = mixed ^ (mixed >>> 16);
  }
  return state;
}

const rotate = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0;

/** The generator itself, from its four words of state (not all zero). */
export function fromState(state: Uint32Array): SeededRandom {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  const origin = [...state].join('.');
  const bits = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = (b << 9) >>> 0;
    c = (c ^ a) >>> 0;
    d = (d ^ b) >>> 0;
    b = (b ^ c) >>> 0;
    a = (a ^ d) >>> 0;
    c = (c ^ shifted) >>> 0;
    d = rotate(d, 11);
    return result;
  };
  const next = (): number => ((bits() >>> 5) * 67_108_864 + (bits() >>> 6)) / 9_007_199_254_740_992;
  const integer = (least: number, greatest: number): number => least + Math.floor(next() * (greatest - least + 1));
  return {
    bits,
    next,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    exponential: (mean) => -mean * Math.log(1 - next()),
    pick: <T>(items: readonly T[]): T => {
      if (items.length === 0) throw new RangeError('nothing to pick from');
      return items[integer(0, items.length - 1)] as T;
    },
    shuffle: <T>(items: readonly T[]): T[] => {
      const copy = [...items];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
      }
      return copy;
    },
    fork: (purpose) => fromState(fill(`${origin}/${purpose}`)),
  };
}
