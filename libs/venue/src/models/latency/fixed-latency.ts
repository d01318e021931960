import type { LatencyModel, RequestKind } from './latency-model.js';

export interface LatencyTerms {
  /** Of every request. */
  readonly baseMs: number;
  readonly insertMs?: number;
  readonly updateMs?: number;
  readonly cancelMs?: number;
}

const NANOS_PER_MS = 1_000_000;

/** Base and extra by kind, in nanoseconds. Throws RangeError when a time is not zero or more. */
export const delaysOf = ({ baseMs, insertMs = 0, updateMs = 0, cancelMs = 0 }: LatencyTerms): Readonly<Record<RequestKind, bigint>> => {
  for (const ms of [baseMs, insertMs, updateMs, cancelMs])
    if (!(ms >= 0)) throw new RangeError(`a latency must be zero or more, not ${ms}`);
  const nanos = (ms: number): bigint => BigInt(Math.round((baseMs + ms) * NANOS_PER_MS));
  return { INSERT: nanos(insertMs), UPDATE: nanos(updateMs), CANCEL: nanos(cancelMs) };
};

/** Every request of a kind takes as long. */
export const fixedLatency = (terms: LatencyTerms): LatencyModel => {
  const delays = delaysOf(terms);
  return { delay: (request) => delays[request] };
};
