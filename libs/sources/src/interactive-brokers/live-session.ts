import { type ConnectionListener, CONNECTIVITY, type Contracts, type TwsClient } from '@tradewind/tws';

import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import { type LiveRequest, type LiveSession, type LiveSink, type LiveStatus, SourceError, type SourceEnvironment } from '../source.js';
import { Backoff } from '@tradewind/connectors';
import type { ClientPool, Lease } from './client-pool.js';
import { abortedError, sourceErrorOf, unavailable } from './errors.js';
import type { LiveStream, StreamOutput } from './live-stream.js';
import { SOURCE } from './name.js';

export interface LiveNeeds {
  readonly pool: ClientPool;
  readonly contracts: Contracts;
  readonly environment: SourceEnvironment;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  /** The streams of a request, which write to the output. */
  streams(
    request: LiveRequest,
    output: StreamOutput,
    gap: (symbol: Symbol, from: UnixNanos, until: UnixNanos) => void,
  ): readonly LiveStream[];
}

/** Live data over connections that come and go: after each loss everything is subscribed again and what was missed is said. */
export class LiveFeed implements LiveSession {
  readonly #streams: readonly LiveStream[];
  readonly #ended = new AbortController();
  readonly #backoff: Backoff;
  #lease: Lease | undefined;
  #stopListening: () => void = () => undefined;
  #up = false;
  /** When data was last known to flow before the present loss. */
  #lostAt: UnixNanos | undefined;
  /** When the last tick or bar came: TWS notices later than that that it has lost IB. */
  #lastData: UnixNanos | undefined;
  #delivered = false;
  /** What TWS refused while everything was subscribed; undefined at other times. */
  #refusals: { readonly error: SourceError; readonly passing: boolean }[] | undefined;
  #returning: Promise<void> | undefined;

  private constructor(
    private readonly request: LiveRequest,
    private readonly sink: LiveSink,
    private readonly needs: LiveNeeds,
  ) {
    this.#backoff = new Backoff(SOURCE, { baseMs: needs.backoffBaseMs, maxMs: needs.backoffMaxMs });
    this.#streams = needs.streams(request, this.#output(), (symbol, from, until) => this.#say({ kind: 'GAP', symbol, from, until }));
  }

  /** Resolves when everything is subscribed. Rejects with the reason why something can't be. */
  static async start(request: LiveRequest, sink: LiveSink, needs: LiveNeeds): Promise<LiveFeed> {
    const feed = new LiveFeed(request, sink, needs);
    try {
      await feed.#connect('first');
    } catch (error) {
      await feed.close();
      throw sourceErrorOf(error);
    }
    return feed;
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#stopListening();
    for (const stream of this.#streams) stream.cancel();
    await this.#release();
    await this.#returning;
  }

  #output(): StreamOutput {
    const open = (): boolean => !this.#ended.signal.aborted;
    return {
      tick: (tick) => {
        this.#delivered = true;
        if (open()) this.sink.tick(tick);
      },
      bar: (bar) => {
        this.#delivered = true;
        if (open()) this.sink.bar(bar);
      },
      unreadable: (error, raw) => void (open() && this.sink.fault(error, raw)),
      refused: (symbol, error, passing) => this.#refused(symbol, error, passing),
      now: () => this.needs.environment.clock.now(),
    };
  }

