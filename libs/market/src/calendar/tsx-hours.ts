import { dayNumber, type DayNumber } from './civil-date.js';
import type { Hours } from './exchange-rules.js';

const OPEN_MINUTES = 9 * 60 + 30;
const CLOSE_MINUTES = 16 * 60;
const EARLY_CLOSE_MINUTES = 13 * 60;
const EXTENDED_OPEN_MINUTES = 8 * 60;
const EXTENDED_AFTER_CLOSE_MINUTES = 60;
/** Toronto closes early on Christmas Eve alone; the years in which it is known to have done so begin here. */
const FIRST_EARLY_CHRISTMAS_EVE = 2010;

/**
 * Hours of a day that is a session: 09:30 to 16:00, and to 13:00 on Christmas Eve. Source: TMX, "Calendar & trading hours".
 * The days before and after the holidays of the United States are whole.
 */
export const tsxHoursOf = (year: number, day: DayNumber): Hours => {
  const early = year >= FIRST_EARLY_CHRISTMAS_EVE && day === dayNumber(year, 12, 24);
  return { open: OPEN_MINUTES, close: early ? EARLY_CLOSE_MINUTES : CLOSE_MINUTES, early };
};

/** From 08:00 (other Canadian venues, which report on the same tape) to the end of the extended session an hour after the close. */
export const tsxExtendedHoursOf = (regular: Hours): { readonly open: number; readonly close: number } => ({
  open: EXTENDED_OPEN_MINUTES,
  close: regular.close + EXTENDED_AFTER_CLOSE_MINUTES,
});
