/** What TWS says of its own state (no request): IB lost, found again with subscriptions gone, found again with them kept. */
export const CONNECTIVITY = { lost: 1100, restoredDataLost: 1101, restoredDataKept: 1102 } as const;
export const CLIENT_ID_IN_USE = 326;

/** Warnings about a request that goes on: the range of the system's notices, delayed data, fractional sizes. */
export const isWarning = (code: number): boolean => (code >= 2100 && code < 2200) || code === 10167 || code === 399;
