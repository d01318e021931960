/** Where the close of the bar lies in the exchange's calendar. All numbers, so that a feature is one of them. */
export interface SessionView {
  /** 1 Monday to 7 Sunday, of the exchange's civil day. */
  readonly weekday: number;
  /** 1 inside a session (its close included), else 0. */
  readonly inSession: number;
  /** Minutes since the open, 0 before it; at most the length of the session. */
  readonly minute: number;
  /** Minutes until the close, 0 after it. */
  readonly minutesToClose: number;
  /** Length of the day's session in minutes; 0 on a day without one. */
  readonly minutes: number;
  /** 1 on a day that closes early. */
  readonly earlyClose: number;
  /** Day of the month, and sessions of the month that are over or under way. */
  readonly dayOfMonth: number;
  readonly month: number;
  /** Sessions of the month after this day. */
  readonly sessionsToMonthEnd: number;
  /** Sessions until the next monthly expiry of options (third Friday, or the session before it when that is a holiday); 0 on the day. */
  readonly sessionsToExpiry: number;
  /** 1 on the expiry day of March, June, September and December, when futures expire as well. */
  readonly quarterlyExpiry: number;
  /** Calendar days until the next session after this day: 1 on an ordinary Tuesday, 3 on an ordinary Friday. */
  readonly daysToNextSession: number;
}
