import { cancelMarketDepth, marketDepth, type RoutedContract, type TwsClient } from '@tradewind/tws';

import type { Symbol } from '@tradewind/vocabulary';

import { atListing } from './contracts.js';
import { BOOK_RESET } from './errors.js';
import { type LiveStream, type StreamOutput, StreamRequests } from './live-stream.js';
import { RowBook } from './row-book.js';

interface BookSettings {
  readonly depthRows: number;
  readonly smartDepth: boolean;
  readonly bookSettleMs: number;
}

/**
 * The deep book of one instrument: a snapshot once it is whole, then what changes. TWS never says that a book is whole: it counts as such when both sides
 * have all rows, or when no more have come for a while.
 */
export class BookStream implements LiveStream {
  readonly refreshable = true;
  readonly #requests: StreamRequests;
  readonly #book: RowBook;
  #state: 'gathering' | 'settling' | 'whole' = 'gathering';
  #settling = new AbortController();

  constructor(
    readonly symbol: Symbol,
    private readonly settings: BookSettings,
    private readonly output: StreamOutput,
    private readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>,
  ) {
    this.#requests = new StreamRequests(symbol, output);
    this.#book = new RowBook(symbol, settings.depthRows);
  }

  begin(client: TwsClient, contract: RoutedContract): void {
    this.#startAnew();
    const { depthRows, smartDepth } = this.settings;
    const routed = smartDepth ? contract : atListing(contract);
    this.#requests.start(
      'book',
      client,
      (requestId) => marketDepth(requestId, routed, depthRows, smartDepth),
      (requestId) => cancelMarketDepth(requestId, smartDepth),
      (message) => {
        if (message.kind === 'depth') this.#book.apply(message);
      },
      (code) => {
        if (code !== BOOK_RESET) return false;
        this.#startAnew();
        return true;
      },
    );
  }

  settled(): void {
    if (this.#state === 'whole') {
      const delta = this.#book.takeChanges(this.output.now());
      if (delta !== undefined) this.output.tick(delta);
    } else if (this.#book.full) this.#publish();
    else if (this.#state === 'gathering' && !this.#book.empty) {
      this.#state = 'settling';
      void this.#settle(this.#settling.signal);
    }
  }

  stop(): void {
    this.#settling.abort();
    this.#requests.stop();
  }

  cancel(): void {
    this.stop();
  }

  #startAnew(): void {
    this.#settling.abort();
    this.#settling = new AbortController();
    this.#state = 'gathering';
    this.#book.clear();
  }

  async #settle(signal: AbortSignal): Promise<void> {
    try {
      await this.pause(this.settings.bookSettleMs, signal);
    } catch {
      return;
    }
    if (!signal.aborted && this.#state === 'settling') this.#publish();
  }

  #publish(): void {
    this.#settling.abort();
    this.#state = 'whole';
    this.output.tick(this.#book.snapshot(this.output.now()));
  }
}
