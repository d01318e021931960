import { randomUUID } from 'node:crypto';

import { type Clock, NANOS_PER_MILLI, type UnixNanos } from '@tradewind/vocabulary';

import { SourceError, type SourceEnvironment } from '../source.js';
import { dayAfter, NEW_YORK, zonedDate, zonedInstant } from '../wire-values/zoned-time.js';
import {
  type CallPurpose,
  chooseKey,
  isGranted,
  type KeyLedger,
  type KeyLimits,
  type KeyPlan,
  type KeyPurpose,
  type KeyRefusal,
  NO_USAGE,
  recordEvent,
  usageOf,
} from './key-ledger.js';
import { UsageLog } from './usage-log.js';

export interface ApiKey {
  readonly id: string;
  readonly purpose: KeyPurpose;
  readonly secret: string;
}

/** Leave for one call. */
export interface KeyGrant {
  readonly id: string;
  readonly secret: string;
}

/** What an operator may see of a key. */
export interface KeyReport {
  readonly id: string;
  readonly purpose: KeyPurpose;
  readonly used: number;
  readonly closed: boolean;
  readonly invalid: boolean;
}

/** A longer wait is the caller's to decide on. */
const WAIT_MS_MAX = 120_000;

const millisUntil = (until: UnixNanos, now: UnixNanos): number => Number((until - now + NANOS_PER_MILLI - 1n) / NANOS_PER_MILLI);

/** Milliseconds until the vendor counts anew: midnight in New York. */
export const millisToReset = (now: UnixNanos): number => {
  const tomorrow = zonedInstant(NEW_YORK, dayAfter(zonedDate(NEW_YORK, now)));
  return millisUntil(tomorrow!, now);
};

/**
 * Several keys of one vendor, counted in a folder that all processes of the machine share: no call is granted twice, whatever the number of processes,
 * restarts and crashes (a call that was granted before a crash counts as made). The count starts anew at midnight in New York.
 */
export class KeyManager {
  private readonly plans: readonly KeyPlan[];
  private readonly secrets: ReadonlyMap<string, string>;
  private log: UsageLog | undefined;
  private ledger: KeyLedger = NO_USAGE;
  private queue: Promise<unknown> = Promise.resolve();
  private readonly clock: Clock;

  constructor(
    private readonly source: string,
    keys: readonly ApiKey[],
    private readonly limits: KeyLimits,
    private readonly directory: string,
    private readonly environment: Pick<SourceEnvironment, 'clock' | 'pause' | 'log'>,
  ) {
    this.plans = keys.map(({ id, purpose }) => ({ id, purpose }));
    this.secrets = new Map(keys.map(({ id, secret }) => [id, secret]));
    this.clock = environment.clock;
    if (this.secrets.size !== keys.length) throw new RangeError('the ids of keys must differ');
  }

  /**
   * Leave for one call, after as long a wait as the limits need, with a key that is not among `without`. Rejects with KEY_EXHAUSTED when every key of the purpose is used up (`retryAfterMs`
   * tells when the day ends), RATE_LIMITED when the wait would be longer than two minutes, AUTHENTICATION when no key is left.
   */
  async acquire(purpose: CallPurpose, without: ReadonlySet<string>, signal?: AbortSignal): Promise<KeyGrant> {
    for (;;) {
      const tried = await this.inTurn(() => this.tryOnce(purpose, without));
      if (typeof tried === 'object') return tried;
      await this.environment.pause(tried, signal);
    }
  }

  /** The vendor answered: the key's backoff ends. */
  async served(grant: KeyGrant): Promise<void> {
    const { refusals, invalid } = usageOf(this.ledger, grant.id);
    if (refusals === 0 && !invalid) return;
    await this.record({ kind: 'served', key: grant.id, at: this.clock.now() });
  }

  /** The vendor refused: the key backs off or is closed until the day ends. */
  async refused(grant: KeyGrant, refusal: KeyRefusal): Promise<void> {
    this.environment.log.warn({ source: this.source, key: grant.id, refusal }, 'the vendor refused the key');
    await this.record({ kind: 'refused', key: grant.id, at: this.clock.now(), refusal });
  }

  /** Today's usage of every key. */
  async report(): Promise<readonly KeyReport[]> {
    await this.inTurn(() => this.catchUp());
    return this.plans.map(({ id, purpose }) => {
      const { used, closed, invalid } = usageOf(this.ledger, id);
      return { id, purpose, used, closed, invalid };
    });
  }

  private async record(event: Parameters<UsageLog['append']>[0]): Promise<void> {
    await this.inTurn(async () => {
      const log = await this.catchUp();
      await log.append(event);
      await this.catchUp();
    });
  }

  /** A grant, or the milliseconds to wait before the next try. */
  private async tryOnce(purpose: CallPurpose, without: ReadonlySet<string>): Promise<KeyGrant | number> {
    const log = await this.catchUp();
    const now = this.clock.now();
    const plans = this.plans.filter(({ id }) => !without.has(id));
    const choice = chooseKey(this.ledger, plans, purpose, this.limits, now);
    if (choice.kind === 'NO_KEY') throw this.error('AUTHENTICATION', `no valid key for ${purpose}`);
    if (choice.kind === 'EXHAUSTED')
      throw this.error('KEY_EXHAUSTED', `all keys for ${purpose} are used up until midnight in New York`, millisToReset(now));
    if (choice.kind === 'WAIT') {
      const waitMs = millisUntil(choice.until, now);
      if (waitMs > WAIT_MS_MAX) throw this.error('RATE_LIMITED', `the next key for ${purpose} is free in ${waitMs} ms`, waitMs);
      return waitMs;
    }
    const claim = randomUUID();
    await log.append({ kind: 'claimed', claim, key: choice.key, at: now });
    const granted = await this.fold(log, claim);
    return granted ? { id: choice.key, secret: this.secrets.get(choice.key)! } : 0;
  }

  /** Opens the day's log when the day has changed, and folds what is new in it. */
  private async catchUp(): Promise<UsageLog> {
    const day = zonedDate(NEW_YORK, this.clock.now());
    if (this.log?.day !== day) {
      this.log = await UsageLog.open(this.directory, day);
      this.ledger = NO_USAGE;
    }
    await this.fold(this.log);
    return this.log;
  }

  /** True when the claim was among the new lines and is a grant. */
  private async fold(log: UsageLog, claim?: string): Promise<boolean> {
    let granted = false;
    for (const event of await log.read()) {
      if (event.kind === 'claimed' && event.claim === claim) {
        const plan = this.plans.find(({ id }) => id === event.key)!;
        granted = isGranted(this.ledger, plan, event.at, this.limits);
      }
      this.ledger = recordEvent(this.ledger, this.plans, event, this.limits);
    }
    return granted;
  }

  /** One use of the log at a time in this process; other processes are held off by the order of the lines. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work, work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private error(code: 'AUTHENTICATION' | 'KEY_EXHAUSTED' | 'RATE_LIMITED', message: string, retryAfterMs?: number): SourceError {
    return new SourceError(code, this.source, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}
