import { NANOS_PER_MILLI, type UnixNanos, unreachable } from '@tradewind/vocabulary';

/** What a key is kept for. Only a premium key may be used often; each other one is a free key. */
export type KeyPurpose = 'premium' | 'market-data' | 'backup' | 'sentiment';
/** What a call is for. */
export type CallPurpose = 'market-data' | 'sentiment';

/** A key without its secret: what is counted, logged and written down. */
export interface KeyPlan {
  /** E.g. `premium-1`. */
  readonly id: string;
  readonly purpose: KeyPurpose;
}

export interface KeyLimits {
  readonly premiumPerMinute: number;
  readonly freePerDay: number;
  /** Between two calls with free keys, whichever. */
  readonly freeSpacingMs: number;
  /** After a refusal; doubles with each further one. */
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
}

export const ALPHA_VANTAGE_LIMITS: KeyLimits = {
  premiumPerMinute: 75,
  freePerDay: 25,
  freeSpacingMs: 2_500,
  backoffBaseMs: 1_000,
  backoffMaxMs: 300_000,
};

/** Why the vendor would not serve a key. */
export type KeyRefusal = 'TOO_FAST' | 'DAY_USED_UP' | 'INVALID';

/** One line of the log of usage. The state of the keys is the fold of the day's lines. */
export type KeyEvent =
  /** A process asks for a call. It has it if, by the lines before its own, the key was free. */
  | { readonly kind: 'claimed'; readonly claim: string; readonly key: string; readonly at: UnixNanos }
  | { readonly kind: 'served'; readonly key: string; readonly at: UnixNanos }
  | { readonly kind: 'refused'; readonly key: string; readonly at: UnixNanos; readonly refusal: KeyRefusal };

export interface KeyUsage {
  /** Calls granted today. */
  readonly used: number;
  /** The last minute's grants, oldest first. */
  readonly recent: readonly UnixNanos[];
  readonly lastAt: UnixNanos;
  /** Refusals in succession. */
  readonly refusals: number;
  readonly blockedUntil: UnixNanos;
  /** Said by the vendor: nothing more until the day ends. */
  readonly closed: boolean;
  /** The vendor did not know it when it was last used. */
  readonly invalid: boolean;
}

export interface KeyLedger {
  readonly keys: Readonly<Record<string, KeyUsage>>;
  /** Last grant of any free key. */
  readonly freeAt: UnixNanos;
}

export const NO_USAGE: KeyLedger = { keys: {}, freeAt: 0n as UnixNanos };

const NEVER = 0n as UnixNanos;
const UNUSED: KeyUsage = { used: 0, recent: [], lastAt: NEVER, refusals: 0, blockedUntil: NEVER, closed: false, invalid: false };
const MINUTE_MS = 60_000;

const plus = (at: UnixNanos, ms: number): UnixNanos => (at + BigInt(ms) * NANOS_PER_MILLI) as UnixNanos;
const latest = (...instants: readonly UnixNanos[]): UnixNanos => instants.reduce((last, at) => (at > last ? at : last), NEVER);

export const usageOf = (ledger: KeyLedger, key: string): KeyUsage => ledger.keys[key] ?? UNUSED;

/** Keys in the order of preference. A premium key costs nothing per call, so it comes first; the sentiment key is never spent on prices. */
const PREFERENCE: Readonly<Record<CallPurpose, readonly KeyPurpose[]>> = {
  'market-data': ['premium', 'market-data', 'backup'],
  sentiment: ['premium', 'sentiment', 'backup'],
};

/** When the key may be used next; undefined: not today. */
const freeFrom = (ledger: KeyLedger, plan: KeyPlan, limits: KeyLimits): UnixNanos | undefined => {
  const usage = usageOf(ledger, plan.id);
  if (usage.closed) return undefined;
  if (plan.purpose !== 'premium') {
    if (usage.used >= limits.freePerDay) return undefined;
    return latest(usage.blockedUntil, ledger.freeAt === NEVER ? NEVER : plus(ledger.freeAt, limits.freeSpacingMs));
  }
  const oldest = usage.recent.at(-limits.premiumPerMinute);
  return latest(usage.blockedUntil, oldest === undefined ? NEVER : plus(oldest, MINUTE_MS));
};

