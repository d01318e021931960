import { denial } from '../deny-codes.js';
import type { SignalCheck } from './check.js';

/** What nobody can watch is too much; adding to a position opens none. */
export const positions: SignalCheck = {
  name: 'positions',
  check: ({ decision, book, profile: { limits } }) =>
    limits.positionsMax === 'off' ||
    decision.action !== 'ENTER' ||
    book.exposure(decision.symbol) > 0n ||
    book.positions < limits.positionsMax
      ? undefined
      : denial('POSITIONS_MAX', { positions: String(book.positions), limit: String(limits.positionsMax) }),
};
