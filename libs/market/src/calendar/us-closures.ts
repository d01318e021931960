import { dayNumber, type DayNumber, easterSunday, lastWeekday, nthWeekday, weekdayOf } from './civil-date.js';

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;
const GOOD_FRIDAY_BEFORE_EASTER = 2;

/** The exchange was shut for a reason that no rule foresees. Source: NYSE, "Special closings of the NYSE". */
const SPECIAL_CLOSURES: readonly (readonly [DayNumber, string])[] = [
  [dayNumber(1985, 9, 27), 'hurricane Gloria'],
  [dayNumber(1994, 4, 27), 'funeral of President Nixon'],
  [dayNumber(2001, 9, 11), 'attacks of 11 September'],
  [dayNumber(2001, 9, 12), 'attacks of 11 September'],
  [dayNumber(2001, 9, 13), 'attacks of 11 September'],
  [dayNumber(2001, 9, 14), 'attacks of 11 September'],
  [dayNumber(2004, 6, 11), 'funeral of President Reagan'],
  [dayNumber(2007, 1, 2), 'funeral of President Ford'],
  [dayNumber(2012, 10, 29), 'hurricane Sandy'],
  [dayNumber(2012, 10, 30), 'hurricane Sandy'],
  [dayNumber(2018, 12, 5), 'funeral of President G. H. W. Bush'],
  [dayNumber(2025, 1, 9), 'funeral of President Carter'],
];

/** A holiday on Saturday is kept on Friday, one on Sunday on Monday. */
const observed = (day: DayNumber): DayNumber => {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
};

/** New Year's Day on a Saturday is not made up for: the Friday closes the year's books (NYSE rule 7.2). */
const newYear = (year: number): readonly DayNumber[] => {
  const day = dayNumber(year, 1, 1);
  return weekdayOf(day) === SATURDAY ? [] : [observed(day)];
};

/** Full closures of the US exchanges of a year from 1985 on, by rule and by event. */
export const usClosedDaysOf = (year: number): ReadonlySet<DayNumber> => {
  const days = new Set<DayNumber>([
    ...newYear(year),
    nthWeekday(year, 2, MONDAY, 3),
    easterSunday(year) - GOOD_FRIDAY_BEFORE_EASTER,
    lastWeekday(year, 5, MONDAY),
    observed(dayNumber(year, 7, 4)),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 11, THURSDAY, 4),
    observed(dayNumber(year, 12, 25)),
  ]);
  if (year >= 1998) days.add(nthWeekday(year, 1, MONDAY, 3));
  if (year >= 2022) days.add(observed(dayNumber(year, 6, 19)));
  for (const [day] of SPECIAL_CLOSURES) {
    if (day >= dayNumber(year, 1, 1) && day < dayNumber(year + 1, 1, 1)) days.add(day);
  }
  return days;
};
