import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bringer } from './nats-bringer.js';

const run = promisify(execFile);

/** A machine that can't reach the release says so within this time; a slow one still has minutes for the download itself. */
const connectTimeoutMs = 4_000;
const downloadTimeoutMs = 180_000;

const version = '2.10.29';
/** SHA-256 of the release archives, as the project publishes them for its own container images. */
const archives: Readonly<Record<string, string>> = {
  'linux-amd64': 'e314da74a83a1d3876db8814c27eb990fe729640fd6452025b441bcede8390da',
  'linux-arm64': 'da4b27942ecfb4c5f0c54553d2e7f470ddda9d7581cfe8131b351a0e223ed401',
};

/** The project's own release archive, checked against a pinned checksum. */
export const bringRelease: Bringer = {
  from: `the official release ${version}`,
  async bring(directory) {
    const platform = `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
    const expected = archives[platform];
    if (!expected) throw new Error(`no checksum is pinned for ${platform}`);
    const name = `nats-server-v${version}-${platform}`;
    const bytes = await download(`https://github.com/nats-io/nats-server/releases/download/v${version}/${name}.tar.gz`);
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== expected) throw new Error(`the archive's SHA-256 is ${actual}, expected ${expected}`);
    const archive = join(directory, 'release.tar.gz');
    await writeFile(archive, bytes);
    await run('tar', ['-xzf', archive, '-C', directory]);
    return join(directory, name, 'nats-server');
  },
};

async function download(url: string): Promise<Buffer> {
  const control = new AbortController();
  const connecting = setTimeout(() => control.abort(new Error('no answer in time')), connectTimeoutMs);
  const whole = setTimeout(() => control.abort(new Error('the download took too long')), downloadTimeoutMs);
  try {
    const response = await fetch(url, { signal: control.signal });
    clearTimeout(connecting);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    throw new Error(`${error instanceof Error ? error.message : String(error)}${cause}`, { cause: error });
  } finally {
    clearTimeout(connecting);
    clearTimeout(whole);
  }
}
