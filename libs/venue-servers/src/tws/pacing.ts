import { type UnixNanos } from '@tradewind/vocabulary';

const SECOND = 1_000_000_000n;
const WINDOW = 600n * SECOND;
const REQUESTS_MAX = 60;
const IDENTICAL_WITHIN = 15n * SECOND;
const SAME_CONTRACT_WITHIN = 2n * SECOND;
const SAME_CONTRACT_MAX = 5;
const SMALL_BAR_SECONDS = 30;

interface HistoryRequest {
  /** All fields but the request's number. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly subject: string;
  /** 2 for BID_ASK, which counts double. */
  readonly weight: number;
}

/**
 * IB's limits on historical data (TWS API, "Historical data limitations"): 60 requests in ten minutes, none twice within 15 seconds, fewer than
 * six of one contract, exchange and kind within two seconds; for bars of a minute or more the limits are lifted.
 */
export class PacingRules {
  readonly #made: { readonly at: UnixNanos; readonly request: HistoryRequest }[] = [];

  /** True when the request breaks no rule; it counts either way. */
  admits(request: HistoryRequest, at: UnixNanos): boolean {
    while (this.#made[0] !== undefined && this.#made[0].at <= at - WINDOW) this.#made.shift();
    const since = (age: bigint): readonly HistoryRequest[] => this.#made.filter((made) => made.at > at - age).map((made) => made.request);
    const weight = since(WINDOW).reduce((sum, made) => sum + made.weight, request.weight);
    const identical = since(IDENTICAL_WITHIN).some(({ identity }) => identity === request.identity);
    const same = since(SAME_CONTRACT_WITHIN).filter(({ subject }) => subject === request.subject).length;
    this.#made.push({ at, request });
    return weight <= REQUESTS_MAX && !identical && same < SAME_CONTRACT_MAX;
  }
}

export const isPaced = (barSeconds: number): boolean => barSeconds <= SMALL_BAR_SECONDS;
