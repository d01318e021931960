import type { Bar, BarInterval, PointInTimeRecord, Tick } from '@tradewind/market';
import { Contracts, parseContractOverrides } from '@tradewind/tws';

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
import { BAR_SHAPES } from './bar-windows.js';
import { BarStream } from './bar-stream.js';
import { BookStream } from './book-stream.js';
import { ClientPool } from './client-pool.js';
import { abortedError } from './errors.js';
import { BAR_INTERVALS, History } from './history.js';
import { LiveFeed, type LiveNeeds } from './live-session.js';
import type { LiveStream } from './live-stream.js';
import { SOURCE } from './name.js';
import type { InteractiveBrokersSettings } from './settings.js';
import { type TickKind, TickStream } from './tick-stream.js';

const FIVE_SECONDS = 5;
const HOUR_SECONDS = 3600;

export const CAPABILITIES: SourceCapabilities = {
  bars: BAR_INTERVALS,
  ticks: ['trades', 'quotes'],
  live: ['trades', 'quotes', 'bars', 'book'],
  records: [],
  simulated: false,
};

/** Seconds of an interval that live bars can have: 5 seconds to an hour. Throws SourceError UNSUPPORTED. */
const liveSeconds = (interval: BarInterval): number => {
  const seconds = BAR_SHAPES.get(interval)?.seconds;
  if (seconds !== undefined && seconds >= FIVE_SECONDS && seconds <= HOUR_SECONDS) return seconds;
  throw new SourceError('UNSUPPORTED', SOURCE, `live bars of ${interval} are not to be had`, { field: 'interval', rule: '5s to 1h' });
};

/** Market data of Interactive Brokers, through a TWS or IB Gateway that is logged in. */
export class InteractiveBrokersSource implements MarketSource {
  readonly name = SOURCE;
  readonly capabilities = CAPABILITIES;
  readonly #pool: ClientPool;
  readonly #contracts: Contracts;
  readonly #history: History;
  readonly #sessions = new Set<LiveSession>();
  readonly #closed = new AbortController();

  constructor(
    private readonly settings: InteractiveBrokersSettings,
    private readonly environment: SourceEnvironment,
  ) {
    const overrides = parseContractOverrides(settings.contracts);
    if (!overrides.ok)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'the setting contracts is no list of contracts', { field: 'contracts' });
    this.#pool = new ClientPool(settings, environment);
    this.#contracts = new Contracts(overrides.value, settings.requestTimeoutMs);
    this.#history = new History(this.#pool, this.#contracts, settings, environment);
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncIterable<readonly Bar[]> {
    yield* this.#history.bars(request, this.#signal(signal));
  }

  async *ticks(request: TickRequest, signal: AbortSignal): AsyncIterable<readonly Tick[]> {
    yield* this.#history.ticks(request, this.#signal(signal));
  }

  // oxlint-disable-next-line require-yield -- it has none to give
  async *records(request: RecordRequest): AsyncIterable<readonly PointInTimeRecord[]> {
    throw new SourceError('UNSUPPORTED', SOURCE, `there are no records ${request.series}`, { field: 'series', rule: 'none' });
  }

  async live(request: LiveRequest, sink: LiveSink): Promise<LiveSession> {
    if (this.#closed.signal.aborted) throw abortedError();
    if (request.symbols.length === 0)
      throw new SourceError('INVALID_REQUEST', SOURCE, 'no symbols', { field: 'symbols', rule: 'at least one' });
    if (request.kinds.includes('bars')) liveSeconds(request.interval);
    const session = await LiveFeed.start(request, sink, this.#needs());
    this.#sessions.add(session);
    return {
      close: async () => {
        this.#sessions.delete(session);
        await session.close();
      },
    };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([...this.#sessions].map((session) => session.close()));
    this.#sessions.clear();
    await this.#pool.close();
  }

  #signal(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closed.signal]);
  }

  #needs(): LiveNeeds {
    const { settings, environment } = this;
    return {
      pool: this.#pool,
      contracts: this.#contracts,
      environment,
      backoffBaseMs: settings.backoffBaseMs,
      backoffMaxMs: settings.backoffMaxMs,
      streams: ({ symbols, kinds, interval }, output, gap) => {
        const ticks = kinds.filter((kind): kind is TickKind => kind === 'trades' || kind === 'quotes');
        const history = (request: BarRequest, signal: AbortSignal): AsyncIterable<readonly Bar[]> => this.bars(request, signal);
        const pause: SourceEnvironment['pause'] = (ms, signal) => environment.pause(ms, signal);
        return symbols.flatMap((symbol): readonly LiveStream[] => [
          ...(ticks.length === 0 ? [] : [new TickStream(symbol, ticks, output)]),
          ...(kinds.includes('bars')
            ? [
                new BarStream(
                  symbol,
                  { interval, seconds: liveSeconds(interval), regularHours: settings.regularHours, history, pause, gap },
                  output,
                ),
              ]
            : []),
          ...(kinds.includes('book') ? [new BookStream(symbol, settings, output, pause)] : []),
        ]);
      },
    };
  }
}
