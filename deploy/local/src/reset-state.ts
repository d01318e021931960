import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './lock-file.js';
import { stateDirectory } from './platform.js';
import { postgresOwner, stateDirectoryFor } from './postgres-owner.js';
import { endLeftovers } from './run-file.js';

/**
 * Deletes everything that the state of this name holds: messages, tables, logs, reports.
 * @throws LaunchError ALREADY_RUNNING while it is in use.
 */
export function resetState(root: string, name: string): void {
  const stateDir = stateDirectory(root, name);
  if (!existsSync(stateDir)) return;
  const release = takeLock(join(stateDir, 'lock'), `The state "${name}" (${stateDir})`);
  endLeftovers(stateDir);
  const moved = stateDirectoryFor(join(stateDir, 'postgres'), postgresOwner());
  // What a crash left may still be writing its last.
  for (const place of [moved, stateDir]) rmSync(place, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  release();
}
