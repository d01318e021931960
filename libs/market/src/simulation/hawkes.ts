import { FLOW_KIND_COUNT, type HawkesParameters, mirrorOf } from './flow-parameters.js';
import type { FlowRandom } from './flow-random.js';

const KINDS = FLOW_KIND_COUNT;
/** Expectation and maximisation end when the log-likelihood gains less than this per event. */
const GAIN_MIN = 1e-6;
const ITERATIONS_MAX = 200;

/**
 * Runs a Hawkes process by thinning (Ogata, IEEE Transactions on Information Theory 27, 1981): between events the intensity only falls, so that the
 * present one bounds what comes. A factor by kind (of the state of the book) multiplies its intensity; it may change with each event.
 */
export class HawkesClock {
  /** Seconds. */
  now = 0;
  /** By kind and scale, kind by kind. */
  private readonly excitation: Float64Array;
  private readonly scales: number;

  constructor(
    private readonly parameters: HawkesParameters,
    private readonly random: FlowRandom,
  ) {
    this.scales = parameters.decays.length;
    this.excitation = new Float64Array(KINDS * this.scales);
  }

  /** Goes on to the next event and returns its kind. */
  next(factors: Float64Array): number {
    let bound = this.intensity(factors);
    for (;;) {
      const wait = this.random.exponential() / bound;
      this.now += wait;
      this.fade(wait);
      const total = this.intensity(factors);
      const draw = this.random.uniform() * bound;
      if (draw < total) {
        const kind = this.kindAt(draw, factors);
        this.excite(kind);
        return kind;
      }
      bound = total;
    }
  }

  private intensity(factors: Float64Array): number {
    let total = 0;
    for (let kind = 0; kind < KINDS; kind += 1) total += this.intensityOf(kind, factors);
    return total;
  }

  private intensityOf(kind: number, factors: Float64Array): number {
    let intensity = this.parameters.base[kind]!;
    for (let scale = 0; scale < this.scales; scale += 1) intensity += this.excitation[kind * this.scales + scale]!;
    return intensity * factors[kind]!;
  }

  private kindAt(draw: number, factors: Float64Array): number {
    let rest = draw;
    for (let kind = 0; kind < KINDS - 1; kind += 1) {
      rest -= this.intensityOf(kind, factors);
      if (rest < 0) return kind;
    }
    return KINDS - 1;
  }

  private fade(seconds: number): void {
    const { decays } = this.parameters;
    for (let scale = 0; scale < this.scales; scale += 1) {
      const left = Math.exp(-decays[scale]! * seconds);
      for (let kind = 0; kind < KINDS; kind += 1) this.excitation[kind * this.scales + scale]! *= left;
    }
  }

  private excite(cause: number): void {
    const { branching, decays } = this.parameters;
    for (let kind = 0; kind < KINDS; kind += 1) {
      const row = branching[kind]![cause]!;
      for (let scale = 0; scale < this.scales; scale += 1) this.excitation[kind * this.scales + scale]! += row[scale]! * decays[scale]!;
    }
  }
}

export interface FlowSeries {
  /** Seconds from the start of the observation, not falling. */
  readonly times: Float64Array;
  /** Index in FLOW_KINDS. */
  readonly kinds: Uint8Array;
  /** Length of the observation in seconds. */
  readonly span: number;
}

export interface HawkesFit {
  readonly parameters: HawkesParameters;
  readonly logLikelihood: number;
  readonly iterations: number;
}

/**
 * Fits base rates and branching at given decays by expectation and maximisation (Veen and Schoenberg, JASA 103, 2008), which raises the likelihood at
 * each step. Both sides of the book are taken for mirror images, so that the fitted flow has no drift.
 */
