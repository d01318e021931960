import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a redeemed refresh token gave. */
export interface QuestradeSession {
  readonly accessToken: string;
  /** The next one; it serves once. */
  readonly refreshToken: string;
  readonly apiServer: string;
  /** Unix milliseconds. */
  readonly expiresAtMs: number;
}

interface Stored extends QuestradeSession {
  /** Digest of the token in the settings from which this session descends. */
  readonly origin: string;
}

const LOCK_STALE_MS = 60_000;

const isStored = (value: unknown): value is Stored => {
  const stored = value as Partial<Stored> | null;
  const texts = [stored?.accessToken, stored?.refreshToken, stored?.apiServer, stored?.origin];
  return texts.every((text) => typeof text === 'string') && typeof stored?.expiresAtMs === 'number';
};

/**
 * The session in the source's folder, which several processes may share. It is written beside, forced to the disk and renamed, before the new access token
 * is used: a refresh token that is lost can not be had again. The file is readable by its owner alone.
 */
export class SessionFile {
  private readonly path: string;
  private readonly lock: string;
  private readonly origin: string;

  constructor(
    private readonly directory: string,
    firstToken: string,
  ) {
    this.path = join(directory, 'session.json');
    this.lock = join(directory, 'session.lock');
    this.origin = createHash('sha256').update(firstToken).digest('hex');
  }

  /** Undefined when there is none, or when the settings have another first token than the one it descends from. */
  async read(): Promise<QuestradeSession | undefined> {
    try {
      const stored: unknown = JSON.parse(await readFile(this.path, 'utf8'));
      return isStored(stored) && stored.origin === this.origin ? stored : undefined;
    } catch {
      return undefined;
    }
  }

  async write(session: QuestradeSession): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    const beside = `${this.path}.${randomUUID()}`;
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify({ ...session, origin: this.origin } satisfies Stored));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.path);
  }

  /** True when this process may redeem now; it must `release`. A lock that a process left behind when it died is taken over after a minute. */
  async acquire(): Promise<boolean> {
    await mkdir(this.directory, { recursive: true });
    try {
      await (await open(this.lock, 'wx', 0o600)).close();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const age = await stat(this.lock).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > LOCK_STALE_MS) await rename(this.lock, `${this.lock}.${randomUUID()}`).catch(() => undefined);
    return false;
  }

  async release(): Promise<void> {
    await rm(this.lock, { force: true });
  }
}
