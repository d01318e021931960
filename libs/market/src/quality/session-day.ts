import { drop, type QualityPolicy } from './policy.js';

export const sessionDay: QualityPolicy = {
  name: 'session-day',
  check: (row, _seen, calendar) =>
    calendar.isSession(row.date) ? undefined : drop('BAR_NOT_A_SESSION', 'date', `${row.date} must be a session of ${calendar.name}`),
};
