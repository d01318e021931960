import { millisFromNanos, nanosFromMillis, type Clock, type UnixNanos } from '@tradewind/vocabulary';

interface PacedRequest {
  /** Everything of the request but its number. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly subject: string;
  /** Quotes count double. */
  readonly weight: 1 | 2;
}

/** IB counts when a request reaches it: what a request may be delayed on its way, so that two come closer together than they were sent. */
const SLACK_MS = 500;
const WINDOW = nanosFromMillis(600_000 + SLACK_MS);
const WEIGHT_MAX = 60;
const IDENTICAL_WITHIN = nanosFromMillis(15_000 + SLACK_MS);
const SUBJECT_WITHIN = nanosFromMillis(2000 + SLACK_MS);
const SUBJECT_MAX = 5;

/**
 * Keeps to IB's limits on history (TWS API, "Historical data limitations": 60 requests in ten minutes, none twice within 15 s, fewer than six of a
 * subject within 2 s). A request is given the earliest instant at which it breaks none, counting those that were given one before.
 */
export class Pacing {
  readonly #granted: { at: UnixNanos; readonly request: PacedRequest }[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>,
  ) {}

  /** Resolves when the request may be sent. Rejects as `pause` does. */
  async turn(request: PacedRequest, signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    while (this.#granted[0] !== undefined && this.#granted[0].at <= now - WINDOW) this.#granted.shift();
    const at = this.#earliest(request, now);
    const grant = { at, request };
    this.#granted.push(grant);
    this.#granted.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
    if (at <= now) return;
    await this.pause(millisFromNanos((at - now) as UnixNanos) + 1, signal);
    // It counts from when it is really sent.
    const sent = this.clock.now();
    if (sent > grant.at) grant.at = sent;
  }

  #earliest(request: PacedRequest, now: UnixNanos): UnixNanos {
    let at = now;
    for (const { at: made, request: earlier } of this.#granted) {
      if (earlier.identity === request.identity && made + IDENTICAL_WITHIN > at) at = (made + IDENTICAL_WITHIN) as UnixNanos;
    }
    const same = this.#granted.filter(({ request: earlier }) => earlier.subject === request.subject);
    const fifth = same.at(-SUBJECT_MAX)?.at;
    if (fifth !== undefined && fifth + SUBJECT_WITHIN > at) at = (fifth + SUBJECT_WITHIN) as UnixNanos;
    let weight = request.weight as number;
    for (const { at: made, request: earlier } of this.#granted.toReversed()) {
      weight += earlier.weight;
      if (weight <= WEIGHT_MAX) continue;
      return made + WINDOW > at ? ((made + WINDOW) as UnixNanos) : at;
    }
    return at;
  }
}
