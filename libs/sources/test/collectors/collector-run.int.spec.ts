import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { PointInTimeRecord } from '@tradewind/market';
import { isoFromNanos, symbolOf } from '@tradewind/vocabulary';

import { CollectorRunner } from '../../src/collectors/collector-run.js';
import { CollectorSchedule } from '../../src/collectors/collector-schedule.js';
import { fundamentals } from '../../src/collectors/fundamentals.js';
import { macro } from '../../src/collectors/macro.js';
import { social } from '../../src/collectors/social.js';
import { volatility } from '../../src/collectors/volatility.js';
import { newYork, type Rig, startRig } from '../alpha-vantage/simulated-day.js';

const never = new AbortController().signal;
const UNEMPLOYMENT = [
  { date: '2024-04-01', value: '3.9' },
  { date: '2024-05-01', value: '4.0' },
];

describe('a collector on a source', () => {
  let rig: Rig;
  let delivered: PointInTimeRecord[];
  const deliver = (records: readonly PointInTimeRecord[]): Promise<void> => {
    delivered.push(...records);
    return Promise.resolve();
  };
  const runner = (collector = macro): CollectorRunner =>
    new CollectorRunner(collector, rig.source, {
      clock: rig.time,
      log: { info: () => undefined, warn: () => undefined },
      directory: rig.directory,
    });
  const unemployment = (): readonly (readonly [number, string])[] =>
    delivered.filter(({ series }) => series === 'macro/UNRATE').map(({ value, knownAt }) => [value, isoFromNanos(knownAt)]);

  beforeEach(async () => {
    rig = await startRig('2024-06-17 09:00', ['AAPL'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    rig.server.publish('UNEMPLOYMENT', '', { data: UNEMPLOYMENT });
    delivered = [];
  });
  afterEach(() => rig.end());

  it('delivers history once, over restarts, and a revision and a late figure from when they were seen', async () => {
    await runner().run([], deliver, never);
    expect(unemployment()).toEqual([
      [3.9, '2024-05-10T12:30:00.000Z'],
      [4, '2024-06-14T12:30:00.000Z'],
    ]);
    expect((await runner().run([], deliver, never)).delivered).toBe(0);
    rig.server.publish('UNEMPLOYMENT', '', {
      data: [...UNEMPLOYMENT.slice(0, 1), { date: '2024-05-01', value: '4.1' }, { date: '2024-03-01', value: '3.8' }],
    });
    rig.time.set(newYork('2024-06-18 09:00'));
    expect((await runner().run([], deliver, never)).delivered).toBe(2);
    expect(
      unemployment()
        .slice(2)
        .toSorted(([left], [right]) => left - right),
    ).toEqual([
      [3.8, '2024-06-18T13:00:00.000Z'],
      [4.1, '2024-06-18T13:00:00.000Z'],
    ]);
  });
  it('delivers again, with equal ids, what a crash may have kept from being delivered', async () => {
    const failed = runner().run([], () => Promise.reject(new Error('the database is away')), never);
    await expect(failed).rejects.toThrow('the database is away');
    await runner().run([], deliver, never);
    const ids = delivered.map(({ id }) => id);
    expect(unemployment()).toHaveLength(2);
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('is still due after a run that was told to stop', async () => {
    expect((await runner().run([], deliver, AbortSignal.abort())).failures.map(({ error }) => error.code)).toEqual(['ABORTED']);
    expect(await runner().runIfDue([], deliver, never)).toBeDefined();
    expect(unemployment()).toHaveLength(2);
  });
  it('runs at its times only', async () => {
    expect(await runner().runIfDue([], deliver, never)).toBeDefined();
    expect(await runner().runIfDue([], deliver, never)).toBeUndefined();
    rig.time.set(newYork('2024-06-17 18:45'));
    expect(await runner().runIfDue([], deliver, never)).toBeDefined();
  });
  it('goes on with the next symbol after one that the vendor does not know', async () => {
    const run = await runner(fundamentals).run([symbolOf('NOSUCH'), symbolOf('AAPL')], deliver, never);
    expect(run.failures.map(({ question, error }) => [question, error.code])).toEqual([['fundamental//NOSUCH', 'UNKNOWN_SYMBOL']]);
    expect(delivered.some(({ series, symbol }) => series === 'fundamental/revenue' && symbol === 'AAPL')).toBe(true);
  });
  it('stops asking when the keys are used up, and asks the rest in the next run', async () => {
    rig.server.fail({ kind: 'used-up' }, 1);
    const run = await runner(fundamentals).run([symbolOf('AAPL'), symbolOf('AAPL')], deliver, never);
    expect(run.failures.map(({ error }) => error.code)).toEqual(['KEY_EXHAUSTED']);
    rig.time.set(newYork('2024-06-18 00:00'));
    expect((await runner(fundamentals).run([symbolOf('AAPL')], deliver, never)).delivered).toBeGreaterThan(0);
  });
  it('runs by schedule until it is stopped, and asks a source no more for what it does not have', async () => {
    const stop = new AbortController();
    const days: string[] = [];
    const logged: string[] = [];
    const log = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
    const schedule = new CollectorSchedule([macro, volatility, social], [rig.source], {
      clock: rig.time,
      log: { info: log, warn: log },
      directory: rig.directory,
      pause: (ms) => {
        rig.time.wait(ms);
        if (rig.time.now() > newYork('2024-06-18 20:00')) stop.abort();
        return Promise.resolve();
      },
    });
    await schedule.run([], deliver, stop.signal);
    for (const line of logged) if (line.startsWith('collected')) days.push(line);
    // At the start, in the evening, and twice on the second day; nobody else has anything to ask this source.
    expect(days.filter((line) => line.includes('"macro"'))).toHaveLength(4);
    expect(days.filter((line) => line.includes('"volatility"'))).toHaveLength(1);
    expect(days.filter((line) => line.includes('"social"'))).toEqual([]);
    expect(unemployment()).toHaveLength(2);
  });
});
