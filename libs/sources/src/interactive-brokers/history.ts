import type { Bar, BarInterval, Tick } from '@tradewind/market';
import {
  ask,
  cancelHeadTimestamp,
  cancelHistoricalData,
  headTimestamp,
  historicalBars,
  type Contracts,
  type PastBar,
  type RoutedContract,
  type TwsClient,
  TwsError,
} from '@tradewind/tws';
import type { UnixNanos } from '@tradewind/vocabulary';

import { type BarRequest, SourceError, type SourceEnvironment, type TickRequest } from '../source.js';
import { Backoff } from '@tradewind/connectors';
import { barOf, calendarOfContract } from './bar-times.js';
import { BAR_SHAPES, type BarShape, tradesWithin, type Window, windowsOf } from './bar-windows.js';
import { type ClientPool, type Lease } from './client-pool.js';
import { abortedError, isNoData, sourceErrorOf } from './errors.js';
import { type HistoryAccess, utcText } from './history-access.js';
import { SOURCE } from './name.js';
import { Pacing } from './pacing.js';
import { pastTicks } from './past-ticks.js';

interface HistorySettings {
  readonly requestTimeoutMs: number;
  readonly regularHours: boolean;
  readonly attemptsMax: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
}

const FIRST_DAY = 315_532_800_000_000_000n; // 1980, before any history of IB
const WINDOWS_WITHOUT_HEAD = 4;

const refuse = (field: string, rule: string): SourceError =>
  new SourceError('INVALID_REQUEST', SOURCE, `'${field}' must be ${rule}`, { field, rule });

/** Bars and ticks of the past: page by page, paced, and over reconnections. */
export class History {
  readonly #pacing: Pacing;

  constructor(
    private readonly pool: ClientPool,
    private readonly contracts: Contracts,
    private readonly settings: HistorySettings,
    private readonly environment: SourceEnvironment,
  ) {
    this.#pacing = new Pacing(environment.clock, (ms, signal) => environment.pause(ms, signal));
  }

  async *bars(request: BarRequest, signal: AbortSignal): AsyncGenerator<readonly Bar[]> {
    const { symbol, interval } = request;
    const shape = BAR_SHAPES.get(interval);
    if (shape === undefined)
      throw new SourceError('UNSUPPORTED', SOURCE, `bars of ${interval} are not to be had`, {
        field: 'interval',
        rule: [...BAR_SHAPES.keys()].join(', '),
      });
    const { from, until } = this.#span(request, signal);
    const session = new Attempts(this.pool, this.settings, this.environment, signal);
    try {
      const contract = await session.attempt((client) => this.contracts.of(client, symbol, signal));
      if (contract.secType === 'CASH') throw new SourceError('UNSUPPORTED', SOURCE, `${symbol} is a currency: there are no trades of it`);
      for (const window of await this.#windows(session, contract, shape, from, until, signal)) {
        const bars = await this.#window(session, contract, shape, window, signal);
        const page = bars
          .map((past) => barOf(past, symbol, interval, shape, contract))
          .filter(({ closeTime }) => closeTime > window.from && closeTime <= window.until && closeTime >= from && closeTime < until);
        if (page.length > 0) yield page;
      }
    } finally {
      await session.release();
    }
  }

  async *ticks(request: TickRequest, signal: AbortSignal): AsyncGenerator<readonly Tick[]> {
    if (request.kinds.includes('book'))
      throw new SourceError('UNSUPPORTED', SOURCE, 'there are no books of the past', { field: 'kinds', rule: 'trades, quotes' });
    const { from, until } = this.#span(request, signal);
    const session = new Attempts(this.pool, this.settings, this.environment, signal);
    try {
      const contract = await session.attempt((client) => this.contracts.of(client, request.symbol, signal));
      const access: HistoryAccess = {
        regularHours: this.settings.regularHours,
        turn: (paced) => this.#pacing.turn(paced, signal),
        attempt: (run) => session.attempt(run),
      };
      yield* pastTicks({ ...request, from, until }, contract, access, this.settings.requestTimeoutMs, signal);
    } finally {
      await session.release();
    }
  }

