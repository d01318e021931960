import type { Bar, Tick } from '@tradewind/market';
import { isWarning, type RequestMessage, type RoutedContract, type TwsClient } from '@tradewind/tws';
import type { Symbol, UnixNanos } from '@tradewind/vocabulary';

import type { SourceError } from '../source.js';
import { errorOf, isPassing, sourceErrorOf } from './errors.js';

type Fields = readonly (string | number | boolean)[];

/** What a stream hands on. */
export interface StreamOutput {
  tick(tick: Tick): void;
  bar(bar: Bar): void;
  /** What TWS refuses of the stream, or a message of it that can't be read. */
  refused(symbol: Symbol, error: SourceError, passing: boolean): void;
  unreadable(error: SourceError, raw: string): void;
  now(): UnixNanos;
}

/** One kind of live data of one instrument. It can be begun again on another connection. */
export interface LiveStream {
  readonly symbol: Symbol;
  begin(client: TwsClient, contract: RoutedContract): void;
  /** All messages that arrived together have been handed on. */
  settled(): void;
  /** True when it has to be subscribed again to be sure of its state. */
  readonly refreshable: boolean;
  /** Stops it at TWS; it may be begun again. */
  stop(): void;
  /** Stops it for good. */
  cancel(): void;
}

/** The requests of a stream: at most one of a name at a time. */
export class StreamRequests {
  readonly #active = new Map<
    string,
    { readonly client: TwsClient; readonly requestId: number; readonly cancel: (requestId: number) => Fields }
  >();

  constructor(
    private readonly symbol: Symbol,
    private readonly output: StreamOutput,
  ) {}

  /** `refused` may take an error itself by returning true. */
  start(
    name: string,
    client: TwsClient,
    fields: (requestId: number) => Fields,
    cancel: (requestId: number) => Fields,
    message: (message: Exclude<RequestMessage, { kind: 'error' }>) => void,
    refused: (code: number) => boolean = () => false,
  ): void {
    const old = this.#active.get(name);
    old?.client.forget(old.requestId);
    const requestId = client.request(fields, {
      fault: (error, raw) => this.output.unreadable(sourceErrorOf(error), raw),
      message: (received) => {
        if (received.kind !== 'error') message(received);
        else if (!isWarning(received.code) && !refused(received.code))
          this.output.refused(this.symbol, errorOf(received.code, received.text), isPassing(received.code));
      },
    });
    this.#active.set(name, { client, requestId, cancel });
  }

  stop(): void {
    for (const { client, requestId, cancel } of this.#active.values()) {
      client.forget(requestId);
      if (client.open) void client.send(cancel(requestId));
    }
    this.#active.clear();
  }
}
