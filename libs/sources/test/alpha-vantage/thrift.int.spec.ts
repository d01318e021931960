import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { symbolOf } from '@tradewind/vocabulary';

import { fitsFreeKeys, planDay, STANDARD_DAY, STANDARD_SERIES } from '../../src/alpha-vantage/day-plan.js';
import { SourceError } from '../../src/source.js';
import { collect } from '../acceptance/surroundings.js';
import { barFrom } from '../wire-values/vendor-bars.js';
import { daysAgo, later, newYork, type Rig, startRig, symbolsOf } from './simulated-day.js';

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'GOOG', 'META', 'TSLA', 'JPM', 'XOM', 'IBM'];
const DAY = '2024-06-11';
const never = new AbortController().signal;

/** What every routine of the day asks, each question for itself. */
const askEverything = async ({ source, time }: Rig, symbols: readonly string[]): Promise<void> => {
  const now = time.now();
  const span = { from: daysAgo(now, 20), until: later(now, 1) };
  for (const symbol of symbolsOf(symbols)) {
    await collect(source.bars({ symbol, interval: '1d', ...span }, never));
    for (const series of STANDARD_SERIES) await collect(source.records({ series, symbol, ...span }, never));
  }
  await collect(source.records({ series: 'macro/', symbol: undefined, ...span }, never));
};

const liveThroughTheDay = async (rig: Rig, symbols: readonly string[]): Promise<void> => {
  for (const routine of STANDARD_DAY) {
    rig.time.set(newYork(`${DAY} ${routine}`));
    await askEverything(rig, symbols);
  }
};

const refusalOf = async (work: Promise<unknown>): Promise<SourceError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
};