  /** The instants asked for, without the future: what is still forming is no history. */
  #span(
    request: { readonly from: UnixNanos; readonly until: UnixNanos },
    signal: AbortSignal,
  ): { readonly from: UnixNanos; readonly until: UnixNanos } {
    if (signal.aborted) throw abortedError();
    if (request.from >= request.until) throw refuse('until', 'after from');
    const from = (request.from < FIRST_DAY ? FIRST_DAY : request.from) as UnixNanos;
    const end = (this.environment.clock.now() + 1n) as UnixNanos;
    return { from, until: request.until < end ? request.until : end };
  }

  /** Without windows in which nothing can have traded: before the instrument's first day, and when its exchange is shut. */
  async #windows(
    session: Attempts,
    contract: RoutedContract,
    shape: BarShape,
    from: UnixNanos,
    until: UnixNanos,
    signal: AbortSignal,
  ): Promise<readonly Window[]> {
    const all = windowsOf(from, until, shape);
    const calendar = this.settings.regularHours ? calendarOfContract(contract) : undefined;
    const open = calendar === undefined ? all : all.filter((window) => tradesWithin(window, calendar));
    if (open.length <= WINDOWS_WITHOUT_HEAD) return open;
    const head = await session.attempt((client) =>
      ask<UnixNanos | 'nothing'>(
        client,
        {
          fields: (requestId) => headTimestamp(requestId, contract, this.settings.regularHours),
          cancel: cancelHeadTimestamp,
          take: (message, resolve) => {
            if (message.kind === 'head-timestamp') resolve(message.at);
          },
          orElse: (code, text) => (isNoData(code, text) ? 'nothing' : undefined),
        },
        this.settings.requestTimeoutMs,
        signal,
      ),
    );
    return head === 'nothing' ? [] : open.filter((window) => window.until >= head);
  }

  #window(session: Attempts, contract: RoutedContract, shape: BarShape, window: Window, signal: AbortSignal): Promise<readonly PastBar[]> {
    const request = {
      contract,
      end: utcText(window.until),
      barSize: shape.setting,
      duration: shape.duration,
      regularHours: this.settings.regularHours,
    };
    return session.attempt(async (client) => {
      const subject = `${contract.conId}/${contract.exchange}/TRADES`;
      if (shape.paced)
        await this.#pacing.turn(
          { subject, identity: `${subject}/${request.end}/${request.barSize}/${request.duration}`, weight: 1 },
          signal,
        );
      return ask<readonly PastBar[]>(
        client,
        {
          fields: (requestId) => historicalBars(requestId, request),
          cancel: cancelHistoricalData,
          take: (message, resolve) => {
            if (message.kind === 'bars') resolve(message.bars);
          },
          orElse: (code, text) => (isNoData(code, text) ? [] : undefined),
        },
        this.settings.requestTimeoutMs,
        signal,
      );
    });
  }
}

export const BAR_INTERVALS: readonly BarInterval[] = [...BAR_SHAPES.keys()];

/** Holds a connection for one call and takes another when it is lost. */
class Attempts {
  #lease: Lease | undefined;

  constructor(
    private readonly pool: ClientPool,
    private readonly settings: HistorySettings,
    private readonly environment: SourceEnvironment,
    private readonly signal: AbortSignal,
  ) {}

  /** Tries again, each time later, after UNAVAILABLE and RATE_LIMITED. */
  async attempt<T>(run: (client: TwsClient) => Promise<T>): Promise<T> {
    const backoff = new Backoff(SOURCE, { baseMs: this.settings.backoffBaseMs, maxMs: this.settings.backoffMaxMs });
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run(await this.#client());
      } catch (failure) {
        if (!(failure instanceof SourceError || failure instanceof TwsError)) throw failure;
        const error = sourceErrorOf(failure);
        if (attempt >= this.settings.attemptsMax) throw error;
        if (error.code !== 'UNAVAILABLE' && error.code !== 'RATE_LIMITED') throw error;
        this.environment.log.warn({ attempt, code: error.code, cause: error.message }, 'a request for history is tried again');
        await this.environment.pause(error.details.retryAfterMs ?? backoff.next(), this.signal);
      }
    }
  }

  async release(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }

  async #client(): Promise<TwsClient> {
    if (this.#lease?.client.open !== true) {
      await this.release();
      this.#lease = await this.pool.acquire(this.signal);
    }
    return this.#lease.client;
  }
}
