import type { Bar, BarInterval, PointInTimeRecord, Tick } from '@tradewind/market';
import type { Clock, Symbol, UnixNanos } from '@tradewind/vocabulary';
import type { z } from 'zod';

export type LiveKind = 'trades' | 'quotes' | 'bars' | 'book';

export interface SourceCapabilities {
  /** Intervals of the historical bars it has; empty when it has none. */
  readonly bars: readonly BarInterval[];
  /** What it has of past ticks. */
  readonly ticks: readonly Exclude<LiveKind, 'bars'>[];
  readonly live: readonly LiveKind[];
  /** Series of point-in-time records, by prefix: `macro/`, `fundamental/`, `news/`, `action/` (splits and dividends). */
  readonly records: readonly string[];
  /** True when no market makes its data. Whatever it says is labelled. */
  readonly simulated: boolean;
}

/** Raw (unadjusted) bars whose close lies in [from, until). */
export interface BarRequest {
  readonly symbol: Symbol;
  readonly interval: BarInterval;
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

export interface TickRequest {
  readonly symbol: Symbol;
  readonly kinds: readonly Exclude<LiveKind, 'bars'>[];
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

export interface RecordRequest {
  readonly series: string;
  readonly symbol: Symbol | undefined;
  /** By `knownAt`, [from, until). */
  readonly from: UnixNanos;
  readonly until: UnixNanos;
}

export interface LiveRequest {
  readonly symbols: readonly Symbol[];
  readonly kinds: readonly LiveKind[];
  /** Of live bars. */
  readonly interval: BarInterval;
}

export type LiveStatus =
  /** Subscribed and receiving; after a loss, everything is subscribed again and books are snapshotted anew. */
  | { readonly kind: 'UP' }
  | { readonly kind: 'DOWN'; readonly error: SourceError }
  /** Something was missed that the source can't bring again by itself. */
  | { readonly kind: 'GAP'; readonly symbol: Symbol; readonly from: UnixNanos; readonly until: UnixNanos };

export interface LiveSink {
  tick(tick: Tick): void;
  /** A finished bar, or a correction of an earlier one (same id). */
  bar(bar: Bar): void;
  status(status: LiveStatus): void;
  /** A message that could not be read: it is reported, never dropped in silence; the session goes on. */
  fault(error: SourceError, raw: string): void;
}

/** A live subscription. It reconnects by itself with exponential backoff until it is closed. */
export interface LiveSession {
  close(): Promise<void>;
}

/**
 * One place that market data comes from. What is not among its capabilities rejects with UNSUPPORTED. Pages come in order of time. Everything rejects
 * with SourceError and nothing else. An aborted signal ends a call with ABORTED.
 */
export interface MarketSource {
  readonly name: string;
  readonly capabilities: SourceCapabilities;
  bars(request: BarRequest, signal: AbortSignal): AsyncIterable<readonly Bar[]>;
  ticks(request: TickRequest, signal: AbortSignal): AsyncIterable<readonly Tick[]>;
  records(request: RecordRequest, signal: AbortSignal): AsyncIterable<readonly PointInTimeRecord[]>;
  /** Resolves when the first connection is made and subscribed, or rejects. */
  live(request: LiveRequest, sink: LiveSink): Promise<LiveSession>;
  close(): Promise<void>;
}

export type SourceErrorCode =
  | 'AUTHENTICATION'
  | 'RATE_LIMITED'
  | 'KEY_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'BAD_RESPONSE'
  | 'UNKNOWN_SYMBOL'
  | 'UNSUPPORTED'
  | 'INVALID_REQUEST'
  | 'ABORTED';

/** Why a source can't answer. `field` and `rule` are told of a response or request that breaks one. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  constructor(
    readonly code: SourceErrorCode,
    readonly source: string,
    message: string,
    readonly details: { readonly field?: string; readonly rule?: string; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(`${source}: ${message}`, details.cause === undefined ? undefined : { cause: details.cause });
  }
}

export interface SourceLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a source takes from outside. Waiting goes through `pause`, so that a test can shorten it. */
export interface SourceEnvironment {
  readonly clock: Clock;
  readonly log: SourceLog;
  /** Resolves after the time, rejects with SourceError ABORTED when the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** A folder of the source's own for what it caches and counts between starts. */
  readonly directory: string;
}

/** What the folder of a source exports as `definition` from its `index.ts`. Its settings come from `TW_SOURCE_<NAME>_<KEY>`. */
export interface SourceDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly settings: S;
  open(settings: z.infer<S>, environment: SourceEnvironment): MarketSource;
}
