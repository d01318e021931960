import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

const NANOS_PER_SECOND = 1_000_000_000n;

/** A signal has to rest on data of about now, and never on data from after the step. */
export const freshData: SignalCheck = {
  name: 'fresh-data',
  check: ({ decision, header, profile }) => {
    const age = header.at - decision.at;
    if (age >= 0n && age <= BigInt(profile.limits.dataAgeMaxSeconds) * NANOS_PER_SECOND) return undefined;
    return denial('STALE_DATA', { ageSeconds: String(age / NANOS_PER_SECOND), limitSeconds: String(profile.limits.dataAgeMaxSeconds) });
  },
};
