import { nyseCalendar, parseCivilDate } from '@tradewind/market';
import type { UnixNanos } from '@tradewind/vocabulary';

import { dayAfter, NEW_YORK, zonedInstant } from '../wire-values/zoned-time.js';

const DAYS_LOOKED_AHEAD = 14;
const FRIDAY = 5;
const WEDNESDAY = 3;

/** Form 4: before the end of the second business day after the trade (SEC rule 16a-3(g)); EDGAR accepts filings until 22:00. */
const FORM_4_BUSINESS_DAYS = 2;
const FORM_4_TIME = '22:00';
/** 10-Q of the slowest filers: 45 days after the quarter (SEC form 10-Q, general instruction A.1); 15 days for a late filing (rule 12b-25 gives 5). */
const QUARTER_LAG_DAYS = 60;

const at = (date: string, time: string): UnixNanos => {
  const instant = zonedInstant(NEW_YORK, `${date} ${time}`);
  if (instant === undefined) throw new RangeError(`${date} ${time} is no time in New York`);
  return instant;
};

const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay();

const isBusinessDay = (date: string): boolean => {
  const day = parseCivilDate(date);
  return day !== undefined && nyseCalendar.isSession(day);
};

/** The n-th business day of New York after a date. */
const businessDayAfter = (date: string, count: number): string => {
  let day = date;
  for (let left = count, steps = 0; left > 0 && steps < count + DAYS_LOOKED_AHEAD; steps += 1) {
    day = dayAfter(day);
    if (isBusinessDay(day)) left -= 1;
  }
  return day;
};

const nextMonth = (date: string): { year: number; month: number } => {
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  return month === 12 ? { year: year + 1, month: 1 } : { year, month: month + 1 };
};

const dateOf = ({ year, month }: { year: number; month: number }, day: number): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

/** Months whose release a shutdown of the government delayed past the rule (BLS, "Revised news release dates"). */
const DELAYED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'macro/CPI': { '2013-09': '2013-10-30', '2025-09': '2025-10-24' },
  'macro/UNRATE': { '2013-09': '2013-10-22', '2025-09': '2025-11-20' },
};

/** When a figure of the economy for a date became public. */
export type ReleaseRule = (date: string) => UnixNanos;

/** Federal Reserve H.15, posted on business days at 16:15 with the business day before. */
const nextBusinessDayEvening: ReleaseRule = (date) => at(businessDayAfter(date, 1), '16:15');

/** BLS, consumer prices: between the 10th and the 15th of the month that follows, 08:30. */
const consumerPrices: ReleaseRule = (date) => {
  const delayed = DELAYED['macro/CPI']?.[date.slice(0, 7)];
  return at(delayed ?? dateOf(nextMonth(date), 16), '08:30');
};

/** BLS, employment situation: the first Friday of the month that follows, sometimes the second; the rule takes the second. */
const employment: ReleaseRule = (date) => {
  const delayed = DELAYED['macro/UNRATE']?.[date.slice(0, 7)];
  const first = dateOf(nextMonth(date), 1);
  return at(delayed ?? dayAfter(first, ((FRIDAY - weekdayOf(first) + 7) % 7) + 7), '08:30');
};

/** EIA, spot prices: posted on Wednesdays with the days to that week's Monday. */
const oilSpot: ReleaseRule = (date) => {
  const earliest = dayAfter(date, 2);
  return at(dayAfter(earliest, (WEDNESDAY - weekdayOf(earliest) + 7) % 7), '13:00');
};

/** Cboe closes its volatility indexes at 16:15 (at 13:15 on short days, which the rule doesn't take up). */
const volatilityIndex: ReleaseRule = (date) => at(date, '16:30');

/** Series of the economy by the rule of their release. */
export const RELEASE_RULES: Readonly<Record<string, ReleaseRule>> = {
  'macro/DGS3MO': nextBusinessDayEvening,
  'macro/DGS2': nextBusinessDayEvening,
  'macro/DGS5': nextBusinessDayEvening,
  'macro/DGS7': nextBusinessDayEvening,
  'macro/DGS10': nextBusinessDayEvening,
  'macro/DGS30': nextBusinessDayEvening,
  'macro/DFF': nextBusinessDayEvening,
  'macro/CPI': consumerPrices,
  'macro/UNRATE': employment,
  'macro/DCOILWTICO': oilSpot,
  'macro/DCOILBRENTEU': oilSpot,
  'macro/VIX9D': volatilityIndex,
  'macro/VIX': volatilityIndex,
  'macro/VIX3M': volatilityIndex,
  'macro/VIX6M': volatilityIndex,
};

/** Earnings: releases before the open count from the open, those after the close from 20:00, those of unknown time from midnight after. */
export const earningsKnownAt = (reportedDate: string, reportTime: string): UnixNanos => {
  if (reportTime === 'pre-market') return at(reportedDate, '09:30');
  return reportTime === 'post-market' ? at(reportedDate, '20:00') : at(dayAfter(reportedDate), '00:00');
};

/** Statements come with the report or shortly after it: midnight after the report; without its date, 60 days after the quarter. */
export const statementKnownAt = (fiscalEnd: string, reportedDate: string | undefined): UnixNanos =>
  at(dayAfter(reportedDate ?? fiscalEnd, reportedDate === undefined ? QUARTER_LAG_DAYS : 1), '00:00');

/** Insiders' trades, when the vendor has no day of filing. */
export const insiderKnownAt = (transactionDate: string): UnixNanos =>
  at(businessDayAfter(transactionDate, FORM_4_BUSINESS_DAYS), FORM_4_TIME);

/** A day of filing or declaration, without its time: midnight after it. */
export const filingKnownAt = (date: string): UnixNanos => at(dayAfter(date), '00:00');

/** The day on which something takes effect: midnight in New York, before any market opens. */
export const startOfDay = (date: string): UnixNanos => at(date, '00:00');
