import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDirectory, onPath } from './cache-directory.js';
import { LaunchError } from './launch-error.js';
import type { Bringer } from './nats-bringer.js';
import { bringFromDebian } from './nats-debian.js';
import { bringRelease } from './nats-release.js';

const run = promisify(execFile);

export interface NatsBinary {
  readonly path: string;
  readonly version: string;
}

export interface FindNatsOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Told what is being tried, one line each. */
  readonly log?: (line: string) => void;
  /** Ways to bring a server that is not here, in order; each puts an executable into the directory and returns its path. */
  readonly bring?: readonly Bringer[];
}

/** 2.10 brought `sync_interval` and per-stream settings that an older server ignores without a word. */
const oldestVersion = [2, 10] as const;

/**
 * A usable nats-server: NATS_SERVER_BIN, else one on PATH that is new enough, else the one in our cache, else the official release,
 * else Debian's package. What is downloaded stays in the cache.
 * @throws LaunchError NATS_BROKEN when NATS_SERVER_BIN doesn't work, NATS_MISSING when every way failed (the message names each).
 */
export async function findNatsServer(options: FindNatsOptions = {}): Promise<NatsBinary> {
  const environment = options.environment ?? process.env;
  const log = options.log ?? (() => undefined);
  const named = environment['NATS_SERVER_BIN'];
  if (named) return await examineNamed(named);
  const failures: string[] = [];
  const found = onPath('nats-server', environment['PATH']);
  if (found) {
    const verdict = await examine(found);
    if (typeof verdict !== 'string') return verdict;
    failures.push(`on PATH: ${verdict}`);
  }
  const cache = join(cacheDirectory(environment), 'nats-server');
  const cached = await newestCached(cache);
  if (cached) return cached;
  for (const bringer of options.bring ?? [bringRelease, bringFromDebian]) {
    log(`nats-server: trying ${bringer.from}`);
    try {
      const brought = await keep(cache, bringer);
      log(`nats-server ${brought.version} from ${bringer.from}`);
      return brought;
    } catch (error) {
      failures.push(`${bringer.from}: ${firstLine(error)}`);
    }
  }
  throw new LaunchError(
    'NATS_MISSING',
    `No usable nats-server (${oldestVersion.join('.')} or newer) was found or could be brought:\n  ${failures.join('\n  ')}\n` +
      'Install one, or set NATS_SERVER_BIN to its path, and start again.',
  );
}

async function examineNamed(path: string): Promise<NatsBinary> {
  const verdict = await examine(path);
  if (typeof verdict !== 'string') return verdict;
  throw new LaunchError('NATS_BROKEN', `NATS_SERVER_BIN=${path} can't be used: ${verdict}. Correct it, or unset it to let one be found.`);
}

/** The binary with its version, or why it can't be used. */
async function examine(path: string): Promise<NatsBinary | string> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    const match = /v?(\d+)\.(\d+)\.(\d+\S*)/.exec(stdout);
    if (!match) return `${path} doesn't say its version`;
    const version = `${match[1]}.${match[2]}.${match[3]}`;
    const newEnough =
      Number(match[1]) > oldestVersion[0] || (Number(match[1]) === oldestVersion[0] && Number(match[2]) >= oldestVersion[1]);
    return newEnough ? { path, version } : `${path} is ${version}, ${oldestVersion.join('.')} or newer is needed`;
  } catch (error) {
    return `${path} doesn't run (${firstLine(error)})`;
  }
}

async function newestCached(cache: string): Promise<NatsBinary | undefined> {
  const versions = (await readdir(cache).catch(() => [])).filter((name) => !name.startsWith('.'));
  const order = new Intl.Collator('en', { numeric: true });
  for (const version of versions.toSorted((a, b) => order.compare(b, a))) {
    const verdict = await examine(join(cache, version, 'nats-server'));
    if (typeof verdict !== 'string') return verdict;
    await rm(join(cache, version), { recursive: true, force: true });
  }
  return undefined;
}

/** Brings into a private directory and moves the result into place whole, so that two starters at once can't meet half a file. */
async function keep(cache: string, bringer: Bringer): Promise<NatsBinary> {
  await mkdir(cache, { recursive: true });
  const workshop = await mkdtemp(join(cache, '.bring-'));
  try {
    const brought = await bringer.bring(workshop);
    const verdict = await examine(brought);
    if (typeof verdict === 'string') throw new Error(verdict);
    const shelf = join(workshop, 'shelf');
    await mkdir(shelf);
    await copyFile(brought, join(shelf, 'nats-server'));
    await chmod(join(shelf, 'nats-server'), 0o755);
    const home = join(cache, verdict.version);
    await rename(shelf, home).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return { path: join(home, 'nats-server'), version: verdict.version };
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').slice(0, 2).join(' ').trim();
}
