import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';

/**
 * Where downloaded programs are kept between clones: `TW_CACHE_DIR`, else `$XDG_CACHE_HOME/tradewind`, else
 * `~/.cache/tradewind`. Deleting it costs a download, nothing else.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment['TW_CACHE_DIR'];
  if (own) return resolve(own);
  const shared = environment['XDG_CACHE_HOME'];
  return join(shared ? resolve(shared) : join(homedir(), '.cache'), 'tradewind');
}

/** The first program of this name on PATH, or undefined. */
export function onPath(program: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(':')
    .filter(Boolean)
    .map((directory) => join(directory, program))
    .find((candidate) => existsSync(candidate));
}
