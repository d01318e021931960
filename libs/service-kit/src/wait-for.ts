import type { Logger } from 'pino';
import { pauseMs } from './deadline.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Repeats `work` while it fails with an error that passes by itself; says so in the log. Throws anything else, and the last error when stopped. */
export const waitFor = async <T>(
  what: string,
  options: { readonly log: Logger; readonly stopping: AbortSignal; readonly passes: (error: unknown) => boolean },
  work: () => Promise<T>,
): Promise<T> => {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (err) {
      if (!options.passes(err) || options.stopping.aborted) throw err;
      options.log.warn({ err }, `${what} is not available yet; waiting`);
      await pauseMs(pause, options.stopping);
    }
  }
};
