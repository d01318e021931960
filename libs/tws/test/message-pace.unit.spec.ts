import type { UnixNanos } from '@tradewind/vocabulary';
import { describe, expect, it } from 'vitest';

import { MessagePace } from '../src/message-pace.js';

/** A clock that only waiting moves, and when each message went by it, in milliseconds. */
const paced = (
  messagesMax: number,
  reserved: number,
): { readonly went: number[]; readonly go: (urgent?: boolean) => Promise<void>; readonly pass: (ms: number) => void } => {
  let now = 0;
  const went: number[] = [];
  const clock = { now: () => (BigInt(now) * 1_000_000n) as UnixNanos };
  const pace = new MessagePace({ messagesMax, windowMs: 1000, reserved }, clock, async (ms) => void (now += ms));
  return {
    went,
    pass: (ms) => void (now += ms),
    go: async (urgent = false) => {
      await pace.take(urgent);
      went.push(now);
    },
  };
};

describe('the pace of messages', () => {
  it('lets a burst go at once and the next when the first is a window old', async () => {
    const { went, go } = paced(3, 0);
    for (let message = 0; message < 7; message += 1) await go();
    expect(went).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
  });

  it('never has more than its messages in any window, however they are spread', async () => {
    const { went, go, pass } = paced(5, 0);
    for (let message = 0; message < 200; message += 1) {
      pass((message * 37) % 400);
      await go();
    }
    for (const at of went) expect(went.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(5);
  });

  it('keeps a share for what is urgent, which goes at once after a burst of the rest', async () => {
    const { went, go } = paced(5, 2);
    for (let message = 0; message < 3; message += 1) await go();
    await go(true);
    await go(true);
    await go();
    expect(went).toEqual([0, 0, 0, 0, 0, 1000]);
  });

  it('refuses figures that leave no room', () => {
    for (const [messagesMax, reserved] of [
      [0, 0],
      [2, 2],
      [1, -1],
    ] as const)
      expect(() => paced(messagesMax, reserved)).toThrow(RangeError);
  });
});
