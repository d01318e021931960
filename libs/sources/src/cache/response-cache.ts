import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

import { type Clock, NANOS_PER_MILLI, nanosFromMillis, millisFromNanos, type UnixNanos } from '@tradewind/vocabulary';

import { type DataKind, freshUntil } from './freshness.js';

/** What was asked, without key or token: it names the entry. */
export interface CacheRequest {
  readonly source: string;
  readonly kind: DataKind;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface CacheLimits {
  readonly bodyBytesMax: number;
  readonly entriesMax: number;
}

interface Entry {
  readonly body: string;
  readonly fetchedAt: string;
}

export interface CachedAnswer {
  readonly body: string;
  readonly fetchedAt: UnixNanos;
}

export const CACHE_LIMITS: CacheLimits = { bodyBytesMax: 64 * 1024 * 1024, entriesMax: 5_000 };

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * The name of a request: equal questions have equal names, whatever the order of their parameters. The kind of data is part of it: what was fetched while
 * a month was running must not be taken for the month once it is past.
 */
export const requestDigest = ({ source, kind, parameters }: CacheRequest): string =>
  digestOf(JSON.stringify([source, kind, Object.entries(parameters).sort(([left], [right]) => (left < right ? -1 : 1))]));

const SECRET_NAMES = /key|token|secret|password/i;

/**
 * Answers of a vendor on disk. Requests are named by the digest of what was asked, bodies by the digest of what they say (so equal bodies are kept
 * once), and a body that doesn't have its digest is no answer. Files are written beside and renamed, so that several processes may share the folder.
 * Only answers that hold data are put here, and no request with a parameter that looks like a secret.
 */
export class ResponseCache {
  constructor(
    private readonly directory: string,
    private readonly clock: Clock,
    private readonly limits: CacheLimits = CACHE_LIMITS,
  ) {}

  /** The answer, if there is one that is still what the vendor would say. */
  async get(request: CacheRequest): Promise<CachedAnswer | undefined> {
    const entry = await this.entryOf(request);
    if (entry === undefined) return undefined;
    const fetchedAt = BigInt(entry.fetchedAt) as UnixNanos;
    if (freshUntil(request.kind, fetchedAt) <= this.clock.now()) return undefined;
    try {
      const body = gunzipSync(await readFile(this.bodyPath(entry.body)), { maxOutputLength: this.limits.bodyBytesMax }).toString('utf8');
      return digestOf(body) === entry.body ? { body, fetchedAt } : undefined;
    } catch {
      // A body that is gone or damaged is fetched again.
      return undefined;
    }
  }

  async put(request: CacheRequest, body: string): Promise<void> {
    const secret = Object.keys(request.parameters).find((name) => SECRET_NAMES.test(name));
    if (secret !== undefined) throw new RangeError(`the parameter ${secret} must not name a cached answer`);
    if (Buffer.byteLength(body) > this.limits.bodyBytesMax) return;
    const digest = digestOf(body);
    await mkdir(join(this.directory, 'bodies'), { recursive: true });
    await mkdir(join(this.directory, 'requests'), { recursive: true });
    await this.write(this.bodyPath(digest), gzipSync(body));
    const entry: Entry = { body: digest, fetchedAt: this.clock.now().toString() };
    await this.write(this.requestPath(request), Buffer.from(JSON.stringify(entry)));
  }

  /** Removes the entries that are oldest beyond the limit, and bodies that no entry names. Returns how many files went. */
  async sweep(): Promise<number> {
    const entries = await this.entries();
    const old = entries.sort((left, right) => Number(right.at - left.at)).slice(this.limits.entriesMax);
    for (const { path } of old) await rm(path, { force: true });
    const named = new Set(entries.slice(0, this.limits.entriesMax).map(({ body }) => body));
    const hourAgo = millisFromNanos(this.clock.now()) - 3_600_000;
    let removed = old.length;
    for (const name of await readdir(join(this.directory, 'bodies')).catch(() => [])) {
      const path = join(this.directory, 'bodies', name);
      if (named.has(name.replace('.gz', ''))) continue;
      // A young body may belong to an entry that is about to be written; one that is gone has been renamed meanwhile.
      const changedAt = await stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => hourAgo + 1,
      );
      if (changedAt > hourAgo) continue;
      await rm(path, { force: true });
      removed += 1;
    }
    return removed;
  }

  private async entryOf(request: CacheRequest): Promise<Entry | undefined> {
    try {
      const entry = JSON.parse(await readFile(this.requestPath(request), 'utf8')) as Partial<Entry>;
      const whole = /^[0-9a-f]{64}$/.test(entry.body ?? '') && /^\d{1,20}$/.test(entry.fetchedAt ?? '');
      return whole ? (entry as Entry) : undefined;
    } catch {
      return undefined;
    }
  }

  private async entries(): Promise<{ path: string; body: string; at: bigint }[]> {
    const folder = join(this.directory, 'requests');
    const found: { path: string; body: string; at: bigint }[] = [];
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      try {
        const { body, fetchedAt } = JSON.parse(await readFile(path, 'utf8')) as Entry;
        found.push({ path, body, at: BigInt(fetchedAt) / NANOS_PER_MILLI });
      } catch {
        found.push({ path, body: '', at: nanosFromMillis(0) });
      }
    }
    return found;
  }

  private bodyPath(digest: string): string {
    return join(this.directory, 'bodies', `${digest}.gz`);
  }

  private requestPath(request: CacheRequest): string {
    return join(this.directory, 'requests', `${requestDigest(request)}.json`);
  }

  private async write(path: string, bytes: Uint8Array): Promise<void> {
    const beside = `${path}.${randomUUID()}`;
    const file = await open(beside, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  }
}
