import type { NatsConnection } from '@nats-io/nats-core';

import type { Log } from './log.js';

/** Knows whether the connection is up, and tells whoever waits for it or must start anew after a reconnect. */
export class Link {
  readonly #listeners = new Set<() => void>();
  #up: PromiseWithResolvers<void> | undefined;

  constructor(
    readonly connection: NatsConnection,
    private readonly log: Log,
  ) {
    void this.#watch();
  }

  /** Resolves at once while connected, else after the reconnect or the final close. */
  async connected(): Promise<void> {
    await this.#up?.promise;
  }

  get isConnected(): boolean {
    return this.#up === undefined;
  }

  /** Calls back after each reconnect until the returned function is called. */
  onReconnect(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async #watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') {
        this.#up ??= Promise.withResolvers<void>();
        this.log.warn({ server: status.server }, 'bus disconnected');
      } else if (status.type === 'reconnect') {
        this.#restore();
        this.log.info({ server: status.server }, 'bus reconnected');
        for (const listener of this.#listeners) listener();
      } else if (status.type === 'error') {
        this.log.error({ error: status.error.message }, 'bus reports an error');
      }
    }
    this.#restore();
  }

  #restore(): void {
    this.#up?.resolve();
    this.#up = undefined;
  }
}
