import type { TwsClient } from './client.js';
import { abortedError, TwsError, unavailable } from './error.js';
import type { RequestMessage } from './messages.js';
import { isWarning } from './notices.js';

type Fields = readonly (string | number | boolean)[];

const SHOWN_MAX = 300;

const refusedError = (code: number, text: string): TwsError =>
  new TwsError('REFUSED', `TWS error ${code}: ${text.slice(0, SHOWN_MAX)}`, { refusal: { code, text } });

/** A request that is answered and done. */
export interface Question<T> {
  readonly fields: (requestId: number) => Fields;
  /** What makes TWS stop when nobody waits any more. */
  readonly cancel?: (requestId: number) => Fields;
  /** Settles the answer when a message completes it. */
  readonly take: (message: RequestMessage, resolve: (answer: T) => void) => void;
  /** An answer instead of an error, e.g. nothing for "no data". */
  readonly orElse?: (code: number, text: string) => T | undefined;
}

/** Asks and waits. Rejects with TwsError: REFUSED (TWS's own error), UNAVAILABLE (time over, connection lost), BAD_RESPONSE or ABORTED. */
export const ask = <T>(client: TwsClient, question: Question<T>, timeoutMs: number, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted || !client.open) {
      reject(signal.aborted ? abortedError() : unavailable('the connection is gone'));
      return;
    }
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      stopListening();
      client.forget(requestId);
      end();
    };
    const fail = (error: TwsError): void => settle(() => reject(error));
    const giveUp = (error: TwsError): void => {
      if (question.cancel !== undefined) void client.send(question.cancel(requestId));
      fail(error);
    };
    const abort = (): void => giveUp(abortedError());
    const message = (received: RequestMessage): void => {
      if (received.kind !== 'error') question.take(received, (answer) => settle(() => resolve(answer)));
      else if (!isWarning(received.code)) {
        const instead = question.orElse?.(received.code, received.text);
        if (instead === undefined) fail(refusedError(received.code, received.text));
        else settle(() => resolve(instead));
      }
    };
    const stopListening = client.listen({ notice: () => undefined, fault: () => undefined, settled: () => undefined, closed: fail });
    const requestId = client.request(question.fields, { message, fault: (error) => giveUp(error) });
    const timer = setTimeout(() => giveUp(unavailable(`no answer within ${timeoutMs} ms`)), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
  });
