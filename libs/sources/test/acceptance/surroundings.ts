import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Bar, type Tick } from '@tradewind/market';
import { nanosFromMillis } from '@tradewind/vocabulary';

import type { LiveSink, LiveStatus, SourceEnvironment, SourceError } from '../../src/source.js';
import { pause } from '../../src/transport/pause.js';

/** Waits are a twentieth of what is asked, so that a backoff of seconds is one of milliseconds; what was asked is kept. */
const SHORTENED = 20;

export interface Surroundings {
  readonly environment: SourceEnvironment;
  readonly pauses: number[];
  readonly logged: string[];
  end(): Promise<void>;
}

/** What a source takes from outside, real but for the length of its waits. */
export const surroundings = async (): Promise<Surroundings> => {
  const directory = await mkdtemp(join(tmpdir(), 'tradewind-source-'));
  const pauses: number[] = [];
  const logged: string[] = [];
  const log = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  return {
    pauses,
    logged,
    environment: {
      clock: { now: () => nanosFromMillis(Date.now()) },
      log: { info: log, warn: log },
      pause: (ms, signal) => {
        pauses.push(ms);
        return pause(ms / SHORTENED, signal);
      },
      directory,
    },
    end: () => rm(directory, { recursive: true, force: true }),
  };
};

/** Keeps everything that a session says, in order. */
export class RecordingSink implements LiveSink {
  readonly ticks: Tick[] = [];
  readonly bars: Bar[] = [];
  readonly statuses: LiveStatus[] = [];
  readonly faults: { readonly error: SourceError; readonly raw: string }[] = [];

  tick(tick: Tick): void {
    this.ticks.push(tick);
  }
  bar(bar: Bar): void {
    this.bars.push(bar);
  }
  status(status: LiveStatus): void {
    this.statuses.push(status);
  }
  fault(error: SourceError, raw: string): void {
    this.faults.push({ error, raw });
  }
  /** How often the session said so. */
  count(kind: LiveStatus['kind']): number {
    return this.statuses.filter((status) => status.kind === kind).length;
  }
}

/** Waits until it holds; throws with what was expected after five seconds. */
export const until = async (expected: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited 5 s in vain until ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Everything of all pages, with how many there were. */
export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<{ readonly rows: readonly T[]; readonly pages: number }> => {
  const rows: T[] = [];
  let count = 0;
  for await (const page of pages) {
    rows.push(...page);
    count += 1;
  }
  return { rows, pages: count };
};

/** The price levels that a list of snapshots and deltas leaves, as text: `BID 10.5 x 300`. */
export const bookAfter = (ticks: readonly Tick[]): readonly string[] => {
  const levels = new Map<string, bigint>();
  for (const tick of ticks) {
    if (tick.kind === 'book-snapshot') {
      levels.clear();
      for (const { price, quantity } of tick.bids) levels.set(`BID ${price}`, quantity);
      for (const { price, quantity } of tick.asks) levels.set(`ASK ${price}`, quantity);
    } else if (tick.kind === 'book-delta') {
      for (const { side, price, quantity } of tick.changes) {
        if (quantity === 0n) levels.delete(`${side} ${price}`);
        else levels.set(`${side} ${price}`, quantity);
      }
    }
  }
  return [...levels].map(([level, quantity]) => `${level} x ${quantity}`).toSorted();
};
