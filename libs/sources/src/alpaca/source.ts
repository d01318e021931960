import type { Bar, PointInTimeRecord, Tick } from '@tradewind/market';
import { type UnixNanos, utcDateOf } from '@tradewind/vocabulary';

import {
  type BarRequest,
  type LiveRequest,
  type LiveSession,
  type LiveSink,
  type MarketSource,
  type RecordRequest,
  type SourceCapabilities,
  SourceError,
  type SourceEnvironment,
  type TickRequest,
} from '../source.js';
import { LossLedger } from '../transport/loss-ledger.js';
import { mergedPages } from '../transport/merged-pages.js';
import { AlpacaClient, streamError } from './client.js';
import {
  actionSeries,
  actionTypes,
  decodeActions,
  decodeBar,
  decodeFrames,
  decodeQuote,
  decodeTrade,
  frameSymbol,
  INTERVALS,
  lengthOf,
  NAME,
  timeframeOf,
  wireSymbol,
} from './decode.js';
import type { AlpacaSettings } from './settings.js';

export const CAPABILITIES: SourceCapabilities = {
  bars: INTERVALS,
  ticks: ['trades', 'quotes'],
  live: ['trades', 'quotes', 'bars'],
  records: ['action/'],
  simulated: false,
};

const LIVE_INTERVAL = '1m';
const DAY_NANOS = 86_400_000_000_000n;
/** An action is listed by the day on which it is processed, which can lie weeks from its ex-date. */
const ACTION_MARGIN_NANOS = 45n * DAY_NANOS;

const unsupported = (what: string): SourceError => new SourceError('UNSUPPORTED', NAME, `it has no ${what}`);
const checkSpan = ({ from, until }: { readonly from: UnixNanos; readonly until: UnixNanos }): void => {
  if (from >= until)
    throw new SourceError('INVALID_REQUEST', NAME, 'the interval ends before it begins', { field: 'until', rule: 'after from' });
};

/** US shares and funds from Alpaca: raw bars, trades, quotes and corporate actions of the past, and the live stream. */
export class AlpacaSource implements MarketSource {
  readonly name = NAME;
  readonly capabilities = CAPABILITIES;
  private readonly client: AlpacaClient;
  private readonly label: string;
  private readonly sessions = new Set<LiveSession>();
  private closed = false;

