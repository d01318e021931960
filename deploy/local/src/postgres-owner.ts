import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.js';

/** The user that Postgres runs as when we are root, which it refuses to run as. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** For root: what `nobody` can reach when the state or the clone lies under a closed home directory. */
const openPlace = '/var/lib/tradewind';

/** Undefined for an ordinary user: Postgres runs as that user. */
export function postgresOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  return { uid: Number(entry?.[2] ?? 65_534), gid: Number(entry?.[3] ?? 65_534) };
}

/** True when the owner may pass through every directory down to this one. Links are followed; access lists are not looked at. */
export function isReachable(path: string, owner: Owner): boolean {
  for (let place = path; ; place = dirname(place)) {
    const found = statSync(place, { throwIfNoEntry: false });
    if (found) {
      const bit = found.uid === owner.uid ? 0o100 : found.gid === owner.gid ? 0o010 : 0o001;
      if ((found.mode & bit) === 0) return false;
    }
    if (place === dirname(place)) return true;
  }
}

/** The directory itself, or, when the owner can't reach it, one with a name derived from it in a place everybody can reach. */
export function stateDirectoryFor(dir: string, owner: Owner | undefined): string {
  if (!owner || isReachable(dir, owner)) return dir;
  return join(openPlace, 'state', createHash('sha256').update(dir).digest('hex').slice(0, 16));
}

/** The programs' directory itself, or a copy that the owner can reach. */
export async function programsFor(native: string, version: string, owner: Owner | undefined): Promise<string> {
  if (!owner || isReachable(join(native, 'bin/postgres'), owner)) return native;
  const cache = cacheDirectory();
  const home = join(isReachable(cache, owner) ? cache : openPlace, `postgresql-${version}`);
  if (statSync(join(home, 'bin/postgres'), { throwIfNoEntry: false })) return home;
  const workshop = `${home}.${process.pid}`;
  await mkdir(dirname(home), { recursive: true, mode: 0o755 });
  await cp(native, workshop, { recursive: true, verbatimSymlinks: true });
  await chmod(workshop, 0o755);
  await rename(workshop, home).catch(async (error: NodeJS.ErrnoException) => {
    await rm(workshop, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return home;
}
