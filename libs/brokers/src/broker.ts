import type {
  RejectCode,
  VenueCapabilities,
  VenueOrder,
  VenueOrderChange,
  VenueOrderView,
  VenueReport,
  VenueSnapshot,
} from '@tradewind/venue';
import type { Clock, Symbol, UnixNanos } from '@tradewind/vocabulary';
import type { z } from 'zod';

/** The venue's answer to one request. */
export type BrokerAnswer =
  /** Taken. The report of it may come before, after, or both. */
  | { readonly status: 'TAKEN'; readonly venueOrderId: string }
  | { readonly status: 'REFUSED'; readonly code: RejectCode; readonly message: string }
  /** Certainly not sent: not one byte of it left. Sending it again is safe. */
  | { readonly status: 'NOT_SENT'; readonly message: string }
  /** Sent, or perhaps sent, and no answer came: it is in flight until the venue shows evidence (`find`, `snapshot`, a report). */
  | { readonly status: 'UNKNOWN'; readonly message: string };

/** A working order, by both of its names. `venueOrderId` is undefined while the venue has not told it. */
export interface OrderReference {
  readonly clientOrderId: string;
  readonly venueOrderId?: string;
  readonly symbol: Symbol;
}

export type BrokerLink =
  /** Logged in, subscribed to reports, and every report since the last UP has been told or can be read from a snapshot. */
  | { readonly kind: 'UP' }
  | { readonly kind: 'DOWN'; readonly reason: string }
  /** Only a person can bring it back: second factor, expired login, account locked. */
  | { readonly kind: 'LOGIN_NEEDED'; readonly reason: string };

export interface BrokerSink {
  /** In the order in which the venue told them; a report may come twice. */
  report(report: VenueReport): void;
  link(link: BrokerLink): void;
  /** A message that could not be read: told, never dropped in silence; the session goes on. `raw` holds no secret. */
  fault(error: BrokerError, raw: string): void;
}

export type BrokerErrorCode =
  | 'UNREACHABLE'
  | 'UNAUTHORISED'
  | 'RATE_LIMITED'
  | 'BAD_RESPONSE'
  | 'UNSUPPORTED'
  | 'REFUSED'
  | 'ABORTED'
  | 'CLOSED';

/** Everything a broker rejects with. `field` and `rule` name what was wrong with a message of the venue. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  constructor(
    readonly code: BrokerErrorCode,
    message: string,
    readonly details: { readonly field?: string; readonly rule?: string; readonly retryAfterMs?: number } = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * One account at one broker. The three requests never reject: what went wrong is in the answer, and UNKNOWN is the answer whenever it can't be ruled out that
 * the venue got it. The questions reject with BrokerError and nothing else. It reconnects by itself with exponential backoff until it is closed.
 */
export interface Broker {
  readonly name: string;
  readonly capabilities: VenueCapabilities;
  /** Resolves when it is UP for the first time, or rejects (wrong key, unreachable). Reports go to `sink` from then on. */
  connect(sink: BrokerSink, signal: AbortSignal): Promise<void>;
  submit(order: VenueOrder): Promise<BrokerAnswer>;
  replace(order: OrderReference, change: VenueOrderChange): Promise<BrokerAnswer>;
  cancel(order: OrderReference): Promise<BrokerAnswer>;
  /** The order with this client order id, working or ended; undefined only when the venue was asked and has never had it. */
  find(clientOrderId: string): Promise<VenueOrderView | undefined>;
  /** The account as it stands, with executions, ended orders and activities from `since` on. */
  snapshot(since: UnixNanos): Promise<VenueSnapshot>;
  /** Ends the session; working orders stay as they are. */
  close(): Promise<void>;
}

export interface BrokerEnvironment {
  readonly clock: Clock;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
}

/** What a broker's folder exports as `definition`. */
export interface BrokerDefinition {
  /** The folder's name. */
  readonly name: string;
  /** Read from `TW_BROKER_<NAME>_<KEY>`; every setting comes as text. */
  readonly settings: z.ZodObject;
  open(settings: unknown, environment: BrokerEnvironment): Broker;
}