export type KeyChoice =
  | { readonly kind: 'CLAIM'; readonly key: string }
  | { readonly kind: 'WAIT'; readonly until: UnixNanos }
  /** No key of this purpose can be used before the day ends. */
  | { readonly kind: 'EXHAUSTED' }
  /** There is no key of this purpose. */
  | { readonly kind: 'NO_KEY' };

const inTurnOf = (left: KeyUsage & KeyPlan, right: KeyUsage & KeyPlan): number => {
  if (left.lastAt !== right.lastAt) return left.lastAt < right.lastAt ? -1 : 1;
  return left.id < right.id ? -1 : 1;
};

/**
 * The key for the next call. By preference of purpose; among keys of one purpose the one unused longest, so that they take turns. A preferred key is
 * waited for as long as the spacing of free keys before a key with fewer calls is spent in its stead. Keys that the vendor did not know are used again
 * only when there is no other.
 */
export const chooseKey = (
  ledger: KeyLedger,
  plans: readonly KeyPlan[],
  purpose: CallPurpose,
  limits: KeyLimits,
  now: UnixNanos,
): KeyChoice => {
  const fit = plans.filter((plan) => PREFERENCE[purpose].includes(plan.purpose));
  if (fit.length === 0) return { kind: 'NO_KEY' };
  const known = fit.filter(({ id }) => !usageOf(ledger, id).invalid);
  const keys = (known.length > 0 ? known : fit).map((plan) => ({ ...usageOf(ledger, plan.id), ...plan })).sort(inTurnOf);
  let until: UnixNanos | undefined;
  for (const kind of PREFERENCE[purpose]) {
    for (const key of keys.filter((candidate) => candidate.purpose === kind)) {
      const from = freeFrom(ledger, key, limits);
      if (from !== undefined && from <= now) return { kind: 'CLAIM', key: key.id };
      if (from !== undefined && (until === undefined || from < until)) until = from;
    }
    if (until !== undefined && until <= plus(now, limits.freeSpacingMs)) return { kind: 'WAIT', until };
  }
  return until === undefined ? { kind: 'EXHAUSTED' } : { kind: 'WAIT', until };
};

const withUsage = (ledger: KeyLedger, key: string, usage: KeyUsage): KeyLedger => ({ ...ledger, keys: { ...ledger.keys, [key]: usage } });

/** True when the claim, by what was written before it, is a grant. Every process that reads the log comes to the same answer. */
export const isGranted = (ledger: KeyLedger, plan: KeyPlan, at: UnixNanos, limits: KeyLimits): boolean => {
  const from = freeFrom(ledger, plan, limits);
  return from !== undefined && from <= at;
};

const refusedUsage = (usage: KeyUsage, refusal: KeyRefusal, at: UnixNanos, limits: KeyLimits): KeyUsage => {
  switch (refusal) {
    case 'TOO_FAST': {
      const waitMs = Math.min(limits.backoffMaxMs, limits.backoffBaseMs * 2 ** Math.min(usage.refusals, 30));
      return { ...usage, refusals: usage.refusals + 1, blockedUntil: plus(at, waitMs) };
    }
    case 'DAY_USED_UP':
      return { ...usage, closed: true };
    case 'INVALID':
      return { ...usage, invalid: true };
    default:
      return unreachable(refusal);
  }
};

/** The ledger after one line. A claim that was not granted changes nothing; a key that is in no plan is not counted. */
export const recordEvent = (ledger: KeyLedger, plans: readonly KeyPlan[], event: KeyEvent, limits: KeyLimits): KeyLedger => {
  const plan = plans.find(({ id }) => id === event.key);
  if (plan === undefined) return ledger;
  const usage = usageOf(ledger, event.key);
  switch (event.kind) {
    case 'claimed': {
      if (!isGranted(ledger, plan, event.at, limits)) return ledger;
      const since = plus(event.at, -MINUTE_MS);
      const recent = plan.purpose === 'premium' ? [...usage.recent.filter((at) => at > since), event.at] : [];
      const next = withUsage(ledger, event.key, { ...usage, used: usage.used + 1, recent, lastAt: event.at });
      return plan.purpose === 'premium' ? next : { ...next, freeAt: event.at };
    }
    case 'served':
      return withUsage(ledger, event.key, { ...usage, refusals: 0, blockedUntil: NEVER, invalid: false });
    case 'refused':
      return withUsage(ledger, event.key, refusedUsage(usage, event.refusal, event.at, limits));
    default:
      return unreachable(event);
  }
};
