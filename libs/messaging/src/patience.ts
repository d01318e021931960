import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';

import { backoffMs, pause } from './backoff.js';

const RETRY = { firstMs: 50, maxMs: 1_000 };
/** A server restarts in a second or two; who waits longer than this should say so. */
const PATIENCE_MS = 30_000;
const UNAVAILABLE_STATUS = 503;

const isAway = (error: unknown): boolean => {
  if (error instanceof errors.TimeoutError || (error instanceof Error && error.name === 'JetStreamNotEnabled')) return true;
  if (error instanceof errors.RequestError) return true;
  return error instanceof JetStreamApiError && error.status === UNAVAILABLE_STATUS;
};

/** Asks again, for up to 30 s, while the server does not answer; every other error is thrown at once. For questions, not for publishing. */
export const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      await pause(backoffMs(attempt, RETRY));
    }
  }
};
