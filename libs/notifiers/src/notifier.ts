import type { AlertMessage, Severity } from '@tradewind/alerts';

/** One way to reach people. */
export interface Notifier {
  readonly name: string;
  /** What is less grave isn't sent here. */
  readonly severityMin: Severity;
  /** Resolves when the other side has taken the message. Rejects with NotifierError. The same message may be sent twice after a crash: its id is told where a channel knows ids. */
  send(message: AlertMessage): Promise<void>;
}

export type NotifierErrorCode =
  /** The other side will never take it: wrong key, unknown address, malformed. */
  'REFUSED' | 'RATE_LIMITED' | 'UNREACHABLE';

export class NotifierError extends Error {
  override readonly name = 'NotifierError';
  constructor(
    readonly code: NotifierErrorCode,
    message: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
