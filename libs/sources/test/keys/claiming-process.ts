import { nanosFromMillis } from '@tradewind/vocabulary';

import { KeyManager } from '../../src/keys/key-manager.js';
import { pause } from '../../src/transport/pause.js';

/**
 * A process of its own that takes every call that it can have, from a given time on, and prints which: `claiming-process.ts <directory> <calls a day>
 * <start in Unix milliseconds>`.
 */
const [directory, perDay, start] = process.argv.slice(2);
const limits = { premiumPerMinute: 75, freePerDay: Number(perDay), freeSpacingMs: 0, backoffBaseMs: 1_000, backoffMaxMs: 1_000 };
const environment = {
  clock: { now: () => nanosFromMillis(Date.now()) },
  pause,
  log: { info: () => undefined, warn: () => undefined },
};
const keys = [
  { id: 'market-data-1', purpose: 'market-data' as const, secret: 'one' },
  { id: 'backup-1', purpose: 'backup' as const, secret: 'two' },
];
const manager = new KeyManager('test', keys, limits, directory!, environment);
const had: string[] = [];
while (Date.now() < Number(start)) await pause(1);
try {
  for (;;) had.push((await manager.acquire('market-data', new Set())).id);
} catch (error) {
  process.stdout.write(JSON.stringify({ had, code: (error as { code?: string }).code }));
}
