import type { Platform } from '@tradewind/local';
import type { Kill } from './schedule.js';

export interface Progress {
  readonly step: number;
  readonly steps: number;
}

export interface Nemesis {
  /** SIGKILLs that met a live process, by name. */
  readonly kills: ReadonlyMap<string, number>;
  /** Resolves when the schedule is done or `stop` was called; rejects when a victim never came up to be killed. */
  readonly done: Promise<void>;
  stop(): void;
}

const pollMs = 5;
const victimTimeoutMs = 60_000;

/** Carries a schedule out against a running platform, told how far the replay is. */
export function unleash(platform: Platform, schedule: readonly Kill[], progress: () => Progress, say: (line: string) => void): Nemesis {
  const kills = new Map<string, number>(platform.names.map((name) => [name, 0]));
  let stopped = false;
  const total = (): number => [...kills.values()].reduce((sum, count) => sum + count, 0);

  /** A victim that is down at the moment is struck as soon as it is up: a kill that meets nobody doesn't count. */
  const strike = async (name: string, how: string): Promise<void> => {
    const deadline = performance.now() + victimTimeoutMs;
    while (!stopped && !(await platform.kill(name))) {
      if (performance.now() > deadline) throw new Error(`${name} did not come up for ${victimTimeoutMs / 1000} s`);
      await pause(pollMs);
    }
    if (stopped) return;
    kills.set(name, (kills.get(name) ?? 0) + 1);
    const { step, steps } = progress();
    say(`kill ${String(total()).padStart(2)}  step ${step} of ${steps}  ${name}${how}`);
  };

  const carryOut = async ({ at, delayMs, victims, againAfterMs }: Kill): Promise<void> => {
    while (!stopped && shareOf(progress()) < at) await pause(pollMs);
    await pause(delayMs);
    const together = victims.length > 1 ? ` (with ${victims.length - 1} other)` : '';
    await Promise.all(victims.map(async (name) => await strike(name, together)));
    if (againAfterMs === undefined || stopped) return;
    for (const name of victims) {
      while (!stopped && platform.pids[name] === undefined) await pause(pollMs);
      await pause(againAfterMs);
      await strike(name, ` (again, ${againAfterMs} ms after it was started)`);
    }
  };

  const done = (async () => {
    for (const kill of schedule) {
      if (stopped) return;
      await carryOut(kill);
    }
  })();
  return { kills, done, stop: () => (stopped = true) };
}

const shareOf = ({ step, steps }: Progress): number => (steps === 0 ? 0 : step / steps);

async function pause(ms: number): Promise<void> {
  await new Promise((settle) => setTimeout(settle, ms));
}
