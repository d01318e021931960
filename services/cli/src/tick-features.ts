/** The feature set for data with ticks: the baseline's columns, then those of order flow and books. */
export const TICK_FEATURES = 'level2@1';
