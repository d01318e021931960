/** A calendar date `YYYY-MM-DD`, without a time zone. Dates of this form sort as text. */
export type CivilDate = string & { readonly __date: 'CivilDate' };
/** Days since 1970-01-01. */
export type DayNumber = number;
/** 0 is Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const MILLIS_PER_DAY = 86_400_000;
const ISO_PATTERN = /^(\d{4})-(\d{2})-(\d{2})$/;
const THURSDAY = 4;

export const dayNumber = (year: number, month: number, day: number): DayNumber => Date.UTC(year, month - 1, day) / MILLIS_PER_DAY;
export const civilDateOf = (day: DayNumber): CivilDate => new Date(day * MILLIS_PER_DAY).toISOString().slice(0, 10) as CivilDate;
export const weekdayOf = (day: DayNumber): Weekday => ((((day + THURSDAY) % 7) + 7) % 7) as Weekday;
export const yearOf = (day: DayNumber): number => new Date(day * MILLIS_PER_DAY).getUTCFullYear();

/** Undefined unless the three numbers name a day that exists. */
export const civilDateFrom = (year: number, month: number, day: number): CivilDate | undefined => {
  const date = civilDateOf(dayNumber(year, month, day));
  const same = Number(date.slice(0, 4)) === year && Number(date.slice(5, 7)) === month && Number(date.slice(8)) === day;
  return same ? date : undefined;
};

/** Undefined unless the text is `YYYY-MM-DD` and names a day that exists. */
export const parseCivilDate = (text: string): CivilDate | undefined => {
  const match = ISO_PATTERN.exec(text);
  return match === null ? undefined : civilDateFrom(Number(match[1]), Number(match[2]), Number(match[3]));
};

/** Throws RangeError unless the text is `YYYY-MM-DD` and names a day that exists. */
export const civilDate = (text: string): CivilDate => {
  const date = parseCivilDate(text);
  if (date === undefined) throw new RangeError(`'${text}' is not a date YYYY-MM-DD`);
  return date;
};

export const dayNumberOf = (date: CivilDate): DayNumber =>
  dayNumber(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8)));

/** The n-th given weekday of a month, n from 1. */
export const nthWeekday = (year: number, month: number, weekday: Weekday, nth: number): DayNumber => {
  const first = dayNumber(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (nth - 1) * 7;
};

/** The last given weekday of a month. */
export const lastWeekday = (year: number, month: number, weekday: Weekday): DayNumber => {
  const last = dayNumber(year, month + 1, 1) - 1;
  return last - ((weekdayOf(last) - weekday + 7) % 7);
};

/** Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, 2nd ed., p. 67: the anonymous algorithm of 1876). */
export const easterSunday = (year: number): DayNumber => {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  const day = ((h + l - 7 * m + 114) % 31) + 1;
  return dayNumber(year, month, day);
};
