import { instantText } from '@tradewind/connectors';
import type { Bar, PointInTimeRecord, Tick } from '@tradewind/market';
import { NANOS_PER_MILLI, type Symbol } from '@tradewind/vocabulary';

import {
  type BarRequest,
  type LiveRequest,
  type LiveSession,
  type LiveSink,
  type MarketSource,
  type SourceCapabilities,
  SourceError,
  type SourceEnvironment,
} from '../source.js';
import { LossLedger } from '../transport/loss-ledger.js';
import { guarded } from '../wire-values/fault-guard.js';
import { checkInterval, checkSpan, closedWithin, finalUntil, refusing, unsupported } from '../wire-values/request-checks.js';
import { QuestradeClient } from './client.js';
import { decodeCandles, decodeQuote, decodeQuoteRows, INTERVALS, SOURCE } from './decode.js';
import type { QuestradeSettings } from './settings.js';

export const capabilities: SourceCapabilities = {
  bars: ['1d', '1m', '5m', '15m', '30m', '1h'],
  ticks: [],
  live: ['quotes'],
  records: [],
  simulated: false,
};

const DAY_NANOS = 86_400_000n * NANOS_PER_MILLI;

/** Questrade: candles of Canadian and US shares, and their best bids and offers live. */
export class QuestradeSource implements MarketSource {
  readonly name = SOURCE;
  readonly capabilities = capabilities;
  private readonly client: QuestradeClient;
  private readonly sessions = new Set<LiveSession>();

  constructor(
    settings: QuestradeSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.client = new QuestradeClient(settings, environment);
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[]> {
    checkInterval(SOURCE, request.interval, capabilities.bars);
    checkSpan(SOURCE, request, signal);
    const { symbol, interval, from, until } = request;
    const now = this.environment.clock.now();
    const listing = await this.client.listing(symbol, signal);
    const { spelled, days, ms } = INTERVALS[interval]!;
    const end = until < now ? until : now;
    const window = BigInt(days) * DAY_NANOS;
    // The vendor asks by the start of a candle; a daily one starts at midnight.
    for (let start = from - BigInt(ms) * NANOS_PER_MILLI; start < end; start += window) {
      const last = start + window < end ? start + window : end;
      const parameters = { startTime: instantText(start), endTime: instantText(last - 1n), interval: spelled };
      const json = await this.client.get(`v1/markets/candles/${listing.id}`, parameters, signal);
      const bars = closedWithin(decodeCandles(json, symbol, interval, listing), request, finalUntil(interval, now));
      if (bars.length > 0) yield bars;
    }
  }

  ticks(): AsyncIterable<readonly Tick[]> {
    return refusing(unsupported(SOURCE, 'history of ticks'));
  }

  records(): AsyncIterable<readonly PointInTimeRecord[]> {
    return refusing(unsupported(SOURCE, 'records'));
  }

  async live(request: LiveRequest, sink: LiveSink): Promise<LiveSession> {
    const other = request.kinds.find((kind) => kind !== 'quotes');
    if (other !== undefined) throw unsupported(SOURCE, `live ${other}`);
    if (request.symbols.length === 0 || request.kinds.length === 0)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'a subscription needs symbols and kinds', { field: 'symbols', rule: 'not empty' });
    const ended = new AbortController();
    const symbols = new Map<number, Symbol>();
    for (const symbol of request.symbols) symbols.set((await this.client.listing(symbol, ended.signal)).id, symbol);
    const ledger = new LossLedger(request.symbols, this.environment.clock, sink);
    const socket = await this.client.stream([...symbols.keys()], {
      message: (text) => {
        ledger.hear();
        this.pass(text, symbols, sink);
      },
      status: (status) => ledger.tell(status),
    });
    const alive = this.client.keepAlive(ended.signal);
    const session: LiveSession = {
      close: async () => {
        this.sessions.delete(session);
        ended.abort();
        await Promise.all([socket.close(), alive]);
      },
    };
    this.sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.close()));
    this.client.close();
  }

  /** A quote that can't be read spoils neither those beside it nor the session. */
  private pass(text: string, symbols: ReadonlyMap<number, Symbol>, sink: LiveSink): void {
    const cameAt = this.environment.clock.now();
    guarded(sink, text, () => {
      for (const row of decodeQuoteRows(text)) guarded(sink, text, () => sink.tick(decodeQuote(row, symbols, cameAt)));
    });
  }
}
