import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { steadyClock } from '../src/desk/steady-clock.js';

const SECOND_MS = 1_000;
const nanos = (ms: number): UnixNanos => (BigInt(ms) * 1_000_000n) as UnixNanos;

describe('steadyClock', () => {
  it('goes on when the wall clock is set back a little, until that has caught up, and follows it otherwise', () => {
    const machine = { ran: 0, set: 1_000_000 };
    const clock = steadyClock({ now: () => nanos(machine.ran + machine.set) }, () => machine.ran);
    const after = (ms: number): bigint => {
      machine.ran += ms;
      return clock.now();
    };
    expect(after(SECOND_MS)).toBe(nanos(1_001_000));
    machine.set -= 50 * SECOND_MS;
    expect(after(SECOND_MS)).toBe(nanos(1_001_900));
    expect(after(100 * SECOND_MS)).toBe(nanos(1_091_900));
    // A tenth slower: what 50 s are takes 500.
    expect(after(500 * SECOND_MS)).toBe(nanos(machine.ran + machine.set));
    machine.set += 3_600 * SECOND_MS;
    expect(after(SECOND_MS)).toBe(nanos(machine.ran + machine.set));
    machine.set -= 3_600 * SECOND_MS;
    expect(after(SECOND_MS)).toBe(nanos(machine.ran + machine.set));
  });
});