export const fitHawkes = (series: FlowSeries, decays: readonly number[]): HawkesFit => {
  const { times, kinds, span } = series;
  const scales = decays.length;
  const width = KINDS * scales;
  const memory = memoryOf(series, decays);
  const mass = exposureOf(series, decays);
  let base = new Float64Array(KINDS).fill(times.length / span / KINDS / 2);
  let branching = new Float64Array(KINDS * width).fill(0.5 / width);
  let logLikelihood = -Infinity;
  let iterations = 0;
  for (; iterations < ITERATIONS_MAX; iterations += 1) {
    const bases = new Float64Array(KINDS);
    const children = new Float64Array(KINDS * width);
    let gained = -base.reduce((sum, rate) => sum + rate, 0) * span;
    for (let index = 0; index < children.length; index += 1) gained -= branching[index]! * mass[index % width]!;
    for (let event = 0; event < times.length; event += 1) {
      const kind = kinds[event]!;
      const row = kind * width;
      const past = event * width;
      let intensity = base[kind]!;
      for (let cause = 0; cause < width; cause += 1) intensity += branching[row + cause]! * memory[past + cause]!;
      gained += Math.log(intensity);
      bases[kind]! += base[kind]! / intensity;
      for (let cause = 0; cause < width; cause += 1)
        children[row + cause]! += (branching[row + cause]! * memory[past + cause]!) / intensity;
    }
    base = mirrored(
      bases.map((count) => count / span),
      1,
    );
    branching = mirrored(
      children.map((count, index) => count / Math.max(mass[index % width]!, Number.MIN_VALUE)),
      scales,
    );
    const enough = gained - logLikelihood < GAIN_MIN * times.length;
    logLikelihood = gained;
    if (enough) break;
  }
  const cube = Array.from({ length: KINDS }, (_, kind) =>
    Array.from({ length: KINDS }, (__, cause) => [
      ...branching.subarray(kind * width + cause * scales, kind * width + (cause + 1) * scales),
    ]),
  );
  return { parameters: { decays, base: [...base], branching: cube }, logLikelihood, iterations };
};

/** For each event the sums of decay · exp(−decay · age) over the events before it, by kind and scale. */
const memoryOf = ({ times, kinds }: FlowSeries, decays: readonly number[]): Float64Array => {
  const scales = decays.length;
  const width = KINDS * scales;
  const memory = new Float64Array(times.length * width);
  const running = new Float64Array(width);
  for (let event = 0; event < times.length; event += 1) {
    const passed = event === 0 ? 0 : times[event]! - times[event - 1]!;
    for (let cause = 0; cause < width; cause += 1) running[cause]! *= Math.exp(-decays[cause % scales]! * passed);
    memory.set(running, event * width);
    for (let scale = 0; scale < scales; scale += 1) running[kinds[event]! * scales + scale]! += decays[scale]!;
  }
  return memory;
};

/** How much of the kernels of each kind falls into the observation. */
const exposureOf = ({ times, kinds, span }: FlowSeries, decays: readonly number[]): Float64Array => {
  const exposure = new Float64Array(KINDS * decays.length);
  for (let event = 0; event < times.length; event += 1) {
    for (let scale = 0; scale < decays.length; scale += 1)
      exposure[kinds[event]! * decays.length + scale]! += 1 - Math.exp(-decays[scale]! * (span - times[event]!));
  }
  return exposure;
};

/** The mean of each entry and its mirror image, of a vector by kind or a table by kind, cause and scale. */
const mirrored = (values: Float64Array, scales: number): Float64Array<ArrayBuffer> => {
  if (values.length === KINDS) return Float64Array.from(values, (value, kind) => (value + values[mirrorOf(kind)]!) / 2);
  const width = KINDS * scales;
  return Float64Array.from(values, (value, index) => {
    const kind = Math.floor(index / width);
    const cause = Math.floor((index % width) / scales);
    return (value + values[mirrorOf(kind) * width + mirrorOf(cause) * scales + (index % scales)]!) / 2;
  });
};

/** Spectral radius of the branching matrix by power iteration: below 1 the flow is stable, and 1 / (1 − radius) is how far one event spreads. */
export const branchingRadius = ({ branching }: HawkesParameters): number => {
  const matrix = branching.map((row) => row.map((scales) => scales.reduce((sum, value) => sum + value, 0)));
  let vector = matrix.map(() => 1);
  let radius = 0;
  for (let round = 0; round < 200; round += 1) {
    const image = matrix.map((row) => row.reduce((sum, value, index) => sum + value * vector[index]!, 0));
    radius = Math.max(...image);
    vector = image.map((value) => value / radius);
  }
  return radius;
};