  constructor(
    private readonly settings: AlpacaSettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.client = new AlpacaClient(settings, environment);
    this.label = `${NAME}/${settings.feed}`;
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[]> {
    const { symbol, interval, from, until } = request;
    const timeframe = timeframeOf(interval);
    if (timeframe === undefined) throw unsupported(`bars of ${interval}`);
    checkSpan(request);
    const length = lengthOf(interval);
    // The venue asks by the beginning of a bar, and a daily one begins at midnight in New York.
    const start = (from - (length ?? 2n * DAY_NANOS)) as UnixNanos;
    const end = (until - (length ?? 0n) - 1n) as UnixNanos;
    const now = this.environment.clock.now();
    for await (const page of this.client.pages('bars', symbol, { start, end, timeframe }, signal)) {
      const bars = page.rows
        .map((row, index) => decodeBar(row, `${page.path}[${index}]`, symbol, interval, this.label))
        // A bar that has not closed yet is the venue's running one.
        .filter(({ closeTime }) => closeTime >= from && closeTime < until && closeTime <= now);
      if (bars.length > 0) yield bars;
    }
  }

  async *ticks(request: TickRequest, signal: AbortSignal): AsyncGenerator<readonly Tick[]> {
    if (request.kinds.includes('book')) throw unsupported('past order books');
    checkSpan(request);
    const [trades, quotes] = [this.pastTicks('trades', request, signal), this.pastTicks('quotes', request, signal)];
    if (request.kinds.includes('trades') && request.kinds.includes('quotes')) yield* mergedPages<Tick>(trades, quotes);
    else if (request.kinds.includes('trades')) yield* trades;
    else if (request.kinds.includes('quotes')) yield* quotes;
  }

  private async *pastTicks(kind: 'trades' | 'quotes', request: TickRequest, signal: AbortSignal): AsyncGenerator<readonly Tick[]> {
    const span = { start: request.from, end: (request.until - 1n) as UnixNanos };
    for await (const { rows, path } of this.client.pages(kind, request.symbol, span, signal)) {
      const ticks = rows.map((row, index) =>
        kind === 'trades'
          ? decodeTrade(row, `${path}[${index}]`, request.symbol)
          : decodeQuote(row, `${path}[${index}]`, request.symbol, this.settings.feed),
      );
      if (ticks.length > 0) yield ticks;
    }
  }

  async *records(request: RecordRequest, signal: AbortSignal): AsyncGenerator<readonly PointInTimeRecord[]> {
    const { series, symbol, from, until } = request;
    const actions = actionSeries(series);
    if (actions.length === 0) throw unsupported(`records of '${series}'`);
    checkSpan(request);
    const [start, end] = [utcDateOf((from - ACTION_MARGIN_NANOS) as UnixNanos), utcDateOf((until + ACTION_MARGIN_NANOS) as UnixNanos)];
    const url = this.client.actionsUrl({
      types: actionTypes(actions),
      start,
      end,
      ...(symbol === undefined ? {} : { symbols: wireSymbol(symbol) }),
    });
    const records: PointInTimeRecord[] = [];
    for await (const page of this.client.follow(url, signal, (body) => decodeActions(body, actions))) {
      records.push(...page.records.filter(({ knownAt }) => knownAt >= from && knownAt < until));
    }
    // The venue sorts by the day of processing.
    if (records.length > 0)
      yield records.toSorted((left, right) => (left.knownAt < right.knownAt ? -1 : left.knownAt > right.knownAt ? 1 : 0));
  }

  async live(request: LiveRequest, sink: LiveSink): Promise<LiveSession> {
    if (request.kinds.includes('book')) throw unsupported('order books');
    if (request.kinds.includes('bars') && request.interval !== LIVE_INTERVAL) throw unsupported(`live bars of ${request.interval}`);
    if (request.symbols.length === 0 || request.kinds.length === 0) {
      throw new SourceError('INVALID_REQUEST', NAME, 'a subscription needs symbols and kinds', { field: 'symbols', rule: 'not empty' });
    }
    const ledger = new LossLedger(request.symbols, this.environment.clock, sink);
    const socket = await this.client.stream(request, {
      message: (text) => {
        ledger.hear();
        this.pass(text, sink);
      },
      status: (status) => ledger.tell(status),
    });
    if (this.closed) {
      await socket.close();
      throw new SourceError('ABORTED', NAME, 'the source was closed while it connected');
    }
    const session: LiveSession = {
      close: async () => {
        this.sessions.delete(session);
        await socket.close();
      },
    };
    this.sessions.add(session);
    return session;
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.sessions].map((session) => session.close()));
    this.client.close();
  }

  /** A frame that can't be read spoils neither the frames beside it nor the session. */
  private pass(text: string, sink: LiveSink): void {
    this.guarded(sink, text, () => {
      for (const { type, frame } of decodeFrames(text)) this.guarded(sink, JSON.stringify(frame), () => this.passFrame(type, frame, sink));
    });
  }

  private passFrame(type: string, frame: Readonly<Record<string, unknown>>, sink: LiveSink): void {
    switch (type) {
      case 't':
        sink.tick(decodeTrade(frame, 'trade', frameSymbol(frame)));
        return;
      case 'q':
        sink.tick(decodeQuote(frame, 'quote', frameSymbol(frame), this.settings.feed));
        return;
      case 'b':
      case 'u':
        sink.bar(decodeBar(frame, 'bar', frameSymbol(frame), LIVE_INTERVAL, this.label));
        return;
      case 'error':
        throw streamError(frame);
      case 'c':
      case 'x':
        throw unsupported(type === 'c' ? 'way to correct a trade that it has sent' : 'way to take back a trade that it has sent');
      default:
        // Control messages, and kinds that the venue adds without notice: nothing of what was subscribed to.
        this.environment.log.info({ source: NAME, type }, 'passed over a message of the stream');
    }
  }

  private guarded(sink: LiveSink, raw: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      sink.fault(error, raw);
    }
  }
}
