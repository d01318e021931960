import type { Primitive, Source } from '../rolling/primitive.js';
import { type Bank, bankOf, TURN } from './spectrum-bank.js';

export interface Cycle {
  /** Bars; NaN when there is none. */
  period: number;
  /** Share of the window's movement about its trend that the cycle explains, in [0, 1]. */
  share: number;
  /** Where in the cycle the last bar is: 0 at the crest, a quarter falling through the middle, a half in the trough; in [0, 1). */
  phase: number;
}

const HEAD = 0;
const SEEN = 1;
const SUM = 2;
const RAMP = 3;
const SQUARES = 4;
const TRANSFORMS = 5;
/** Movement below this share of the values' squares is rounding. */
const NO_MOVEMENT = 1e-18;

const fractionOf = (value: number): number => value - Math.floor(value);

/**
 * Sparse spectrum of the last `size` values: which few cycles, out of a bank of periods, make up most of the movement about the straight
 * line through the window. The Fourier sums of all periods slide with the window (Jacobsen and Lyons, "The Sliding DFT", IEEE Signal
 * Processing Magazine 20 (2003)), O(1) a period and bar, and are taken afresh each time the ring comes round; the line is taken off them in
 * closed form. Then cycles are picked greedily: the period whose least-squares sine explains most (the generalised periodogram of Lomb 1976
 * and Scargle 1982), its sine taken off all sums, and so on (matching pursuit: Mallat and Zhang, IEEE Trans. Signal Processing 41 (1993)).
 * Periods are spaced by half a Fourier bin from `periodMin` to half the window.
 */
export class SparseSpectrum implements Primitive {
  readonly key: string;
  readonly window: number;
  readonly startsAt: number;
  readonly memory: Float64Array;
  readonly forgets = true;
  /** Period of the strongest cycle. */
  value = Number.NaN;
  /** Strongest first. */
  readonly cycles: readonly Cycle[];
  readonly periods: Float64Array;
  readonly #bank: Bank;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  #strongest = 0;
  #most = 0;

  /** Throws RangeError unless 2 ≤ periodMin < size / 2. */
  constructor(
    readonly source: Source,
    readonly size: number,
    readonly periodMin: number,
    cycles: number,
  ) {
    if (!(periodMin >= 2 && periodMin < size / 2))
      throw new RangeError(`least period ${periodMin} must be from 2 to below half of ${size}`);
    this.key = `spectrum(${source.key},${size},${periodMin},${cycles})`;
    this.startsAt = source.window;
    this.window = source.window + size - 1;
    this.#bank = bankOf(size, periodMin);
    this.periods = this.#bank.periods;
    const bins = this.periods.length;
    this.memory = new Float64Array(TRANSFORMS + 2 * bins + size);
    this.#real = new Float64Array(bins);
    this.#imaginary = new Float64Array(bins);
    this.cycles = Array.from({ length: cycles }, () => ({ period: Number.NaN, share: 0, phase: 0 }));
  }

  update(): void {
    const { memory, size } = this;
    const entering = this.source.value;
    const ring = memory.length - size;
    const head = memory[HEAD]!;
    const leaving = memory[ring + head]!;
    memory[ring + head] = entering;
    memory[HEAD] = head + 1 === size ? 0 : head + 1;
    memory[SEEN] = Math.min(memory[SEEN]! + 1, size);
    if (memory[HEAD] === 0) this.#refresh(ring);
    else this.#slide(entering, leaving);
    if (memory[SEEN] < size) return;
    this.#pursue(this.#detrend());
    this.value = this.cycles[0]!.period;
  }