describe('a standard day', () => {
  it('saves at least 85% of the calls: ten symbols with a premium key, counted by the server', async () => {
    const rig = await startRig(`${DAY} 05:00`, SYMBOLS, { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    await liveThroughTheDay(rig, SYMBOLS);
    const plan = planDay(DAY, symbolsOf(SYMBOLS));
    const made = rig.server.requests();
    const saved = 1 - made / plan.asked;
    process.stdout.write(
      `standard day of ${SYMBOLS.length} symbols: ${plan.asked} questions, ${made} calls, ${(saved * 100).toFixed(1)}% saved\n`,
    );
    expect(saved).toBeGreaterThanOrEqual(0.85);
    expect(made).toBe(plan.calls['market-data'] + plan.calls.sentiment);
    await rig.end();
  });
  it('fits two symbols into two free keys for data, a backup and one for sentiment', async () => {
    const few = SYMBOLS.slice(0, 2);
    const keys = { DATAKEY1: { perDay: 25 }, DATAKEY2: { perDay: 25 }, BACKUPKEY1: { perDay: 25 }, MOODKEY1: { perDay: 25 } };
    const settings = { marketDataKeys: 'DATAKEY1,DATAKEY2', backupKeys: 'BACKUPKEY1', sentimentKeys: 'MOODKEY1' };
    const rig = await startRig(`${DAY} 05:00`, few, keys, settings);
    await liveThroughTheDay(rig, few);
    const plan = planDay(DAY, symbolsOf(few));
    expect(fitsFreeKeys(plan, 25, 3, 1)).toBe(true);
    expect(rig.server.requests()).toBe(plan.calls['market-data'] + plan.calls.sentiment);
    expect(rig.server.usedToday('MOODKEY1')).toBe(plan.calls.sentiment);
    // Free keys are used 2.5 s apart.
    expect(Math.max(...rig.time.waits)).toBe(2_500);
    await rig.end();
  });
});

describe('keys, notices and the cache', () => {
  const request = (symbol: string, now: ReturnType<typeof newYork>) => ({
    symbol: symbolOf(symbol),
    interval: '1d' as const,
    from: daysAgo(now, 10),
    until: now,
  });

  it('goes on with the backup key when the vendor says that the first is used up, and never repeats what the vendor said', async () => {
    const rig = await startRig(
      `${DAY} 18:00`,
      ['AAPL'],
      { DATAKEY1: { perDay: 0 }, BACKUPKEY1: { perDay: 25 } },
      { marketDataKeys: 'DATAKEY1', backupKeys: 'BACKUPKEY1' },
    );
    const { rows } = await collect(rig.source.bars(request('AAPL', rig.time.now()), never));
    expect(rows.length).toBeGreaterThan(4);
    expect((await rig.source.keyReport()).map(({ purpose, used, closed }) => [purpose, used, closed])).toEqual([
      ['market-data', 1, true],
      ['backup', 1, false],
    ]);
    expect(rig.logged.join()).not.toContain('DATAKEY1');
    await rig.end();
  });
  it('tells KEY_EXHAUSTED with the time of the reset when every key is used up, and goes on the next day', async () => {
    const rig = await startRig(`${DAY} 18:00`, ['AAPL'], { DATAKEY1: { perDay: 25 } }, { marketDataKeys: 'DATAKEY1', freePerDay: '25' });
    rig.server.fail({ kind: 'used-up' }, 1);
    const error = await refusalOf(collect(rig.source.bars(request('AAPL', rig.time.now()), never)));
    expect([error.code, error.details.retryAfterMs]).toEqual(['KEY_EXHAUSTED', 6 * 3_600_000]);
    rig.time.wait(error.details.retryAfterMs!);
    expect((await collect(rig.source.bars(request('AAPL', rig.time.now()), never))).rows.length).toBeGreaterThan(4);
    await rig.end();
  });
  it('backs off exponentially when it is told to slow down', async () => {
    const rig = await startRig(`${DAY} 18:00`, ['AAPL'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    rig.server.fail({ kind: 'too-fast' }, 4);
    await collect(rig.source.bars(request('AAPL', rig.time.now()), never));
    expect(rig.time.waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    await rig.end();
  });
  it('asks once for equal questions at a time', async () => {
    const rig = await startRig(`${DAY} 18:00`, ['AAPL'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    await Promise.all(Array.from({ length: 8 }, () => collect(rig.source.bars(request('AAPL', rig.time.now()), never))));
    expect(rig.server.requests()).toBe(1);
    await rig.end();
  });
  it('asks for the daily bars again once the next session has closed and settled, not before', async () => {
    const rig = await startRig(`${DAY} 17:00`, ['AAPL'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    const look = async (at: string): Promise<number> => {
      rig.time.set(newYork(at));
      await collect(rig.source.bars(request('AAPL', rig.time.now()), never));
      return rig.server.requests();
    };
    expect(await look(`${DAY} 17:00`)).toBe(1);
    expect(await look('2024-06-12 16:14')).toBe(1);
    expect(await look('2024-06-12 16:15')).toBe(2);
    // Over the weekend and a holiday nothing closes.
    expect(await look('2024-06-14 20:00')).toBe(3);
    expect(await look('2024-06-17 09:00')).toBe(3);
    await rig.end();
  });
  it('never takes the running bar of a kept answer for a whole one', async () => {
    const rig = await startRig(`${DAY} 15:00`, ['AAPL'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    const lastDay = async (at: string): Promise<string> => {
      rig.time.set(newYork(at));
      const { rows } = await collect(rig.source.bars({ ...request('AAPL', rig.time.now()), until: later(rig.time.now(), 1) }, never));
      return rows.at(-1)!.id;
    };
    expect(await lastDay(`${DAY} 15:00`)).toBe('bar/AAPL/1d/2024-06-10');
    expect(await lastDay(`${DAY} 16:05`)).toBe('bar/AAPL/1d/2024-06-10');
    expect(await lastDay(`${DAY} 16:15`)).toBe(`bar/AAPL/1d/${DAY}`);
    await rig.end();
  });
  it('asks for a month again once it is past, whatever was kept while it ran', async () => {
    const rig = await startRig('2024-06-11 12:00', [], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    rig.server.load([
      barFrom('AAPL', '1h', '2024-06-11T14:00:00Z', 60, 'alpha-vantage'),
      barFrom('AAPL', '1h', '2024-06-28T14:00:00Z', 60, 'alpha-vantage'),
    ]);
    const june = {
      symbol: symbolOf('AAPL'),
      interval: '1h' as const,
      from: newYork('2024-06-01 00:00'),
      until: newYork('2024-06-29 00:00'),
    };
    const look = async (at: string): Promise<readonly [number, number]> => {
      rig.time.set(newYork(at));
      const { rows } = await collect(rig.source.bars(june, never));
      return [rows.length, rig.server.requests()];
    };
    expect(await look('2024-06-11 12:00')).toEqual([1, 1]);
    expect(await look('2024-07-01 09:00')).toEqual([2, 2]);
    expect(await look('2024-09-01 09:00')).toEqual([2, 2]);
    await rig.end();
  });
  it('answers although the answer can not be kept, and refuses to call when the call can not be counted', async () => {
    const rig = await startRig(`${DAY} 18:00`, ['AAPL', 'MSFT'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    await writeFile(join(rig.directory, 'answers'), 'in the way of the folder');
    expect((await collect(rig.source.bars(request('AAPL', rig.time.now()), never))).rows.length).toBeGreaterThan(4);
    expect(rig.logged.join()).toContain('could not be kept');
    await rm(join(rig.directory, 'keys'), { recursive: true });
    await writeFile(join(rig.directory, 'keys'), 'in the way of the folder');
    expect((await refusalOf(collect(rig.source.bars(request('MSFT', rig.time.now()), never)))).code).toBe('UNAVAILABLE');
    expect(rig.server.requests()).toBe(1);
    await rig.end();
  });
  it('keeps no key and no notice in the cache', async () => {
    const rig = await startRig(`${DAY} 18:00`, ['AAPL'], { PREMIUMKEY1: { perMinute: 75 } }, { premiumKeys: 'PREMIUMKEY1' });
    rig.server.publish('CPI', '', { data: [{ date: '2024-05-01', value: '314' }], note: 'served to PREMIUMKEY1' });
    rig.server.fail({ kind: 'too-fast' }, 1);
    await collect(rig.source.bars(request('AAPL', rig.time.now()), never));
    await collect(
      rig.source.records({ series: 'macro/CPI', symbol: undefined, from: daysAgo(rig.time.now(), 60), until: rig.time.now() }, never),
    );
    const files = await readdir(rig.directory, { recursive: true, withFileTypes: true });
    const kept = files.filter((file) => file.isFile());
    expect(kept.filter(({ parentPath }) => parentPath.endsWith('bodies'))).toHaveLength(1);
    for (const { parentPath, name } of kept) {
      const bytes = await readFile(join(parentPath, name));
      const text = name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
      expect(`${name} ${text}`).not.toContain('PREMIUMKEY1');
      expect(text).not.toContain('sparingly');
    }
    await rig.end();
  });
});
