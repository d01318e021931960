import { delaysOf } from './fixed-latency.js';
import type { LatencyTerms } from './fixed-latency.js';
import type { LatencyModel } from './latency-model.js';

const NANOS_PER_MS = 1_000_000;

/** The fixed times and an exponential delay of this mean on top, drawn for each request: seldom long, never short of the fixed part. */
export const exponentialLatency = (terms: LatencyTerms & { readonly meanMs: number }): LatencyModel => {
  const delays = delaysOf(terms);
  if (!(terms.meanMs >= 0)) throw new RangeError(`a latency must be zero or more, not ${terms.meanMs}`);
  return { delay: (request, draw) => delays[request] + BigInt(Math.round(-Math.log(1 - draw) * terms.meanMs * NANOS_PER_MS)) };
};
