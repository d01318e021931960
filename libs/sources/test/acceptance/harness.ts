import type { Bar, BarInterval, PointInTimeRecord, Tick } from '@tradewind/market';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { LiveKind, MarketSource, SourceEnvironment } from '../../src/source.js';

/** How the next requests for data go wrong. A venue that does not speak HTTP names the ones it can do in `requestFaults`. */
export type RequestFault =
  /** 429; with `retryAfterSeconds` in the header. */
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'internal-error' }
  | { readonly kind: 'unavailable' }
  /** Not the format at all: half of a JSON text, a web page instead of a CSV. */
  | { readonly kind: 'malformed' }
  /** The right format with a required field or column missing or renamed. */
  | { readonly kind: 'wrong-columns' }
  /** The length of the whole body is announced and the connection ends in order before it. */
  | { readonly kind: 'truncated' }
  /** The connection is reset in the middle of the body. */
  | { readonly kind: 'reset' }
  /** The request is accepted and never answered. */
  | { readonly kind: 'hanging' }
  /** The key is refused. */
  | { readonly kind: 'refused-key' };

export type RequestFaultKind = RequestFault['kind'];

/** How the live side goes wrong. */
export type LiveFaultKind = 'drop' | 'silence' | 'refuse' | 'unreadable';

/** A local server of the venue, freshly started and loaded with what the harness says. */
export interface Venue {
  /** Opens the source against this server, with timeouts and backoffs short enough for a test (a request's timeout of about 300 ms, silence of 300 ms). */
  open(environment: SourceEnvironment): MarketSource;
  /** The next `times` requests for data go wrong so, after those of earlier calls. */
  fail(fault: RequestFault, times: number): void;
  /** Requests for data so far, failed ones included. */
  requests(): number;
  /** Live connections open now (0 for a venue without any). */
  connections(): number;
  /** What the live clients are subscribed to now, e.g. `trades AAPL`, `bars AAPL`, sorted; empty when none is connected. */
  subscriptions(): readonly string[];
  /** Sends one message to whoever is subscribed; for a book it also moves the server's own book. */
  publish(message: Tick | Bar): void;
  /** Cuts every live connection, in the middle of a message where the protocol has messages longer than a byte. */
  drop(): void;
  /** Keeps connections open and says nothing any more (neither data nor pongs) on those that are open now; new ones work. */
  silence(): void;
  /** Refuses the next `times` live connections. */
  refuse(times: number): void;
  /** Sends the live clients one message that can't be read. */
  sendUnreadable(): void;
  stop(): Promise<void>;
}

/** What a request for history must give, to the last field. */
interface Loaded<T> {
  readonly symbol: Symbol;
  readonly from: UnixNanos;
  readonly until: UnixNanos;
  /** Everything of [from, until) in order of time; the server also holds data before and after. */
  readonly expected: readonly T[];
}

/** What the suite sends live, in this order; each must arrive equal to the last field. At least four of each kind that the source has. */
export interface LiveSample {
  readonly symbols: readonly Symbol[];
  readonly interval: BarInterval;
  readonly messages: Readonly<Partial<Record<Exclude<LiveKind, 'book'>, readonly (Tick | Bar)[]>>>;
  /** The book that the server holds when the session starts, and changes to it. The suite compares the book that results. */
  readonly bookChanges: readonly Tick[];
}

/** What a source brings to the suite. The parts that its capabilities exclude are undefined. */
export interface SourceHarness {
  start(): Promise<Venue>;
  readonly unknownSymbol: Symbol;
  /** Enough bars for three pages or more when the venue pages. */
  readonly bars: (Loaded<Bar> & { readonly interval: BarInterval; readonly pagesMin: number }) | undefined;
  readonly ticks: Loaded<Tick> | undefined;
  readonly records:
    | (Omit<Loaded<PointInTimeRecord>, 'symbol'> & { readonly series: string; readonly symbol: Symbol | undefined })
    | undefined;
  readonly live: LiveSample | undefined;
  /** True for a source that makes its live data itself: there is no venue to publish through, and the sample has no messages. */
  readonly selfMade?: boolean;
  readonly requestFaults: ReadonlySet<RequestFaultKind>;
  readonly liveFaults: ReadonlySet<LiveFaultKind>;
  /** Text that may never appear in a log or an error: the keys that `open` uses. */
  readonly secrets: readonly string[];
  /** False for a venue that answers an unknown symbol like one without data; the source then gives nothing. */
  readonly tellsUnknownSymbol: boolean;
  /** The longest delay of one backoff in `open`'s settings, in ms as asked of `pause`. */
  readonly backoffMsMax: number;
}
