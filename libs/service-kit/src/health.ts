import { withDeadline } from './deadline.js';

const CHECK_MAX_MS = 2_000;

export interface HealthReport {
  readonly ok: boolean;
  /** Name of the check to `ok` or what is wrong. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Live: this process works and needs no restart. Ready: it can serve now; a dependency that is away makes it unready, never dead. */
export class Health {
  private readonly checks = new Map<string, () => Promise<void>>();
  private state: 'starting' | 'ready' | 'stopping' = 'starting';
  private standby: () => boolean = () => false;
  private fatal: string | undefined;

  /** A readiness check: rejects while the service cannot serve. */
  register(name: string, check: () => Promise<void>): void {
    this.checks.set(name, check);
  }

  markReady(): void {
    this.state = 'ready';
  }

  markStopping(): void {
    this.state = 'stopping';
  }

  /** Ready, but another instance acts: the report then says `standby`. */
  reportStandby(isStandby: () => boolean): void {
    this.standby = isStandby;
  }

  /** Only a restart helps: liveness fails from now on. */
  markFatal(reason: string): void {
    this.fatal = reason;
  }

  live(): HealthReport {
    return { ok: this.fatal === undefined, checks: { process: this.fatal ?? 'ok' } };
  }

  async ready(): Promise<HealthReport> {
    const named: [string, string][] = await Promise.all([...this.checks].map(async ([name, check]) => [name, await outcome(name, check)]));
    const state = this.state === 'ready' ? (this.standby() ? 'standby' : 'ok') : this.state;
    return {
      ok: this.state === 'ready' && named.every(([, result]) => result === 'ok'),
      checks: Object.fromEntries([['state', state], ...named]),
    };
  }
}

const outcome = async (name: string, check: () => Promise<void>): Promise<string> => {
  try {
    await withDeadline(name, CHECK_MAX_MS, Promise.resolve().then(check));
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