  /** Positions in the window run from 0, the oldest, to size − 1: all move down by one, the oldest leaves, the newest enters. */
  #slide(entering: number, leaving: number): void {
    const { memory, size } = this;
    const { cosines, sines, lastCosines, lastSines } = this.#bank;
    const bins = cosines.length;
    const sum = memory[SUM]!;
    memory[RAMP] = memory[RAMP]! - (sum - leaving) + (size - 1) * entering;
    memory[SUM] = sum - leaving + entering;
    memory[SQUARES] = memory[SQUARES]! - leaving * leaving + entering * entering;
    for (let bin = 0; bin < bins; bin += 1) {
      const real = memory[TRANSFORMS + bin]! - leaving;
      const imaginary = memory[TRANSFORMS + bins + bin]!;
      memory[TRANSFORMS + bin] = real * cosines[bin]! - imaginary * sines[bin]! + entering * lastCosines[bin]!;
      memory[TRANSFORMS + bins + bin] = real * sines[bin]! + imaginary * cosines[bin]! - entering * lastSines[bin]!;
    }
  }

  #refresh(ring: number): void {
    const { memory, size } = this;
    const { cosineAt, sineAt } = this.#bank;
    const bins = this.periods.length;
    memory.fill(0, SUM, ring);
    for (let position = 0; position < size; position += 1) {
      const value = memory[ring + position]!;
      memory[SUM] = memory[SUM]! + value;
      memory[RAMP] = memory[RAMP]! + position * value;
      memory[SQUARES] = memory[SQUARES]! + value * value;
      for (let bin = 0; bin < bins; bin += 1) {
        const at = position * bins + bin;
        memory[TRANSFORMS + bin] = memory[TRANSFORMS + bin]! + value * cosineAt[at]!;
        memory[TRANSFORMS + bins + bin] = memory[TRANSFORMS + bins + bin]! - value * sineAt[at]!;
      }
    }
  }

  /** Fourier sums without the window's line, the strongest bin of which is found on the way; returns the sum of squares about the line. */
  #detrend(): number {
    const { memory, size } = this;
    const { flatReal, flatImaginary, rampReal, rampImaginary } = this.#bank;
    const bins = flatReal.length;
    const middle = (size - 1) / 2;
    const spread = (size * (size * size - 1)) / 12;
    const mean = memory[SUM]! / size;
    const slope = (memory[RAMP]! - middle * memory[SUM]!) / spread;
    const level = mean - slope * middle;
    this.#most = 0;
    for (let bin = 0; bin < bins; bin += 1) {
      const real = memory[TRANSFORMS + bin]! - level * flatReal[bin]! - slope * rampReal[bin]!;
      const imaginary = memory[TRANSFORMS + bins + bin]! - level * flatImaginary[bin]! - slope * rampImaginary[bin]!;
      this.#real[bin] = real;
      this.#imaginary[bin] = imaginary;
      this.#compare(bin, real, -imaginary);
    }
    const about = memory[SQUARES]! - size * mean * mean - slope * slope * spread;
    return about > memory[SQUARES]! * NO_MOVEMENT ? about : 0;
  }

  /** Σx·cos and Σx·sin of a bin: how much its sine A·cos ωt + B·sin ωt with the A and B of least squares explains. */
  #compare(bin: number, cosine: number, sine: number): void {
    const { normal } = this.#bank;
    const energy = normal[3 * bin + 2]! * cosine * cosine - 2 * normal[3 * bin + 1]! * cosine * sine + normal[3 * bin]! * sine * sine;
    if (energy <= this.#most) return;
    this.#most = energy;
    this.#strongest = bin;
  }

  #pursue(movement: number): void {
    const { periods, size, cycles } = this;
    const { normal } = this.#bank;
    for (let rank = 0; rank < cycles.length; rank += 1) {
      const cycle = cycles[rank]!;
      if (!(movement > 0 && this.#most > 0)) {
        cycle.period = Number.NaN;
        cycle.share = 0;
        cycle.phase = 0;
        continue;
      }
      const bin = this.#strongest;
      const c = this.#real[bin]!;
      const s = -this.#imaginary[bin]!;
      const cosine = normal[3 * bin + 2]! * c - normal[3 * bin + 1]! * s;
      const sine = normal[3 * bin]! * s - normal[3 * bin + 1]! * c;
      cycle.period = periods[bin]!;
      cycle.share = Math.min(1, this.#most / movement);
      // A·cos + B·sin at the last position is a crest shifted by atan2(B, A).
      cycle.phase = fractionOf((size - 1) / periods[bin]! - Math.atan2(sine, cosine) / TURN);
      if (rank + 1 < cycles.length) this.#takeOff(bin, cosine, sine);
    }
  }

  /** Takes a sine off the sums of all bins and finds the strongest of what is left. */
  #takeOff(bin: number, cosine: number, sine: number): void {
    const { cross } = this.#bank;
    const bins = this.periods.length;
    this.#most = 0;
    for (let other = 0, offset = 4 * bin * bins; other < bins; other += 1, offset += 4) {
      const real = this.#real[other]! - cosine * cross[offset]! - sine * cross[offset + 1]!;
      const imaginary = this.#imaginary[other]! + cosine * cross[offset + 2]! + sine * cross[offset + 3]!;
      this.#real[other] = real;
      this.#imaginary[other] = imaginary;
      this.#compare(other, real, -imaginary);
    }
  }
}
