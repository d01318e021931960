import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onPath } from './cache-directory.js';
import type { Bringer } from './nats-bringer.js';

const run = promisify(execFile);

/** The first Debian release whose nats-server (2.10.27) is new enough. A static Go program: it runs on older releases too. */
const suite = 'trixie';
const defaultArchive = 'http://deb.debian.org/debian';
const keyrings = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'];
const aptTimeoutMs = 180_000;

/**
 * Debian's own package, fetched and verified by apt-get with its own state, cache and sources, then unpacked without installing:
 * needs neither root nor a change to the machine. The archive is the one the machine's own sources name.
 */
export const bringFromDebian: Bringer = {
  from: `Debian ${suite}'s package`,
  async bring(directory) {
    for (const program of ['apt-get', 'dpkg-deb']) if (!onPath(program)) throw new Error(`${program} is not on this machine`);
    const keyring = keyrings.find((path) => existsSync(path));
    if (!keyring) throw new Error("Debian's archive keys are not on this machine (package debian-archive-keyring)");
    const archives = archivesNamedIn(await aptSources());
    const configuration = await writeConfiguration(directory, keyring, archives[0] ?? defaultArchive);
    const apt = async (...args: string[]): Promise<void> => {
      await run('apt-get', ['-qq', '-c', configuration, ...args], {
        cwd: directory,
        timeout: aptTimeoutMs,
        env: { ...process.env, LC_ALL: 'C' },
      });
    };
    await apt('-o', 'APT::Update::Error-Mode=any', 'update');
    await apt('download', 'nats-server');
    const archive = (await readdir(directory)).find((name) => name.endsWith('.deb'));
    if (!archive) throw new Error('apt-get brought no package');
    const unpacked = join(directory, 'unpacked');
    await run('dpkg-deb', ['-x', join(directory, archive), unpacked]);
    const places = ['usr/sbin/nats-server', 'usr/bin/nats-server'].map((place) => join(unpacked, place));
    const path = places.find((place) => existsSync(place));
    if (!path) throw new Error('the package holds no nats-server');
    return path;
  },
};

async function writeConfiguration(directory: string, keyring: string, archive: string): Promise<string> {
  await mkdir(join(directory, 'state/lists/partial'), { recursive: true });
  await mkdir(join(directory, 'cache/archives/partial'), { recursive: true });
  await writeFile(join(directory, 'sources.list'), `deb [signed-by=${keyring} lang=none target=Packages] ${archive} ${suite} main\n`);
  const lines = [
    `Dir::State "${directory}/state";`,
    'Dir::State::status "/dev/null";',
    `Dir::Cache "${directory}/cache";`,
    `Dir::Etc::sourcelist "${directory}/sources.list";`,
    'Dir::Etc::sourceparts "/dev/null";',
    'Dir::Etc::preferences "/dev/null";',
    'Dir::Etc::preferencesparts "/dev/null";',
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "2";',
    'Acquire::http::Timeout "15";',
    // The machine's hooks refresh the machine's caches; this run is none of their business.
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
  ];
  const path = join(directory, 'apt.conf');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function aptSources(): Promise<string[]> {
  const parts = '/etc/apt/sources.list.d';
  const names = (await readdir(parts).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name));
  const paths = ['/etc/apt/sources.list', ...names.map((name) => join(parts, name))];
  return await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
}

/** The Debian archives (not the security or third-party ones) that apt's one-line and deb822 sources name. */
export function archivesNamedIn(sources: readonly string[]): string[] {
  const addresses = sources
    .flatMap((text) => text.split('\n'))
    .filter((line) => /^(deb\s|URIs:)/i.test(line.trim()))
    .flatMap((line) => line.match(/https?:\/\/\S+/g) ?? []);
  return [...new Set(addresses.map((address) => address.replace(/\/+$/, '')).filter((address) => address.endsWith('/debian')))];
}
