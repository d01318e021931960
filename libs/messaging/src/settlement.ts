import { backoffMs } from './backoff.js';
import { PermanentError } from './errors.js';

/** What an error of a handler means: wait in process until the world is back, try again a few times, or give up at once. */
export type Classification = 'retry-forever' | 'retry' | 'dead-letter';
export type Classify = (error: unknown) => Classification;

/** Why a message was given up. */
export type DeadLetterReason = 'malformed' | 'schema' | 'unknown-event' | 'rejected' | 'exhausted' | 'max-deliveries' | 'terminated';

/** What becomes of a delivered message. */
export type Settlement =
  | { readonly status: 'handled' }
  | { readonly status: 'redeliver'; readonly delayMs: number; readonly error: unknown }
  | { readonly status: 'dead-letter'; readonly reason: DeadLetterReason; readonly error: unknown }
  /** We are stopping: somebody else gets it, at once. */
  | { readonly status: 'handed-back' }
  /** No answer: this process may not act on the partition. */
  | { readonly status: 'left' };

export interface RetryLimits {
  /** Failures of the handler before a message is dead-lettered. */
  readonly failuresMax: number;
  readonly redelivery: { readonly firstMs: number; readonly maxMs: number };
  /** Between attempts in process while Postgres or the bus is away. */
  readonly inProcess: { readonly firstMs: number; readonly maxMs: number };
}

export const RETRY_LIMITS: RetryLimits = {
  failuresMax: 5,
  redelivery: { firstMs: 100, maxMs: 5_000 },
  inProcess: { firstMs: 50, maxMs: 2_000 },
};

/** PermanentError is final whatever the service's own classification says. */
export const classificationOf = (error: unknown, classify: Classify): Classification =>
  error instanceof PermanentError ? 'dead-letter' : classify(error);

/**
 * The answer to a failed attempt that is not waited out in process. `failures` counts this process's attempts at the message, this
 * one included; `isLastDelivery` is true when the server would not send it again.
 */
export const settlementOf = (
  classification: Exclude<Classification, 'retry-forever'>,
  error: unknown,
  failures: number,
  isLastDelivery: boolean,
  limits: RetryLimits,
): Settlement => {
  if (classification === 'dead-letter') return { status: 'dead-letter', reason: 'rejected', error };
  if (failures >= limits.failuresMax || isLastDelivery) return { status: 'dead-letter', reason: 'exhausted', error };
  return { status: 'redeliver', delayMs: backoffMs(failures - 1, limits.redelivery), error };
};
