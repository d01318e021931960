import type { DayNumber } from './civil-date.js';

/** Minutes after midnight in the exchange's own time. */
export interface Hours {
  readonly open: number;
  readonly close: number;
  readonly early: boolean;
}

/** What makes one exchange's calendar differ from another's. */
export interface ExchangeRules {
  /** Market identifier code (ISO 10383). */
  readonly name: string;
  /** Both keep the same clock, see `eastern-time.ts`; the name is for display. */
  readonly timeZone: 'America/New_York' | 'America/Toronto';
  readonly firstYear: number;
  /** Full closures of a year, weekends aside. */
  closedDaysOf(year: number): ReadonlySet<DayNumber>;
  /** Regular hours of a day that is a session. */
  hoursOf(year: number, day: DayNumber): Hours;
  /** First and last minute at which anything trades on a day with these regular hours. */
  extendedHoursOf(regular: Hours): { readonly open: number; readonly close: number };
}
