export interface BackoffOptions {
  /** The first delay; each later one doubles. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Fractional part of the golden ratio: its multiples are spread evenly over [0, 1) however many are taken. */
const GOLDEN = 0.618_033_988_749_894_9;

const phaseOf = (name: string): number => {
  let hash = 2_166_136_261;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 16_777_619);
  return (hash >>> 0) / 2 ** 32;
};

/**
 * Exponential delays, half fixed and half jitter. The jitter is not random but a low-discrepancy sequence whose phase comes from the name, so that
 * several clients drift apart and a run repeats exactly.
 */
export class Backoff {
  private attempt = 0;
  private drawn = 0;
  private readonly phase: number;

  constructor(
    name: string,
    private readonly options: BackoffOptions,
  ) {
    this.phase = phaseOf(name);
  }

  /** The next delay in milliseconds, between half of the exponential step and the whole of it. */
  next(): number {
    const step = Math.min(this.options.maxMs, this.options.baseMs * 2 ** Math.min(this.attempt, 30));
    this.attempt += 1;
    this.drawn += 1;
    const jitter = (this.phase + this.drawn * GOLDEN) % 1;
    return Math.round(step * (0.5 + 0.5 * jitter));
  }

  /** Starts again at the base after a success. */
  reset(): void {
    this.attempt = 0;
  }
}
