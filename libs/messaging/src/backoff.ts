export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Milliseconds before attempt `attempt` + 1 (0 = the first failed one): doubles from `firstMs`, never above `maxMs`. */
export const backoffMs = (attempt: number, limits: BackoffLimits): number =>
  Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(attempt, 30));

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener('abort', finish, { once: true });
  });
