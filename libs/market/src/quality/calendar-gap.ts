import { type QualityPolicy, SCORED_ROWS, warn } from './policy.js';

/** Each missing session costs as much as a dropped row. */
export const calendarGap: QualityPolicy = {
  name: 'calendar-gap',
  check(row, { last }, calendar) {
    if (last === undefined) return undefined;
    const missing = calendar.sessionsBetween(last.date, row.date);
    if (missing.length === 0) return undefined;
    const rule = `${missing.length} sessions are missing, ${missing[0]} to ${missing.at(-1)}`;
    return warn('BAR_GAP', 'date', rule, Math.min(missing.length, SCORED_ROWS));
  },
};
