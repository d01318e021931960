import { describe, expect, it } from 'vitest';
import { killSchedule } from './schedule.js';

const names = ['nats-server', 'postgres', 'market-data', 'features', 'inference', 'analysis', 'validation', 'risk', 'orders', 'audit'];
const killsIn = (schedule: ReturnType<typeof killSchedule>): number =>
  schedule.reduce((sum, kill) => sum + kill.victims.length + (kill.againAfterMs === undefined ? 0 : 1), 0);

describe('a schedule of kills', () => {
  it('is the same for the same seed and another for another', () => {
    expect(killSchedule('a', 25, names)).toEqual(killSchedule('a', 25, names));
    expect(killSchedule('a', 25, names)).not.toEqual(killSchedule('b', 25, names));
  });

  it.each(Array.from({ length: 20 }, (_, seed) => String(seed)))(
    'holds as many kills as asked for, in order, everybody among the victims (seed %s)',
    (seed) => {
      const schedule = killSchedule(seed, 25, names);
      expect(killsIn(schedule)).toBeGreaterThanOrEqual(25);
      expect(killsIn(schedule)).toBeLessThanOrEqual(27);
      expect(schedule.map(({ at }) => at)).toEqual(schedule.map(({ at }) => at).sort((a, b) => a - b));
      const struck = new Set(schedule.flatMap(({ victims }) => victims));
      expect(struck.size).toBe(names.length);
    },
  );

  it('strikes pairs, and victims that are still recovering', () => {
    const many = Array.from({ length: 10 }, (_, seed) => killSchedule(String(seed), 25, names)).flat();
    expect(many.some(({ victims }) => victims.length === 2)).toBe(true);
    expect(many.some(({ againAfterMs }) => againAfterMs !== undefined)).toBe(true);
    for (const { victims } of many) expect(new Set(victims).size).toBe(victims.length);
  });
});
