export const TURN = 2 * Math.PI;

/** What depends on window and periods alone. */
export interface Bank {
  readonly periods: Float64Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
  readonly lastCosines: Float64Array;
  readonly lastSines: Float64Array;
  readonly flatReal: Float64Array;
  readonly flatImaginary: Float64Array;
  readonly rampReal: Float64Array;
  readonly rampImaginary: Float64Array;
  /** cos and sin of each bin at each position, the bins of a position together. */
  readonly cosineAt: Float64Array;
  readonly sineAt: Float64Array;
  /** Σcos², Σcos·sin, Σsin² of each bin over the determinant of its least squares. */
  readonly normal: Float64Array;
  /** Σcosᵢcosⱼ, Σsinᵢcosⱼ, Σcosᵢsinⱼ, Σsinᵢsinⱼ of each pair of bins. */
  readonly cross: Float64Array;
}

const banks = new Map<string, Bank>();

/** Banks are the same for all symbols, so each is worked out once. */
export const bankOf = (size: number, periodMin: number): Bank => {
  const key = `${size},${periodMin}`;
  const known = banks.get(key);
  if (known !== undefined) return known;
  const bank = makeBank(size, periodMin);
  banks.set(key, bank);
  return bank;
};

const makeBank = (size: number, periodMin: number): Bank => {
  const halfBins: number[] = [];
  for (let half = 4; (2 * size) / half >= periodMin; half += 1) halfBins.push(half);
  const periods = Float64Array.from(halfBins, (half) => (2 * size) / half);
  const waves = [...periods].map((period) => ({
    cosine: Float64Array.from({ length: size }, (_value, position) => Math.cos((TURN * position) / period)),
    sine: Float64Array.from({ length: size }, (_value, position) => Math.sin((TURN * position) / period)),
  }));
  const ramp = Float64Array.from({ length: size }, (_value, position) => position);
  const flat = new Float64Array(size).fill(1);
  const dot = (left: Float64Array, right: Float64Array): number => left.reduce((sum, value, index) => sum + value * right[index]!, 0);
  const each = (of: (wave: (typeof waves)[number], period: number) => number): Float64Array =>
    Float64Array.from(waves, (wave, bin) => of(wave, periods[bin]!));
  return {
    periods,
    cosines: each((_wave, period) => Math.cos(TURN / period)),
    sines: each((_wave, period) => Math.sin(TURN / period)),
    lastCosines: each(({ cosine }) => cosine[size - 1]!),
    lastSines: each(({ sine }) => sine[size - 1]!),
    flatReal: each(({ cosine }) => dot(cosine, flat)),
    flatImaginary: each(({ sine }) => -dot(sine, flat)),
    rampReal: each(({ cosine }) => dot(cosine, ramp)),
    rampImaginary: each(({ sine }) => -dot(sine, ramp)),
    cosineAt: Float64Array.from([...ramp].flatMap((position) => waves.map(({ cosine }) => cosine[position]!))),
    sineAt: Float64Array.from([...ramp].flatMap((position) => waves.map(({ sine }) => sine[position]!))),
    normal: Float64Array.from(
      waves.flatMap(({ cosine, sine }) => {
        const [cc, cs, ss] = [dot(cosine, cosine), dot(cosine, sine), dot(sine, sine)];
        const determinant = cc * ss - cs * cs;
        return [cc / determinant, cs / determinant, ss / determinant];
      }),
    ),
    cross: Float64Array.from(
      waves.flatMap((from) =>
        waves.flatMap((to) => [dot(from.cosine, to.cosine), dot(from.sine, to.cosine), dot(from.cosine, to.sine), dot(from.sine, to.sine)]),
      ),
    ),
  };
};
