import type { RawData, WebSocket } from 'ws';

import { formatDecimal } from '@tradewind/vocabulary';

import type { TradingUpdate } from './trading-book.js';
import { wireOrder } from './trading-orders.js';
import { wireInstant } from './wire.js';

/** An update as the stream writes it. */
export const wireUpdate = ({ event, order, at, execution, positionQuantity }: TradingUpdate): string =>
  JSON.stringify({
    stream: 'trade_updates',
    data: {
      event,
      timestamp: wireInstant(at),
      order: wireOrder(order),
      ...(execution === undefined
        ? {}
        : {
            execution_id: execution.id,
            price: formatDecimal(execution.price),
            qty: formatDecimal(execution.quantity),
            position_qty: positionQuantity === undefined ? '0' : formatDecimal(positionQuantity),
          }),
    },
  });

/** One client of `/stream`: it authenticates, listens, and gets JSON in binary frames, as the paper account sends it. */
export class TradingStreamClient {
  private authorised = false;
  private listening = false;
  private silent = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly knows: (key: unknown, secret: unknown) => boolean,
  ) {
    socket.on('ping', (data) => {
      if (!this.silent) socket.pong(data);
    });
    socket.on('message', (data) => this.receive(data));
  }

  get isListening(): boolean {
    return this.listening;
  }

  /** A finished message for whoever listens. */
  offer(text: string): void {
    if (this.listening) this.sendRaw(text);
  }
  sendRaw(text: string): void {
    if (!this.silent) this.socket.send(Buffer.from(text), { binary: true });
  }
  beSilent(): void {
    this.silent = true;
  }

  private receive(data: RawData): void {
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(data as Buffer[]);
    let message: Readonly<Record<string, unknown>>;
    try {
      message = JSON.parse(bytes.toString('utf8')) as Readonly<Record<string, unknown>>;
    } catch {
      this.sendRaw(JSON.stringify({ action: 'error', data: { error_message: 'invalid syntax' } }));
      return;
    }
    const payload = (message['data'] ?? {}) as Readonly<Record<string, unknown>>;
    if (message['action'] === 'auth') this.authenticate(message['key'], message['secret']);
    else if (message['action'] === 'authenticate') this.authenticate(payload['key_id'], payload['secret_key']);
    else if (message['action'] === 'listen') this.listen(payload['streams']);
    else this.sendRaw(JSON.stringify({ action: 'error', data: { error_message: 'unknown action' } }));
  }

  private authenticate(key: unknown, secret: unknown): void {
    this.authorised = this.knows(key, secret);
    this.tellAuthorisation('authenticate');
    if (!this.authorised) this.socket.close();
  }

  private listen(streams: unknown): void {
    if (!this.authorised) {
      this.tellAuthorisation('listen');
      return;
    }
    this.listening = Array.isArray(streams) && streams.includes('trade_updates');
    this.sendRaw(JSON.stringify({ stream: 'listening', data: { streams: this.listening ? ['trade_updates'] : [] } }));
  }

  private tellAuthorisation(action: string): void {
    this.sendRaw(JSON.stringify({ stream: 'authorization', data: { status: this.authorised ? 'authorized' : 'unauthorized', action } }));
  }
}
