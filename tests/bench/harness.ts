import { cpus, totalmem, release } from 'node:os';
import { performance } from 'node:perf_hooks';

/** One benchmark file: `export const benchmark: Benchmark`. It measures its floor or peer in the same run and reports ratios. */
export interface Benchmark {
  readonly name: string;
  run(report: Report): Promise<void>;
}

export interface Report {
  /** A figure with its unit, e.g. `row('hop p50', 0.31, 'ms')`. */
  row(label: string, value: number, unit: string): void;
  /** A figure against the floor or peer of the same run. `aim` is what we want, never asserted. */
  ratio(label: string, value: number, floor: number, aim?: string): void;
  note(text: string): void;
}

const rounded = (value: number): string => (Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3));

export const textReport = (write: (line: string) => void): Report => ({
  row: (label, value, unit) => write(`  ${label.padEnd(58)} ${rounded(value).padStart(12)} ${unit}`),
  ratio: (label, value, floor, aim) =>
    write(`  ${label.padEnd(58)} ${(value / floor).toFixed(2).padStart(12)} x${aim === undefined ? '' : `   (aim ${aim})`}`),
  note: (text) => write(`  ${text}`),
});

export const machineHeader = (): string => {
  const [first] = cpus();
  return [
    `machine  ${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
    `node     ${process.version}`,
  ].join('\n');
};

/** The q-quantile (nearest rank) of the samples; sorts a copy. Throws RangeError on no samples. */
export const quantile = (samples: ArrayLike<number>, q: number): number => {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;
};

/** Runs the work `rounds` times and returns the seconds of the fastest: the least disturbed by the machine. */
export const fastestSeconds = async (rounds: number, work: () => unknown): Promise<number> => {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
};
