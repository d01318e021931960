import {
  type BackfillChunk,
  type BackfillPlan,
  type BackfillRequest,
  type Catalogue,
  type CatalogueWriter,
  isFinal,
  planBackfill,
  type WriteSummary,
} from '@tradewind/catalogue';
import type { TradingCalendar } from '@tradewind/market';
import { type MarketSource, SourceError } from '@tradewind/sources';
import { type Clock, isoFromNanos } from '@tradewind/vocabulary';

import type { ProgressPoint } from '../progress.js';
import type { BackfillJournal } from './journal.js';

const ATTEMPTS_MAX = 5;
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 600_000;
/** What may be over when it is asked again. */
const PASSING = new Set(['RATE_LIMITED', 'UNAVAILABLE']);
/** What concerns one symbol alone: the others go on. */
const OF_ONE_SYMBOL = new Set(['UNKNOWN_SYMBOL', 'BAD_RESPONSE']);

export interface BackfillSurroundings {
  readonly catalogue: Catalogue;
  readonly source: MarketSource;
  readonly journal: BackfillJournal;
  /** Undefined for what never closes: every day is asked for. */
  readonly calendar: TradingCalendar | undefined;
  readonly clock: Clock;
  /** Aborted to stop: what is stored stays, the rest is for the next time. */
  readonly signal: AbortSignal;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onProgress: (point: ProgressPoint) => void;
  readonly onNews: (event: string, fields: Readonly<Record<string, unknown>>, text: string) => void;
}

export interface FailedChunk {
  readonly chunk: string;
  readonly code: string;
  readonly message: string;
}

export interface BackfillResult {
  readonly chunks: number;
  readonly fetched: number;
  readonly skipped: BackfillPlan['skipped'];
  readonly added: number;
  readonly superseded: number;
  readonly duplicates: number;
  readonly failed: readonly FailedChunk[];
  /** True when it was stopped before its end. */
  readonly stopped: boolean;
}

/** Chunks whose sessions the catalogue has already. Records have no sessions, and nobody knows how many ticks a day has. */
const coveredChunks = async (
  catalogue: Catalogue,
  calendar: TradingCalendar | undefined,
  chunks: readonly BackfillChunk[],
): Promise<ReadonlySet<string>> => {
  const covered = new Set<string>();
  if (calendar === undefined) return covered;
  for (const { id, symbol, from, until, what } of chunks) {
    if (what.kind !== 'bars' || symbol === undefined) continue;
    const found = await catalogue.coverage({ symbol, kind: 'bars', interval: what.interval, from, until }, calendar);
    if (found.sessions > 0 && found.missing.length === 0 && found.thin.length === 0) covered.add(id);
  }
  return covered;
};

const fetchChunk = (
  writer: CatalogueWriter,
  source: MarketSource,
  { id, symbol, from, until, what }: BackfillChunk,
  signal: AbortSignal,
): Promise<WriteSummary> => {
  switch (what.kind) {
    case 'bars':
      return writer.writeBars(source.bars({ symbol: symbol!, interval: what.interval, from, until }, signal));
    case 'ticks':
      return writer.writeTicks(source.ticks({ symbol: symbol!, kinds: what.kinds, from, until }, signal), { source: source.name });
    case 'records':
      return writer.writeRecords(source.records({ series: what.series, symbol, from, until }, signal));
    default:
      what satisfies never;
      throw new TypeError(`no chunk ${id}`);
  }
};

/** Fetches a chunk, and again when the source is busy or away for a while. Rejects with SourceError and CatalogueError. */
const fetchPatiently = async (writer: CatalogueWriter, chunk: BackfillChunk, around: BackfillSurroundings): Promise<WriteSummary> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetchChunk(writer, around.source, chunk, around.signal);
    } catch (error) {
      if (!(error instanceof SourceError) || !PASSING.has(error.code) || attempt === ATTEMPTS_MAX) throw error;
      const waitMs = Math.min(error.details.retryAfterMs ?? RETRY_MS * 2 ** (attempt - 1), RETRY_MS_MAX);
      around.onNews(
        'waiting',
        { chunk: chunk.id, code: error.code, waitMs },
        `${error.message}; going on in ${Math.ceil(waitMs / 1_000)} s`,
      );
      await around.pause(waitMs, around.signal);
    }
  }
};

interface Tally {
  fetched: number;
  added: number;
  superseded: number;
  duplicates: number;
  readonly failed: FailedChunk[];
}

/** Fetches one chunk, notes it, and says whether the next one may be tried. */
const store = async (writer: CatalogueWriter, chunk: BackfillChunk, around: BackfillSurroundings, tally: Tally): Promise<void> => {
  const now = around.clock.now();
  try {
    const { added, superseded, duplicates } = await fetchPatiently(writer, chunk, around);
    if (isFinal(chunk, now)) await around.journal.note({ chunk: chunk.id, added, superseded, duplicates });
    tally.fetched += 1;
    tally.added += added;
    tally.superseded += superseded;
    tally.duplicates += duplicates;
  } catch (error) {
    if (!(error instanceof SourceError) || !OF_ONE_SYMBOL.has(error.code)) throw error;
    tally.failed.push({ chunk: chunk.id, code: error.code, message: error.message });
    around.onNews('failed', { chunk: chunk.id, code: error.code, message: error.message }, `${chunk.id}: ${error.message}`);
  }
};

/**
 * Brings the catalogue what is missing of a request, chunk by chunk. Every chunk is stored whole, then noted; so it can be stopped at any
 * time, by Ctrl-C or by a crash, and the next run goes on. Rejects with SourceError and CatalogueError.
 */
export const backfill = async (request: BackfillRequest, around: BackfillSurroundings): Promise<BackfillResult> => {
  const { catalogue, calendar, journal, clock, signal } = around;
  const state = { now: clock.now(), done: await journal.done() };
  const first = planBackfill(request, calendar, { ...state, isCovered: () => false });
  const covered = await coveredChunks(catalogue, calendar, first.todo);
  const { todo, skipped } = planBackfill(request, calendar, { ...state, isCovered: ({ id }) => covered.has(id) });
  const tally: Tally = { fetched: 0, added: 0, superseded: 0, duplicates: 0, failed: [] };
  const startedAt = performance.now();
  let stopped = false;
  const writer = await catalogue.writer();
  try {
    for (const [index, chunk] of todo.entries()) {
      stopped = signal.aborted;
      if (stopped) break;
      await store(writer, chunk, around, tally);
      around.onProgress({
        done: index + 1,
        total: todo.length,
        date: isoFromNanos(chunk.until).slice(0, 10),
        elapsedSeconds: (performance.now() - startedAt) / 1_000,
      });
    }
  } catch (error) {
    // Stopped in the middle of a chunk: nothing of it was stored.
    if (!(error instanceof SourceError) || error.code !== 'ABORTED') throw error;
    stopped = true;
  } finally {
    writer.close();
  }
  return { chunks: todo.length, ...tally, skipped, stopped };
};
