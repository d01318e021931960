import type { Clock, UnixNanos } from '@tradewind/vocabulary';

/** A wall clock that was set back by more is followed: what waits knows that by itself. */
const SET_BACK_MOST = 60_000_000_000n;
/** While the wall clock is behind, every second of ours lasts so many tenths longer. */
const SLOWER = 10n;
const NANOS_PER_MILLI = 1_000_000;

/**
 * The wall clock, but never backwards by a little: set back by some seconds, everything that is due now, cancels and stops among it, would wait for them to pass
 * again. Ours goes on, a tenth slower, until the wall clock has caught up. Forward it is followed at once: what has become old meanwhile must not look fresh.
 * `ran` is milliseconds that only run.
 */
export const steadyClock = (wall: Clock, ran: () => number = () => performance.now()): Clock => {
  let at: bigint = wall.now();
  let seen = ran();
  return {
    now: () => {
      const till = ran();
      const passed = BigInt(Math.round((till - seen) * NANOS_PER_MILLI));
      seen = till;
      const told = wall.now();
      const mine = at + passed - passed / SLOWER;
      at = told >= mine || mine - told > SET_BACK_MOST ? told : mine;
      return at as UnixNanos;
    },
  };
};
