import type { TradingClient } from './trading-client.js';

type Message = (session: TradingClient) => void;

interface Kept {
  readonly session: TradingClient;
  readonly message: Message;
}

/** Sends what concerns orders to the clients it concerns, through the faults that are set. */
export class Announcer {
  /** True tells everything twice, as TWS does now and then. */
  duplicate = false;
  #muted = false;
  #kept: Kept[] | undefined;

  /** `acknowledges` of the first word on a request: it is not kept back with the reports. */
  tell(session: TradingClient, message: Message, acknowledges = false): void {
    if (this.#muted || !session.started) return;
    if (this.#kept !== undefined && !acknowledges) {
      this.#kept.push({ session, message });
      return;
    }
    message(session);
    if (this.duplicate) message(session);
  }

  /** What comes about meanwhile is told to nobody: it is done, and its answer is lost. */
  mute(act: () => void): void {
    this.#muted = true;
    try {
      act();
    } finally {
      this.#muted = false;
    }
  }

  /** From now on reports are kept back. */
  hold(): void {
    this.#kept ??= [];
  }

  release(order: 'SAME' | 'REVERSED'): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const { session, message } of order === 'SAME' ? kept : kept.toReversed()) this.tell(session, message);
  }
}
