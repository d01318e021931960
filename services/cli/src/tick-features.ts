/** The feature set for data with ticks: the baseline's columns, then those of order flow and books. */
export const TICK_FEATURES = 'level2@1';
/** The same, and those of records, regime and volatility. */
export const RECORD_FEATURES = 'full@1';
