import type { CatalogueEntry } from '../catalogue/entry.js';
import { type Catalogued, catalogued, choice } from '../catalogue/recipe.js';
import type { SessionView } from '../inputs/session-view.js';

const ofSession = (name: string, summary: string, read: (session: SessionView) => number): Catalogued<[string]> =>
  catalogued({
    name,
    group: 'session',
    summary,
    convention: 'at the close of the bar, in the civil day of the exchange',
    parameters: [choice('calendar', 'XNYS', 'XNYS', 'XNAS', 'XTSE')],
    inputs: ['session'],
    window: (_calendar: string) => 1,
    compose(pool, calendar) {
      const session = pool.session(calendar);
      return () => read(session);
    },
  });

const TURN = 2 * Math.PI;
const DAYS_PER_WEEK = 7;
const MONTHS = 12;

export const SESSION_FEATURES: readonly CatalogueEntry[] = [
  ofSession('session_weekday', 'Day of the week: 1 Monday to 7 Sunday.', ({ weekday }) => weekday),
  ofSession('session_weekday_sine', 'Day of the week on a circle: sine.', ({ weekday }) => Math.sin((TURN * weekday) / DAYS_PER_WEEK)),
  ofSession('session_weekday_cosine', 'Day of the week on a circle: cosine.', ({ weekday }) => Math.cos((TURN * weekday) / DAYS_PER_WEEK)),
  ofSession('session_month_sine', 'Month on a circle: sine.', ({ month }) => Math.sin((TURN * month) / MONTHS)),
  ofSession('session_month_cosine', 'Month on a circle: cosine.', ({ month }) => Math.cos((TURN * month) / MONTHS)),
  ofSession('session_minute', 'Minutes since the open: 0 before it, the length of the session after it.', ({ minute }) => minute),
  ofSession('session_minutes_to_close', 'Minutes until the close: 0 after it.', ({ minutesToClose }) => minutesToClose),
  ofSession('session_progress', 'Share of the session that is over, 0 to 1; 0 on a day without one.', ({ minute, minutes }) =>
    minutes > 0 ? minute / minutes : 0,
  ),
  ofSession('session_open', '1 inside a session, its close included, else 0.', ({ inSession }) => inSession),
  ofSession('session_early_close', '1 on a day that closes early, else 0.', ({ earlyClose }) => earlyClose),
  ofSession('session_day_of_month', 'Day of the month.', ({ dayOfMonth }) => dayOfMonth),
  ofSession('session_to_month_end', 'Sessions of the month after this day.', ({ sessionsToMonthEnd }) => sessionsToMonthEnd),
  ofSession(
    'session_to_expiry',
    'Sessions until the next monthly expiry of options (third Friday, or the session before it); 0 on the day.',
    ({ sessionsToExpiry }) => sessionsToExpiry,
  ),
  ofSession(
    'session_quarterly_expiry',
    '1 on the expiry day of March, June, September and December, else 0.',
    ({ quarterlyExpiry }) => quarterlyExpiry,
  ),
  ofSession(
    'session_days_to_next',
    'Calendar days until the next session: 1 on an ordinary Tuesday.',
    ({ daysToNextSession }) => daysToNextSession,
  ),
];
