import { dayNumber, type DayNumber, easterSunday, nthWeekday, weekdayOf } from './civil-date.js';

const SUNDAY = 0;
const MONDAY = 1;
const SATURDAY = 6;
const GOOD_FRIDAY_BEFORE_EASTER = 2;

/** The exchange was shut for a reason that no rule foresees. */
const SPECIAL_CLOSURES: readonly (readonly [DayNumber, string])[] = [
  [dayNumber(2001, 9, 11), 'attacks of 11 September'],
  [dayNumber(2001, 9, 12), 'attacks of 11 September'],
];

/** A holiday at the weekend is kept on the Monday after it. */
const observed = (day: DayNumber): DayNumber => {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day + 2;
  return weekday === SUNDAY ? day + 1 : day;
};

/** The Monday before 25 May. */
const victoriaDay = (year: number): DayNumber => {
  const eve = dayNumber(year, 5, 24);
  return eve - ((weekdayOf(eve) - MONDAY + 7) % 7);
};

/** Christmas and Boxing Day, each made up for on the next weekday that the other does not take. */
const christmasDays = (year: number): readonly DayNumber[] => {
  const christmas = dayNumber(year, 12, 25);
  switch (weekdayOf(christmas)) {
    case 5:
      return [christmas, christmas + 3];
    case SATURDAY:
      return [christmas + 2, christmas + 3];
    case SUNDAY:
      return [christmas + 1, christmas + 2];
    default:
      return [christmas, christmas + 1];
  }
};

/**
 * Full closures of the Toronto exchanges of a year from 1990 on. Source: TMX, "Calendar & trading hours"; Ontario's Family Day is kept since
 * 2008 (third Monday of February). Remembrance Day, Easter Monday and the National Day for Truth and Reconciliation are sessions.
 */
export const tsxClosedDaysOf = (year: number): ReadonlySet<DayNumber> => {
  const days = new Set<DayNumber>([
    observed(dayNumber(year, 1, 1)),
    easterSunday(year) - GOOD_FRIDAY_BEFORE_EASTER,
    victoriaDay(year),
    observed(dayNumber(year, 7, 1)),
    nthWeekday(year, 8, MONDAY, 1),
    nthWeekday(year, 9, MONDAY, 1),
    nthWeekday(year, 10, MONDAY, 2),
    ...christmasDays(year),
  ]);
  if (year >= 2008) days.add(nthWeekday(year, 2, MONDAY, 3));
  for (const [day] of SPECIAL_CLOSURES) {
    if (day >= dayNumber(year, 1, 1) && day < dayNumber(year + 1, 1, 1)) days.add(day);
  }
  return days;
};
