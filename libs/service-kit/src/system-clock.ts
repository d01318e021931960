import { NANOS_PER_MILLI } from '@tradewind/vocabulary';
import type { Clock, UnixNanos } from '@tradewind/vocabulary';

/** The machine's wall clock, UTC. Only shells hold one; the core is handed times. */
export const systemClock: Clock = {
  now: () => (BigInt(Date.now()) * NANOS_PER_MILLI) as UnixNanos,
};