  async #connect(which: 'first' | 'again'): Promise<void> {
    const { signal } = this.#ended;
    const lease = await this.needs.pool.acquire(signal);
    this.#lease = lease;
    this.#refusals = [];
    for (const symbol of this.request.symbols) await this.needs.contracts.of(lease.client, symbol, signal);
    this.#stopListening = lease.client.listen(this.#listener(lease.client));
    await this.#begin(lease.client, this.#streams);
    this.#checkRefusals(which);
    if (signal.aborted) throw abortedError();
    this.#backoff.reset();
    this.#nowUp();
  }

  async #begin(client: TwsClient, streams: readonly LiveStream[]): Promise<void> {
    for (const stream of streams) {
      stream.begin(client, await this.needs.contracts.of(client, stream.symbol, this.#ended.signal));
    }
    // The second time for what was asked for instead of something refused.
    await client.barrier();
    await client.barrier();
  }

  #listener(client: TwsClient): ConnectionListener {
    return {
      notice: (code, text) => this.#notice(client, code, text),
      fault: (error, raw) => void (!this.#ended.signal.aborted && this.sink.fault(sourceErrorOf(error), raw)),
      settled: () => {
        for (const stream of this.#streams) stream.settled();
        if (this.#delivered) this.#lastData = client.lastHeard;
        this.#delivered = false;
      },
      closed: (error) => {
        if (this.#up || this.#lostAt !== undefined) this.#lose(client, sourceErrorOf(error));
      },
    };
  }

  #notice(client: TwsClient, code: number, text: string): void {
    if (code === CONNECTIVITY.lost) this.#nowDown(client, unavailable(`TWS has lost IB: ${text}`));
    else if (code === CONNECTIVITY.restoredDataLost) this.#resume(client, this.#streams, text);
    else if (code === CONNECTIVITY.restoredDataKept) {
      // Subscriptions stand, but no one says what has become of the books meanwhile.
      const books = this.#streams.filter(({ refreshable }) => refreshable);
      for (const stream of books) stream.stop();
      this.#resume(client, books, text);
    } else if (code < 2100 || code >= 2200) this.needs.environment.log.warn({ code, text }, 'a notice of TWS');
    else this.needs.environment.log.info({ code, text }, 'a notice of TWS');
  }

  /** Subscribes again on the same connection. */
  #resume(client: TwsClient, streams: readonly LiveStream[], text: string): void {
    if (this.#returning !== undefined) return;
    this.#nowDown(client, unavailable(`TWS had lost IB: ${text}`));
    this.#refusals = [];
    this.#begin(client, streams).then(
      () => {
        if (this.#ended.signal.aborted || this.#lease?.client !== client || !client.open) return;
        try {
          this.#checkRefusals('again');
          this.#nowUp();
        } catch (error) {
          this.#lose(client, sourceErrorOf(error));
        }
      },
      (error: unknown) => this.#lose(client, sourceErrorOf(error)),
    );
  }

  #refused(symbol: Symbol, error: SourceError, passing: boolean): void {
    if (this.#ended.signal.aborted) return;
    this.needs.environment.log.warn({ symbol, code: error.code, cause: error.message }, 'TWS refuses live data');
    if (this.#refusals !== undefined) this.#refusals.push({ error, passing });
    else if (passing && this.#lease !== undefined) this.#lose(this.#lease.client, error);
    else this.sink.fault(error, `${symbol}: ${error.message}`);
  }

  /** Any refusal ends the first start. Later, one that may pass ends the attempt; of the others the rest of the data doesn't suffer. */
  #checkRefusals(which: 'first' | 'again'): void {
    const refusals = this.#refusals ?? [];
    this.#refusals = undefined;
    const decisive = refusals.find(({ passing }) => which === 'first' || passing);
    if (decisive !== undefined) throw decisive.error;
    for (const { error } of refusals) this.sink.fault(error, error.message);
  }

  #nowDown(client: TwsClient, error: SourceError): void {
    this.#lostAt ??= this.#lastData ?? client.lastHeard;
    if (!this.#up) return;
    this.#up = false;
    this.#say({ kind: 'DOWN', error });
  }

  #nowUp(): void {
    const [from, until] = [this.#lostAt, this.needs.environment.clock.now()];
    this.#lostAt = undefined;
    this.#up = true;
    this.#say({ kind: 'UP' });
    // Bars are brought from history; past ticks and books aren't.
    if (from === undefined || this.request.kinds.every((kind) => kind === 'bars')) return;
    for (const symbol of this.request.symbols) this.#say({ kind: 'GAP', symbol, from, until });
  }

  /** Gives the connection up and comes back on another, however long that takes. */
  #lose(client: TwsClient, error: SourceError): void {
    if (this.#ended.signal.aborted || this.#returning !== undefined) return;
    this.#nowDown(client, error);
    this.#returning = this.#return().finally(() => (this.#returning = undefined));
  }

  async #return(): Promise<void> {
    const { environment } = this.needs;
    while (!this.#ended.signal.aborted) {
      this.#stopListening();
      for (const stream of this.#streams) stream.stop();
      await this.#release();
      try {
        await environment.pause(this.#backoff.next(), this.#ended.signal);
        await this.#connect('again');
        return;
      } catch (error) {
        this.#refusals = undefined;
        if (!this.#ended.signal.aborted) environment.log.warn({ cause: String(error) }, 'TWS is not back yet');
      }
    }
  }

  async #release(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }

  #say(status: LiveStatus): void {
    if (!this.#ended.signal.aborted) this.sink.status(status);
  }
}
