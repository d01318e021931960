import type { Logger } from '@tradewind/service-kit';

export interface WaitOptions {
  readonly log: Logger;
  readonly stopping: AbortSignal;
}

const FIRST_MS = 100;
const MAX_MS = 3_000;

/** Tries until it works or the service is told to stop: for what is needed before the first step and lives on the bus or in the database. */
export const untilDone = async <T>(name: string, { log, stopping }: WaitOptions, attempt: () => Promise<T>): Promise<T> => {
  for (let delayMs = FIRST_MS; ; delayMs = Math.min(MAX_MS, delayMs * 2)) {
    stopping.throwIfAborted();
    try {
      return await attempt();
    } catch (err) {
      log.warn({ err, retryMs: delayMs }, `waiting for ${name}`);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
};
