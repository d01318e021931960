import { type ClientSettings, TwsClient, TwsError } from '@tradewind/tws';

import type { SourceEnvironment } from '../source.js';
import { abortedError, sourceErrorOf, unavailable } from './errors.js';

/** A share in the one connection; it is closed when nobody has a share any more. */
export interface Lease {
  readonly client: TwsClient;
  release(): Promise<void>;
}

interface PoolSettings extends ClientSettings {
  readonly clientId: number;
  readonly clientIds: number;
}

/** History and live data go over one connection, because a user has few client ids and TWS counts requests by connection. */
export class ClientPool {
  #opening: Promise<TwsClient> | undefined;
  #client: TwsClient | undefined;
  #shares = 0;
  #closing: Promise<void> = Promise.resolve();
  readonly #closed = new AbortController();

  constructor(
    private readonly settings: PoolSettings,
    private readonly environment: SourceEnvironment,
  ) {}

  /** Rejects with SourceError as TwsClient.open does with its own, or UNAVAILABLE when every client id is in use. */
  async acquire(signal: AbortSignal): Promise<Lease> {
    this.#shares += 1;
    try {
      const client = await abortable(this.#current(), signal);
      let held = true;
      const release = async (): Promise<void> => {
        if (!held) return;
        held = false;
        await this.#leave();
      };
      return { client, release };
    } catch (error) {
      await this.#leave();
      throw error;
    }
  }

  /** Ends the connection whoever still uses it, and refuses to make another. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#opening?.catch(() => undefined);
    await this.#client?.close();
    await this.#closing;
  }

  #current(): Promise<TwsClient> {
    if (this.#client?.open === true) return Promise.resolve(this.#client);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<TwsClient> {
    await this.#closing;
    const { clientId, clientIds } = this.settings;
    for (let offset = 0; offset < clientIds; offset += 1) {
      try {
        this.#client = await TwsClient.open(this.settings, clientId + offset, this.environment, this.#closed.signal);
        return this.#client;
      } catch (error) {
        if (!(error instanceof TwsError) || error.code !== 'CLIENT_ID_IN_USE') throw sourceErrorOf(error);
        this.environment.log.warn({ clientId: clientId + offset }, 'the client id is in use');
      }
    }
    throw unavailable(`client ids ${clientId} to ${clientId + clientIds - 1} are in use`);
  }

  async #leave(): Promise<void> {
    this.#shares -= 1;
    const client = this.#client;
    if (this.#shares > 0 || client === undefined) return;
    this.#client = undefined;
    this.#closing = client.close();
    await this.#closing;
  }
}

/** The promise, or ABORTED as soon as the signal says so. */
export const abortable = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(abortedError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
