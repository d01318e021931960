import { describe, expect, it } from 'vitest';

import { ReconnectPace } from '../src/reconnect-pace.js';

const HOUR_MS = 3_600_000;

describe('ReconnectPace', () => {
  const clocks = { at: 10_000, set: 0, steady: () => clocks.at, wall: () => clocks.at + clocks.set };
  /** The client's own rule. */
  const isDue = (pace: ReconnectPace, lastConnect: number): boolean => lastConnect + pace.delay() <= clocks.wall();

  it('waits as told between two attempts, and no longer when the clock was set back or forward', () => {
    for (const set of [0, -HOUR_MS, -300, -150, HOUR_MS]) {
      clocks.set = 0;
      const pace = new ReconnectPace(200, 0, clocks);
      pace.dialling();
      const lastConnect = clocks.wall();
      clocks.set = set;
      clocks.at += 100;
      expect([set, isDue(pace, lastConnect)]).toEqual([set, set === HOUR_MS]);
      expect(pace.delay()).toBeGreaterThan(0);
      clocks.at += 300;
      expect([set, isDue(pace, lastConnect)]).toEqual([set, true]);
      // The next attempt counts from the clock as it is now.
      pace.dialling();
      expect([set, isDue(pace, clocks.wall())]).toEqual([set, false]);
    }
  });
});
